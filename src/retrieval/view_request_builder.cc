#include "retrieval/view_request_builder.h"

#include <utility>
#include <vector>

#include "definitions/column_names.h"
#include "feast/errors.h"
#include "text/did_you_mean.h"

namespace feast {
namespace {

/// The view's join keys. Registries written by old versions of Feast have no entity columns; there the entities say it.
arrow::Result<std::vector<Field>> JoinKeys(const FeatureView& view, const Snapshot& snapshot,
                                           const std::string& project) {
  std::vector<Field> keys;
  for (const Field& column : view.entity_columns) {
    if (column.name != kDummyEntityJoinKey) keys.push_back(column);
  }
  if (!view.entity_columns.empty()) return keys;
  for (const std::string& name : view.entities) {
    if (name == kDummyEntityName) continue;
    ARROW_ASSIGN_OR_RAISE(const auto entity, snapshot.GetEntity(project, name));
    if (entity == nullptr) {
      return NamedError("EntityNotFoundException", "Entity '" + name + "' of feature view '" + view.name +
                                                       "' does not exist in project '" + project + "'. Apply it." +
                                                       DidYouMean(name, snapshot.Names(ObjectKind::kEntity, project)));
    }
    Field key;
    key.name = entity->join_key.empty() ? entity->name : entity->join_key;
    key.type = Type::Of(entity->value_type);
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace

arrow::Result<ViewRequest> StartViewRequest(const std::shared_ptr<const FeatureView>& requested,
                                            const FeatureViewProjection& projection, const Snapshot& snapshot,
                                            const std::string& project) {
  const FeatureView& view = *requested;
  ViewRequest request;
  request.name = projection.name_to_use();
  request.view = requested;
  request.source = BatchSourceOf(view.batch_source);
  if (!request.source) request.source = BatchSourceOf(view.stream_source);
  if (!request.source) {
    return arrow::Status::Invalid(
        "Feature view has no batch source, so there is no history to read; give its source a ",
        "batch_source and apply: '", view.name, "'");
  }
  const DataSource& source = *request.source;
  request.timestamp_column = ColumnInSource(source, source.timestamp_field);
  if (request.timestamp_column.empty()) {
    return arrow::Status::Invalid("Data source has no timestamp_field, so its rows have no time; set it and apply: '",
                                  source.name, "' of feature view '", view.name, "'");
  }
  if (!source.created_timestamp_column.empty()) {
    request.created_column = ColumnInSource(source, source.created_timestamp_column);
  }
  request.ttl = view.ttl;
  ARROW_ASSIGN_OR_RAISE(std::vector<Field> keys, JoinKeys(view, snapshot, project));
  for (const Field& key : keys) {
    const auto mapped = projection.join_key_map.find(key.name);
    request.join_keys.push_back({.source_column = ColumnInSource(source, key.name),
                                 .entity_column = mapped == projection.join_key_map.end() ? key.name : mapped->second,
                                 .name = key.name,
                                 .type = key.type});
  }
  return request;
}

}  // namespace feast
