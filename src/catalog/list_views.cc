// Listings of feature views, of each kind and all together.
#include <set>
#include <vector>

#include "catalog/list_objects.h"
#include "catalog/tagged_objects.h"
#include "definitions/proto.h"

namespace feast {

namespace {

using EntityNames = std::set<std::string>;

/// A Python set, which is how Feast shows them.
std::string ShowEntities(const EntityNames& entities) {
  if (entities.empty()) return "n/a";
  std::string out;
  for (const std::string& name : entities) out += (out.empty() ? "'" : ", '") + name + "'";
  return "{" + out + "}";
}

EntityNames EntitiesOf(const core::FeatureViewSpec& spec) {
  EntityNames entities(spec.entities().begin(), spec.entities().end());
  entities.erase(kDummyEntityName);
  return entities;
}

/// Those of the views that an on-demand view takes features from.
EntityNames EntitiesOf(const core::OnDemandFeatureViewSpec& spec, const ListedProject& asked) {
  EntityNames entities;
  for (const auto& [name, source] : spec.sources()) {
    std::string view_name = source.feature_view_projection().feature_view_name();
    if (source.has_feature_view()) view_name = source.feature_view().spec().name();
    if (const auto* found = asked.snapshot.FindFeatureView(asked.project, view_name)) {
      entities.merge(EntitiesOf(found->spec()));
    }
  }
  return entities;
}

template <typename Spec>
std::vector<std::string> FeatureNames(const Spec& spec) {
  std::vector<std::string> names;
  for (const auto& feature : spec.features()) names.push_back(feature.name());
  return names;
}

template <typename Message>
ListedObject ListedView(const Message& message, const EntityNames& entities, const char* type) {
  const auto& spec = message.spec();
  const std::string state = core::FeatureViewState_Name(message.meta().state());
  return {{spec.name(), ShowEntities(entities), type, spec.disabled() ? "No" : "Yes", state},
          {{"name", spec.name()},
           {"type", type},
           {"entities", entities},
           {"features", FeatureNames(spec)},
           {"enabled", !spec.disabled()},
           {"state", state},
           {"description", spec.description()},
           {"tags", TagsJson(spec.tags())},
           {"owner", spec.owner()}}};
}

/// A batch view by its transformation. What cannot be read in full is listed all the same.
bool IsBatchView(const core::FeatureView& message) {
  const auto definition = FromProto(message);
  return definition.ok() && (*definition)->kind() == BaseFeatureView::Kind::kBatch;
}

template <typename Messages>
Listing ListTransformed(const Messages& messages, const ListedProject& asked) {
  Listing listing{{"NAME"}, {}};
  ForEachTagged(messages, asked.project, asked.tags, [&](const auto& message) {
    const auto& spec = message.spec();
    listing.objects.push_back({{spec.name()},
                               {{"name", spec.name()},
                                {"mode", spec.mode()},
                                {"features", FeatureNames(spec)},
                                {"description", spec.description()},
                                {"tags", TagsJson(spec.tags())},
                                {"owner", spec.owner()}}});
  });
  return listing;
}

/// As Feast's Python has it: "last_write_wins".
std::string PolicyName(core::ConflictResolutionPolicy policy) {
  std::string name = core::ConflictResolutionPolicy_Name(policy);
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name;
}

}  // namespace

Listing ListFeatureViews(const ListedProject& asked) {
  Listing listing{{"NAME", "ENTITIES", "TYPE", "ENABLED", "STATE"}, {}};
  const core::Registry& registry = asked.snapshot.registry();
  ForEachTagged(registry.feature_views(), asked.project, asked.tags, [&](const core::FeatureView& message) {
    listing.objects.push_back(
        ListedView(message, EntitiesOf(message.spec()), IsBatchView(message) ? "BatchFeatureView" : "FeatureView"));
  });
  ForEachTagged(
      registry.on_demand_feature_views(), asked.project, asked.tags, [&](const core::OnDemandFeatureView& message) {
        listing.objects.push_back(ListedView(message, EntitiesOf(message.spec(), asked), "OnDemandFeatureView"));
      });
  return listing;
}

Listing ListOnDemandFeatureViews(const ListedProject& asked) {
  return ListTransformed(asked.snapshot.registry().on_demand_feature_views(), asked);
}

Listing ListStreamFeatureViews(const ListedProject& asked) {
  return ListTransformed(asked.snapshot.registry().stream_feature_views(), asked);
}

Listing ListLabelViews(const ListedProject& asked) {
  Listing listing{{"NAME", "ENTITIES", "CONFLICT_POLICY"}, {}};
  ForEachTagged(asked.snapshot.registry().label_views(), asked.project, asked.tags,
                [&](const core::LabelView& message) {
                  const core::LabelViewSpec& spec = message.spec();
                  const std::vector<std::string> entities(spec.entities().begin(), spec.entities().end());
                  std::string shown;
                  for (const std::string& entity : entities) shown += (shown.empty() ? "" : ", ") + entity;
                  const std::string policy = PolicyName(spec.conflict_policy());
                  listing.objects.push_back({{spec.name(), entities.empty() ? "n/a" : shown, policy},
                                             {{"name", spec.name()},
                                              {"entities", entities},
                                              {"features", FeatureNames(spec)},
                                              {"conflict_policy", policy},
                                              {"labeler_field", spec.labeler_field()},
                                              {"description", spec.description()},
                                              {"tags", TagsJson(spec.tags())},
                                              {"owner", spec.owner()}}});
                });
  return listing;
}

}  // namespace feast
