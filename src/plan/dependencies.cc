#include "plan/dependencies.h"

#include "feast/core/Registry.pb.h"

namespace feast {

namespace {

template <typename Columns>
std::set<std::string> NamesOf(const Columns& columns) {
  std::set<std::string> names;
  for (const auto& column : columns) names.insert(column.name());
  return names;
}

}  // namespace

void Dependencies::Add(ObjectKind kind, const std::string& name, const google::protobuf::Message& stored) {
  const auto add_view = [&](const auto& spec) {
    for (const auto& entity : spec.entities()) views_of_entity_[entity].insert(name);
    for (const auto* source : {&spec.batch_source(), &spec.stream_source(), &spec.stream_source().batch_source()}) {
      if (!source->name().empty()) views_of_source_[source->name()].insert(name);
    }
  };
  switch (kind) {
    case ObjectKind::kFeatureView: {
      const auto& spec = static_cast<const core::FeatureView&>(stored).spec();
      add_view(spec);
      for (const auto& view : spec.source_views()) derived_views_[view.name()].push_back(name);
      break;
    }
    case ObjectKind::kStreamFeatureView:
      add_view(static_cast<const core::StreamFeatureView&>(stored).spec());
      break;
    case ObjectKind::kOnDemandFeatureView: {
      const auto& spec = static_cast<const core::OnDemandFeatureView&>(stored).spec();
      on_demand_views_.insert(name);
      for (const auto& [unused, source] : spec.sources()) {
        if (source.has_feature_view_projection()) {
          const auto& projection = source.feature_view_projection();
          uses_of_view_[projection.feature_view_name()].push_back(
              {{kind, name}, NamesOf(projection.feature_columns())});
        } else if (source.has_feature_view()) {
          uses_of_view_[source.feature_view().spec().name()].push_back({{kind, name}, {}});
        } else if (source.has_request_data_source()) {
          views_of_source_[source.request_data_source().name()].insert(name);
        }
      }
      break;
    }
    case ObjectKind::kFeatureService:
      for (const auto& projection : static_cast<const core::FeatureService&>(stored).spec().features()) {
        uses_of_view_[projection.feature_view_name()].push_back({{kind, name}, NamesOf(projection.feature_columns())});
      }
      break;
    case ObjectKind::kSavedDataset: {
      const auto& spec = static_cast<const core::SavedDataset&>(stored).spec();
      if (!spec.feature_service_name().empty()) datasets_of_service_[spec.feature_service_name()].insert({kind, name});
      std::map<std::string, std::set<std::string>> features;
      for (const auto& reference : spec.features()) {
        const size_t colon = reference.find(':');
        if (colon != std::string::npos) features[reference.substr(0, colon)].insert(reference.substr(colon + 1));
      }
      for (auto& [view, its_features] : features)
        uses_of_view_[view].push_back({{kind, name}, std::move(its_features)});
      break;
    }
    default:
      break;
  }
}

void Dependencies::AddUsers(const std::string& view, const std::string& feature, std::set<std::string>* visited,
                            std::set<ObjectId>* users) const {
  // Each view once, or views that are built on each other in a circle would never end.
  if (!visited->insert(view).second) return;
  if (const auto found = uses_of_view_.find(view); found != uses_of_view_.end()) {
    for (const Use& use : found->second) {
      // A use that lists no features is of all.
      if (!feature.empty() && !use.features.empty() && use.features.count(feature) == 0) continue;
      users->insert(use.user);
      // Which of its features a function makes of this one is not known: any may be.
      if (use.user.first == ObjectKind::kOnDemandFeatureView) AddUsers(use.user.second, "", visited, users);
    }
  }
  if (const auto found = derived_views_.find(view); found != derived_views_.end()) {
    for (const auto& derived : found->second) AddUsers(derived, "", visited, users);
  }
}

std::set<ObjectId> Dependencies::UsersOfView(const std::string& view, const std::string& feature) const {
  std::set<std::string> visited;
  std::set<ObjectId> users;
  AddUsers(view, feature, &visited, &users);
  return users;
}

std::set<ObjectId> Dependencies::UsersOfSource(const std::string& source) const {
  std::set<std::string> visited;
  std::set<ObjectId> users;
  const auto views = views_of_source_.find(source);
  if (views == views_of_source_.end()) return users;
  for (const auto& view : views->second) {
    AddUsers(view, "", &visited, &users);
    // The view itself is told apart from its users, unless it is one of those that impacts name.
    if (on_demand_views_.count(view) != 0) users.insert({ObjectKind::kOnDemandFeatureView, view});
  }
  return users;
}

std::set<ObjectId> Dependencies::UsersOfEntity(const std::string& entity) const {
  std::set<std::string> visited;
  std::set<ObjectId> users;
  const auto views = views_of_entity_.find(entity);
  if (views == views_of_entity_.end()) return users;
  for (const auto& view : views->second) AddUsers(view, "", &visited, &users);
  return users;
}

std::set<ObjectId> Dependencies::UsersOfService(const std::string& service) const {
  const auto found = datasets_of_service_.find(service);
  return found == datasets_of_service_.end() ? std::set<ObjectId>() : found->second;
}

}  // namespace feast
