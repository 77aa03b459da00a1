#include "plan/resolve/resolve_projection.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "feast/errors.h"
#include "plan/resolve/unique_definitions.h"
#include "text/did_you_mean.h"
#include "transform/sample_run.h"

namespace feast {

namespace {

std::vector<std::string> NamesOf(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field.name);
  return names;
}

const Field* FindField(const std::vector<Field>& fields, const std::string& name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

arrow::Status CheckJoinKeyMap(const BaseFeatureView& view, const FeatureViewProjection& projection,
                              const std::string& user) {
  if (view.kind() == BaseFeatureView::Kind::kOnDemand) return arrow::Status::OK();
  const auto keys = NamesOf(static_cast<const FeatureView&>(view).entity_columns);
  for (const auto& [key, column] : projection.join_key_map) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    return arrow::Status::Invalid(user, " renames join key '", key, "' of feature view '", view.name,
                                  "', which has no such join key.", DidYouMean(key, keys), " It has ",
                                  QuotedList(keys));
  }
  return arrow::Status::OK();
}

const std::vector<Field>& EntityColumnsOf(const BaseFeatureView& view) {
  return view.kind() == BaseFeatureView::Kind::kOnDemand ? static_cast<const OnDemandFeatureView&>(view).entity_columns
                                                         : static_cast<const FeatureView&>(view).entity_columns;
}

/// `user` says whose selection it is.
arrow::Status FillIn(const KnownObjects& known, const std::string& user, FeatureViewProjection* projection) {
  ARROW_ASSIGN_OR_RAISE(const auto view, known.FindView(projection->name, user));
  if (view == nullptr) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(CheckJoinKeyMap(*view, *projection, user));
  // A schema may name join keys, and a selection made before they were told apart has them too; they come by
  // themselves.
  if (projection->features.size() > 1) {
    std::erase_if(projection->features,
                  [&](const Field& field) { return FindField(EntityColumnsOf(*view), field.name) != nullptr; });
  }
  FeatureViewProjection whole = ProjectionOf(*view);
  if (!projection->features.empty()) {
    for (auto& feature : projection->features) {
      const Field* field = FindField(whole.features, feature.name);
      if (field == nullptr) {
        const auto names = NamesOf(whole.features);
        return NamedError("SpecifiedFeaturesNotPresentError",
                          user + " selects feature '" + feature.name + "' of feature view '" + view->name + "'" +
                              DefinedAt(view->origin) + ", which has no such feature." +
                              DidYouMean(feature.name, names) + " It has " + QuotedList(names));
      }
      // The view's field, with its type and tags: a projection is a copy of a part of it.
      feature = *field;
    }
  } else {
    projection->features = std::move(whole.features);
  }
  projection->timestamp_field = whole.timestamp_field;
  projection->created_timestamp_column = whole.created_timestamp_column;
  projection->date_partition_column = whole.date_partition_column;
  projection->batch_source = whole.batch_source;
  return arrow::Status::OK();
}

arrow::Status CheckOnDemandSchema(const OnDemandFeatureView& view, const std::string& described) {
  if (view.features.empty()) {
    return NamedError("RegistryInferenceFailure", described +
                                                      " declares no features. Say what its function returns: "
                                                      "schema=[Field(name=\"…\", dtype=Float64), …]");
  }
  std::set<std::string> names;
  for (const auto& field : view.features) {
    if (!names.insert(field.name).second) {
      return arrow::Status::Invalid(described, " declares '", field.name, "' twice. Remove one of the two");
    }
  }
  if (!view.transformation && view.aggregations.empty()) {
    return arrow::Status::Invalid(described, " has no function. Decorate one with @on_demand_feature_view(…)");
  }
  return arrow::Status::OK();
}

/// Types of the entity columns come from the schema or from the entity itself.
arrow::Status ResolveEntities(const KnownObjects& known, const std::string& described, OnDemandFeatureView* view) {
  if (view->entities.empty()) view->entities = {kDummyEntityName};
  for (const auto& name : view->entities) {
    Field column;
    if (name == kDummyEntityName) {
      column.name = kDummyEntityJoinKey;
      column.type = Type::Of(ValueType::kString);
    } else {
      ARROW_ASSIGN_OR_RAISE(const auto entity, known.FindEntity(name, described));
      if (entity == nullptr) continue;
      column.name = entity->join_key.empty() ? entity->name : entity->join_key;
      if (entity->value_type != ValueType::kInvalid) column.type = Type::Of(entity->value_type);
    }
    if (const Field* declared = FindField(view->features, column.name)) {
      column = *declared;
      view->features.erase(view->features.begin() + (declared - view->features.data()));
    }
    if (column.type.is_valid() && FindField(view->entity_columns, column.name) == nullptr) {
      view->entity_columns.push_back(std::move(column));
    }
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::shared_ptr<FeatureService>> ResolveService(const FeatureService& service,
                                                              const KnownObjects& known) {
  auto resolved = std::make_shared<FeatureService>(service);
  const std::string described = "Feature service '" + service.name + "'" + DefinedAt(service.origin);
  for (auto& projection : resolved->features) ARROW_RETURN_NOT_OK(FillIn(known, described, &projection));
  return resolved;
}

arrow::Result<std::shared_ptr<OnDemandFeatureView>> ResolveOnDemandView(const OnDemandFeatureView& view,
                                                                        const KnownObjects& known) {
  auto resolved = std::make_shared<OnDemandFeatureView>(view);
  const std::string described = "On demand feature view '" + view.name + "'" + DefinedAt(view.origin);
  ARROW_RETURN_NOT_OK(ResolveEntities(known, described, resolved.get()));
  ARROW_RETURN_NOT_OK(CheckOnDemandSchema(*resolved, described));
  for (auto& [name, source] : resolved->sources) {
    if (auto* projection = std::get_if<FeatureViewProjection>(&source)) {
      ARROW_RETURN_NOT_OK(FillIn(known, described, projection));
    }
  }
  resolved->projection = ProjectionOf(*resolved);
  return resolved;
}

arrow::Status CheckFunction(const OnDemandFeatureView& view, const KnownObjects& known) {
  const std::string described = "On demand feature view '" + view.name + "'" + DefinedAt(view.origin);
  std::vector<Field> entity_columns = view.entity_columns;
  for (const auto& [name, source] : view.sources) {
    const auto* projection = std::get_if<FeatureViewProjection>(&source);
    if (!projection) continue;
    ARROW_ASSIGN_OR_RAISE(const auto input, known.FindView(projection->name, described));
    if (input == nullptr) return arrow::Status::OK();
    const std::vector<Field>& columns = EntityColumnsOf(*input);
    entity_columns.insert(entity_columns.end(), columns.begin(), columns.end());
  }
  std::erase_if(entity_columns, [](const Field& field) { return field.name == kDummyEntityJoinKey; });
  const arrow::Status status = TryFunction(view, entity_columns);
  if (status.ok()) return status;
  return status.WithMessage(described,
                            ": its function fails on a sample row of its inputs' types. Mend it, or skip this check "
                            "with --skip-feature-view-validation. ",
                            status.message());
}

}  // namespace feast
