// feast projects
#include "catalog/catalog.h"
#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/terminal.h"
#include "cli/yaml_text.h"

namespace feast::cli {

Command AddProjects(Command root, Session& session) {
  Command group = AddObjectGroup(root, session, {"projects", "projects", ObjectKind::kProject});
  group.Add("current_project", "Show the project of this feature repo").Run([&session]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const Catalog catalog, session.OpenCatalog());
    ARROW_ASSIGN_OR_RAISE(const auto description, catalog.Describe(ObjectKind::kProject, catalog.project()));
    Print(ToYaml(description) + "\n");
    return arrow::Status::OK();
  });
  return group;
}

}  // namespace feast::cli
