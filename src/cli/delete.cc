// feast delete NAME
#include <memory>

#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/terminal.h"
#include "feast/errors.h"

namespace feast::cli {

namespace {

/// Puts what `get` finds into `to`. An object that is not there is no error.
template <typename Object>
arrow::Result<bool> Take(arrow::Result<std::shared_ptr<Object>> got, std::vector<std::shared_ptr<Object>>* to) {
  if (got.status().IsKeyError()) return false;
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<Object> object, std::move(got));
  to->push_back(std::move(object));
  return true;
}

/// The first kind that has an object of this name, in Feast's order; "" when none has.
arrow::Result<std::string> FindAny(FeatureStore& store, const std::string& name, Definitions* found) {
  ARROW_ASSIGN_OR_RAISE(bool taken, Take(store.GetEntity(name, false), &found->entities));
  if (taken) return "Entity";
  ARROW_ASSIGN_OR_RAISE(taken, Take(store.GetFeatureView(name, false), &found->feature_views));
  if (taken) return "FeatureView";
  ARROW_ASSIGN_OR_RAISE(taken, Take(store.GetFeatureService(name, false), &found->feature_services));
  if (taken) return "FeatureService";
  ARROW_ASSIGN_OR_RAISE(taken, Take(store.GetDataSource(name, false), &found->data_sources));
  if (taken) return "DataSource";
  ARROW_ASSIGN_OR_RAISE(taken, Take(store.GetSavedDataset(name, false), &found->saved_datasets));
  if (taken) return "SavedDataset";
  ARROW_ASSIGN_OR_RAISE(taken, Take(store.GetStreamFeatureView(name, false), &found->feature_views));
  if (taken) return "StreamFeatureView";
  ARROW_ASSIGN_OR_RAISE(taken, Take(store.GetOnDemandFeatureView(name, false), &found->on_demand_feature_views));
  return taken ? "OnDemandFeatureView" : "";
}

arrow::Status RunDelete(const Session& session, const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
  ApplyOptions options;
  ARROW_ASSIGN_OR_RAISE(const std::string kind, FindAny(*store, name, &options.to_delete));
  if (kind.empty()) {
    // A success, as in Feast: afterwards the object is not there.
    Print("Object not found. Deletion skipped.\n");
    return arrow::Status::OK();
  }
  ARROW_RETURN_NOT_OK(store->Apply({}, options).status());
  const bool color = UseColor(stdout);
  Print("Deleted " + kind + " " + Paint(name, Color::kRed, color) + " from " + store->project() + ".\n");
  return arrow::Status::OK();
}

}  // namespace

void AddDelete(Command root, Session& session) {
  const auto name = std::make_shared<std::string>();
  root.Add("delete", "Remove one object of this project from the registry")
      .Argument("NAME", name.get(), "Its name")
      .Run([name, &session] { return RunDelete(session, *name); });
}

}  // namespace feast::cli
