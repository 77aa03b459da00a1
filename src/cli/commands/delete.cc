// feast delete NAME
#include <memory>
#include <utility>

#include "cli/commands.h"
#include "cli/plan_options.h"
#include "cli/terminal.h"
#include "definitions/proto.h"
#include "registry/registry.h"

namespace feast::cli {

namespace {

/// Puts the first object of this name, in Feast's order of kinds, into `found` and returns its class; "" when there is
/// none.
arrow::Result<std::string> FindAny(const Snapshot& snapshot, const std::string& project, const std::string& name,
                                   Definitions* found) {
  if (const auto* entity = snapshot.FindEntity(project, name)) {
    found->entities.push_back(std::make_shared<Entity>(FromProto(*entity)));
    return "Entity";
  }
  if (const auto* view = snapshot.FindFeatureView(project, name)) {
    ARROW_ASSIGN_OR_RAISE(found->feature_views.emplace_back(), FromProto(*view));
    return "FeatureView";
  }
  if (const auto* service = snapshot.FindFeatureService(project, name)) {
    found->feature_services.push_back(std::make_shared<FeatureService>(FromProto(*service)));
    return "FeatureService";
  }
  if (const auto* source = snapshot.FindDataSource(project, name)) {
    ARROW_ASSIGN_OR_RAISE(found->data_sources.emplace_back(), FromProto(*source));
    return "DataSource";
  }
  if (const auto* dataset = snapshot.FindSavedDataset(project, name)) {
    ARROW_ASSIGN_OR_RAISE(SavedDataset definition, FromProto(*dataset));
    found->saved_datasets.push_back(std::make_shared<SavedDataset>(std::move(definition)));
    return "SavedDataset";
  }
  if (const auto* view = snapshot.FindStreamFeatureView(project, name)) {
    ARROW_ASSIGN_OR_RAISE(found->feature_views.emplace_back(), FromProto(*view));
    return "StreamFeatureView";
  }
  if (const auto* view = snapshot.FindOnDemandFeatureView(project, name)) {
    ARROW_ASSIGN_OR_RAISE(found->on_demand_feature_views.emplace_back(), FromProto(*view));
    return "OnDemandFeatureView";
  }
  return "";
}

struct DeleteCommand {
  std::string name;
  ApplyOptions options;
};

arrow::Status RunDelete(const Session& session, const DeleteCommand& command) {
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
  ApplyOptions options = command.options;
  const std::string& name = command.name;
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, store->registry().Current(/*allow_cache=*/false));
  ARROW_ASSIGN_OR_RAISE(const std::string kind, FindAny(*snapshot, store->project(), name, &options.to_delete));
  if (kind.empty()) {
    // A success, as in Feast: afterwards the object is not there.
    Print("Object not found. Deletion skipped.\n");
    return arrow::Status::OK();
  }
  // Who names a feature service means it; what it is built on may be needed by others.
  options.allow_breaking = options.allow_breaking || kind == "FeatureService";
  options.command = "feast delete " + name;
  ARROW_RETURN_NOT_OK(store->Apply({}, options).status());
  const bool color = UseColor(stdout);
  Print("Deleted " + kind + " " + Paint(name, Color::kRed, color) + " from " + store->project() + ".\n");
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
