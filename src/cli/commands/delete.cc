// feast delete NAME
#include <memory>
#include <utility>

#include "catalog/catalog.h"
#include "cli/commands.h"
#include "cli/plan_options.h"
#include "cli/terminal.h"
#include "text/printable_text.h"

namespace feast::cli {

namespace {

struct DeleteCommand {
  std::string name;
  ApplyOptions options;
};

arrow::Status RunDelete(const Session& session, const DeleteCommand& command) {
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
  ApplyOptions options = command.options;
  const std::string& name = command.name;
  ARROW_ASSIGN_OR_RAISE(const Catalog catalog, Catalog::Open(store->config()));
  ARROW_ASSIGN_OR_RAISE(NamedObject found, catalog.FindByName(name));
  if (found.class_name.empty()) {
    // A success, as in Feast: afterwards the object is not there.
    Print("Object not found. Deletion skipped.\n");
    return arrow::Status::OK();
  }
  // Who names a feature service means it; what it is built on may be needed by others.
  options.allow_breaking = options.allow_breaking || found.class_name == "FeatureService";
  options.to_delete = std::move(found.definition);
  options.command = "feast delete " + name;
  ARROW_RETURN_NOT_OK(store->Apply({}, options).status());
  const bool color = UseColor(stdout);
  Print("Deleted " + found.class_name + " " + Paint(PrintableText(name), Color::kRed, color) + " from " +
        store->project() + ".\n");
  return arrow::Status::OK();
}

}  // namespace

void AddDelete(Command root, Session& session) {
  const auto command = std::make_shared<DeleteCommand>();
  command->options.allow_breaking = false;
  Command its = root.Add("delete", "Remove one object of this project from the registry");
  AddAllowBreaking(its, &command->options);
  AddProjectConfirm(its, &command->options);
  its.Argument("NAME", &command->name, "Its name").Run([command, &session] { return RunDelete(session, *command); });
}

}  // namespace feast::cli
