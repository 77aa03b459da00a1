#include "retrieval/requested_views.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "feast/errors.h"
#include "text/did_you_mean.h"

namespace feast {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

/// Whether `text` is a version that a reference may pin: v2, V17.
bool IsVersion(std::string_view text) {
  return text.size() > 1 && (text[0] == 'v' || text[0] == 'V') &&
         std::all_of(text.begin() + 1, text.end(), [](unsigned char c) { return std::isdigit(c); });
}

/// " It exists in project 'a'; …" when another project of the registry has an object of that name.
template <typename Objects>
std::string ElsewhereHint(const Objects& objects, const std::string& project, const std::string& name) {
  for (const auto& object : objects) {
    if (object.spec().name() == name && object.spec().project() != project) {
      return " It exists in project '" + object.spec().project() +
             "'; a store reads the one project of its configuration.";
    }
  }
  return {};
}

arrow::Result<std::shared_ptr<const FeatureService>> FindService(const Snapshot& snapshot, const std::string& project,
                                                                 const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(auto service, snapshot.GetFeatureService(project, name));
  if (service != nullptr) return service;
  std::string hint = ElsewhereHint(snapshot.registry().feature_services(), project, name);
  if (hint.empty()) hint = DidYouMean(name, snapshot.Names(ObjectKind::kFeatureService, project));
  return NamedError("FeatureServiceNotFoundException",
                    "Feature service '" + name + "' does not exist in project '" + project + "'." + hint);
}

arrow::Result<std::vector<RequestedView>> ViewsOfService(const std::string& name, const Snapshot& snapshot,
                                                         const std::string& project) {
  ARROW_ASSIGN_OR_RAISE(const auto service, FindService(snapshot, project, name));
  std::vector<RequestedView> result;
  for (const FeatureViewProjection& selected : service->features) {
    ARROW_ASSIGN_OR_RAISE(auto view, FindAnyView(snapshot, project, selected.name));
    ARROW_ASSIGN_OR_RAISE(auto projection, CompleteProjection(*view, selected, "Feature service '" + name + "'"));
    result.push_back({std::move(view), std::move(projection)});
  }
  if (result.empty())
    return arrow::Status::Invalid("Feature service has no features: '", name, "'. Add a view to it and apply.");
  return result;
}

const Field* FindField(const std::vector<Field>& fields, const std::string& name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

std::vector<std::string> FieldNames(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  return names;
}

arrow::Result<std::vector<RequestedView>> ViewsOfReferences(const std::vector<std::string>& references,
                                                            const Snapshot& snapshot, const std::string& project) {
  std::vector<RequestedView> result;
  for (const std::string& text : references) {
    ARROW_ASSIGN_OR_RAISE(FeatureReference reference, ParseFeatureReference(text));
    auto place = std::find_if(result.begin(), result.end(),
                              [&](const RequestedView& other) { return other.view->name == reference.view; });
    if (place == result.end()) {
      ARROW_ASSIGN_OR_RAISE(auto view, FindAnyView(snapshot, project, reference.view));
      FeatureViewProjection projection;
      projection.name = view->name;
      place = result.insert(result.end(), {std::move(view), std::move(projection)});
    }
    const Field* field = FindField(place->view->features, reference.feature);
    if (!field) {
      return arrow::Status::KeyError("Feature ", reference.feature, " not found in projection ", reference.view, ".",
                                     DidYouMean(reference.feature, FieldNames(place->view->features)));
    }
    if (!FindField(place->projection.features, field->name)) place->projection.features.push_back(*field);
  }
  return result;
}

}  // namespace

arrow::Status ViewNotFound(const Snapshot& snapshot, const std::string& project, const std::string& name) {
  const core::Registry& registry = snapshot.registry();
  std::string hint = ElsewhereHint(registry.feature_views(), project, name);
  if (hint.empty()) hint = ElsewhereHint(registry.on_demand_feature_views(), project, name);
  if (hint.empty()) hint = ElsewhereHint(registry.stream_feature_views(), project, name);
  if (hint.empty()) {
    std::vector<std::string> names = snapshot.Names(ObjectKind::kFeatureView, project);
    for (ObjectKind kind : {ObjectKind::kOnDemandFeatureView, ObjectKind::kStreamFeatureView}) {
      for (std::string& other : snapshot.Names(kind, project)) names.push_back(std::move(other));
    }
    hint = DidYouMean(name, names);
  }
  return NamedError("FeatureViewNotFoundException",
                    "Feature view '" + name + "' does not exist in project '" + project + "'." + hint);
}

arrow::Result<FeatureReference> ParseFeatureReference(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) {
    return arrow::Status::Invalid("Invalid feature reference, expected '<feature view>:<feature>': '", text, "'");
  }
  std::string_view view = text.substr(0, colon);
  const size_t at = view.find('@');
  if (at != std::string_view::npos) {
    const std::string_view version = view.substr(at + 1);
    if (IsVersion(version)) {
      return arrow::Status::NotImplemented("Reading an older version of a feature view is not supported; leave out '@",
                                           version, "': '", text, "'");
    }
    if (version.empty() || Lower(version) == "latest") view = view.substr(0, at);
  }
  return FeatureReference{std::string(view), std::string(text.substr(colon + 1))};
}

arrow::Result<std::shared_ptr<const BaseFeatureView>> FindAnyView(const Snapshot& snapshot, const std::string& project,
                                                                  const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<const BaseFeatureView> view, snapshot.GetFeatureView(project, name));
  if (view == nullptr) {
    ARROW_ASSIGN_OR_RAISE(view, snapshot.GetOnDemandFeatureView(project, name));
  }
  if (view == nullptr) {
    ARROW_ASSIGN_OR_RAISE(view, snapshot.GetStreamFeatureView(project, name));
  }
  if (view == nullptr) return ViewNotFound(snapshot, project, name);
  if (!view->enabled) {
    return arrow::Status::Invalid("Feature view is disabled and cannot serve features; set enabled=True and apply: '",
                                  name, "'");
  }
  return view;
}

arrow::Result<FeatureViewProjection> CompleteProjection(const BaseFeatureView& view, FeatureViewProjection projection,
                                                        const std::string& asked_by) {
  if (projection.features.empty()) {
    projection.features = view.features;
    return projection;
  }
  std::set<std::string> seen;
  std::vector<Field> fields;
  for (const Field& wanted : projection.features) {
    const Field* field = FindField(view.features, wanted.name);
    if (!field) {
      return arrow::Status::Invalid(asked_by, " uses a feature that its view does not have (any more): '", view.name,
                                    ":", wanted.name, "'. Mend one of them and run `feast apply`.",
                                    DidYouMean(wanted.name, FieldNames(view.features)));
    }
    if (seen.insert(field->name).second) fields.push_back(*field);
  }
  projection.features = std::move(fields);
  return projection;
}

arrow::Result<std::vector<RequestedView>> FindRequestedViews(const HistoricalRequest& request, const Snapshot& snapshot,
                                                             const std::string& project) {
  if (request.feature_service) return ViewsOfService(request.feature_service->name, snapshot, project);
  if (request.features.empty()) {
    return arrow::Status::Invalid(
        "No features specified for retrieval; give references like 'driver_hourly_stats:conv_rate' ",
        "or a feature service.");
  }
  return ViewsOfReferences(request.features, snapshot, project);
}

}  // namespace feast
