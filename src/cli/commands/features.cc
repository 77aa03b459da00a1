// feast features: the columns of all feature views
#include <memory>

#include "catalog/catalog.h"
#include "cli/commands.h"
#include "cli/listing_output.h"

namespace feast::cli {

namespace {

constexpr int kDescriptionIndent = 4;

struct FeatureListOptions {
  std::string output = "table", format = "text";
};

arrow::Status ListFeatures(const Session& session, const FeatureListOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const Catalog catalog, session.OpenCatalog());
  PrintListing(catalog.ListFeatures(), options.output == "json" ? options.output : options.format);
  return arrow::Status::OK();
}

arrow::Status DescribeFeature(const Session& session, const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const Catalog catalog, session.OpenCatalog());
  ARROW_ASSIGN_OR_RAISE(const auto description, catalog.DescribeFeature(name));
  PrintJson(description, kDescriptionIndent);
  return arrow::Status::OK();
}

}  // namespace

Command AddFeatures(Command root, Session& session) {
  Command group = root.Add("features", "List and describe features");
  const auto options = std::make_shared<FeatureListOptions>();
  AddFormatOption(group.Add("list", "List all features"), &options->format)
      .Choice("--output", &options->output, {"table", "json"}, "The same, as Feast spells it")
      .Run([options, &session] { return ListFeatures(session, *options); });
  const auto name = std::make_shared<std::string>();
  group.Add("describe", "Show a feature and the views that have it, as JSON")
      .Argument("NAME", name.get(), "Its name")
      .Run([name, &session] { return DescribeFeature(session, *name); });
  return group;
}

}  // namespace feast::cli
