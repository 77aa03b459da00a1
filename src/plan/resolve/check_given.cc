#include "plan/resolve/check_given.h"

#include <string>
#include <variant>

#include "plan/resolve/unique_definitions.h"

namespace feast {

namespace {

arrow::Status IsNothing(const std::string& what) {
  return arrow::Status::Invalid(what, " is a null pointer. Leave it out, or make the object");
}

template <typename Objects>
arrow::Status CheckEach(const char* list, const char* kind, const Objects& objects) {
  for (size_t i = 0; i < objects.size(); ++i) {
    if (objects[i] == nullptr) return IsNothing(std::string(list) + "[" + std::to_string(i) + "] of the definitions");
    if (objects[i]->name.empty()) {
      return arrow::Status::Invalid("The ", kind, " ", list, "[", i, "] has no name", DefinedAt(objects[i]->origin),
                                    ". Give it one");
    }
  }
  return arrow::Status::OK();
}

arrow::Status CheckParts(const FeatureView& view) {
  for (const auto& source : view.source_views) {
    if (source == nullptr) return IsNothing("A view that feature view '" + view.name + "' is derived from");
  }
  return arrow::Status::OK();
}

arrow::Status CheckParts(const OnDemandFeatureView& view) {
  for (const auto& [name, source] : view.sources) {
    const auto* request = std::get_if<std::shared_ptr<RequestSource>>(&source);
    if (request != nullptr && *request == nullptr) {
      return IsNothing("Source '" + name + "' of on demand feature view '" + view.name + "'");
    }
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Status CheckGiven(const Definitions& definitions) {
  ARROW_RETURN_NOT_OK(CheckEach("entities", "entity", definitions.entities));
  ARROW_RETURN_NOT_OK(CheckEach("data_sources", "data source", definitions.data_sources));
  ARROW_RETURN_NOT_OK(CheckEach("feature_views", "feature view", definitions.feature_views));
  ARROW_RETURN_NOT_OK(
      CheckEach("on_demand_feature_views", "on demand feature view", definitions.on_demand_feature_views));
  ARROW_RETURN_NOT_OK(CheckEach("feature_services", "feature service", definitions.feature_services));
  ARROW_RETURN_NOT_OK(CheckEach("saved_datasets", "saved dataset", definitions.saved_datasets));
  ARROW_RETURN_NOT_OK(CheckEach("carried_objects", "object", definitions.carried_objects));
  for (const auto& view : definitions.feature_views) ARROW_RETURN_NOT_OK(CheckParts(*view));
  for (const auto& view : definitions.on_demand_feature_views) ARROW_RETURN_NOT_OK(CheckParts(*view));
  return arrow::Status::OK();
}

}  // namespace feast
