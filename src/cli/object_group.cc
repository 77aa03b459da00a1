#include "cli/object_group.h"

#include <memory>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "cli/listing_output.h"
#include "cli/tags_option.h"
#include "cli/terminal.h"
#include "cli/yaml_text.h"

namespace feast::cli {

namespace {

struct ListOptions {
  std::vector<std::string> tags;
  std::string format = "text";
};

}  // namespace

Command AddObjectGroup(Command parent, Session& session, ObjectGroup object_group) {
  const auto group = std::make_shared<const ObjectGroup>(std::move(object_group));
  Command command = parent.Add(group->name, "List and describe " + group->plural);

  const auto options = std::make_shared<ListOptions>();
  AddFormatOption(command.Add("list", "List all " + group->plural), &options->format)
      .Repeated("--tags", &options->tags, "Only those with this tag, as key:value; repeat for more, all must match")
      .Run([group, options, &session]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(const Tags tags, ParseTags(options->tags));
        ARROW_ASSIGN_OR_RAISE(const Catalog catalog, session.OpenCatalog());
        ARROW_ASSIGN_OR_RAISE(const Listing listing, catalog.List(group->kind, tags));
        PrintListing(listing, options->format);
        return arrow::Status::OK();
      });

  const auto name = std::make_shared<std::string>();
  command.Add("describe", "Show one of the " + group->plural + " as YAML")
      .Argument("NAME", name.get(), "Its name")
      .Run([group, name, &session]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(const Catalog catalog, session.OpenCatalog());
        ARROW_ASSIGN_OR_RAISE(const auto description, catalog.Describe(group->kind, *name));
        Print(ToYaml(description) + "\n");
        return arrow::Status::OK();
      });
  return command;
}

}  // namespace feast::cli
