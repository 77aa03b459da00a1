// feast registry-dump: the whole project as one JSON document, for debugging and for comparing registries
#include "catalog/catalog.h"
#include "cli/commands.h"
#include "cli/listing_output.h"

namespace feast::cli {

namespace {

constexpr int kDumpIndent = 2;

}  // namespace

void AddRegistryDump(Command root, Session& session) {
  root.Add("registry-dump", "Show everything the registry has of this project, as JSON")
      .Run([&session]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(const Catalog catalog, session.OpenCatalog());
        PrintJson(catalog.Dump(), kDumpIndent);
        return arrow::Status::OK();
      });
}

}  // namespace feast::cli
