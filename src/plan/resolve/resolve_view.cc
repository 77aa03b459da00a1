#include "plan/resolve/resolve_view.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "arrow/type.h"
#include "definitions/column_names.h"
#include "definitions/definition_copies.h"
#include "feast/errors.h"
#include "offline/source_column.h"
#include "plan/resolve/source_columns.h"
#include "plan/resolve/unique_definitions.h"
#include "system/nothing_there.h"

namespace feast {

namespace {

using Entities = std::vector<std::shared_ptr<const Entity>>;

const std::string& JoinKeyOf(const Entity& entity) { return entity.join_key.empty() ? entity.name : entity.join_key; }

bool Has(const std::vector<Field>& fields, const std::string& name) {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
}

std::string Described(const FeatureView& view) { return "Feature view '" + view.name + "'" + DefinedAt(view.origin); }

bool NamesEntities(const FeatureView& view) {
  return std::any_of(view.entities.begin(), view.entities.end(),
                     [](const std::string& name) { return name != kDummyEntityName; });
}

/// Those that are known; an error for others, unless they may be missing.
arrow::Result<Entities> EntitiesOf(const FeatureView& view, const KnownObjects& known) {
  Entities entities;
  std::set<std::string> join_keys;
  for (const auto& name : view.entities) {
    if (name == kDummyEntityName) continue;
    ARROW_ASSIGN_OR_RAISE(auto entity, known.FindEntity(name, Described(view)));
    if (entity == nullptr) continue;
    if (!join_keys.insert(JoinKeyOf(*entity)).second) {
      return arrow::Status::Invalid(Described(view), " has two entities with the join key '", JoinKeyOf(*entity),
                                    "'. Keep one of them");
    }
    entities.push_back(std::move(entity));
  }
  return entities;
}

arrow::Status CheckSchema(const FeatureView& view) {
  std::set<std::string> names;
  int vectors = 0;
  for (const auto& fields : {view.features, view.entity_columns}) {
    for (const auto& field : fields) {
      if (!names.insert(field.name).second && !Has(view.entity_columns, field.name)) {
        return arrow::Status::Invalid(Described(view), " declares '", field.name, "' twice. Remove one of the two");
      }
      vectors += field.vector_index;
      if (!view.batch_source) continue;
      const auto mapped = view.batch_source->field_mapping.find(field.name);
      if (mapped == view.batch_source->field_mapping.end() || mapped->second == field.name) continue;
      return arrow::Status::Invalid(Described(view), " declares '", field.name,
                                    "', which the field_mapping of source '", view.batch_source->name, "' renames to '",
                                    mapped->second, "'. Declare '", mapped->second, "' instead, or remove the mapping");
    }
  }
  if (vectors > 1) {
    return arrow::Status::Invalid(Described(view), " has several fields with vector_index; one is allowed");
  }
  return arrow::Status::OK();
}

/// Moves declared join keys from the features to the entity columns and takes types from the entities.
arrow::Status SeparateJoinKeys(const Entities& entities, FeatureView* view) {
  std::vector<Field> features;
  std::vector<Field>& columns = view->entity_columns;
  for (auto& field : view->features) {
    const auto entity = std::find_if(entities.begin(), entities.end(),
                                     [&](const auto& candidate) { return JoinKeyOf(*candidate) == field.name; });
    if (entity == entities.end()) {
      features.push_back(std::move(field));
      continue;
    }
    const ValueType declared = (*entity)->value_type;
    if (declared != ValueType::kInvalid && field.type.is_valid() &&
        Type::Of(declared).value_type() != field.type.value_type()) {
      return arrow::Status::Invalid(Described(*view), " gives join key '", field.name, "' the type ",
                                    field.type.ToString(), ", but its entity '", (*entity)->name, "'",
                                    DefinedAt((*entity)->origin), " says ", ValueTypeName(declared),
                                    ". Make the two agree");
    }
    if (!Has(columns, field.name)) columns.push_back(std::move(field));
  }
  view->features = std::move(features);
  for (const auto& entity : entities) {
    if (entity->value_type != ValueType::kInvalid && !Has(columns, JoinKeyOf(*entity))) {
      Field field;
      field.name = JoinKeyOf(*entity);
      field.type = Type::Of(entity->value_type);
      columns.push_back(std::move(field));
    }
  }
  return arrow::Status::OK();
}

void AddDummyEntity(FeatureView* view) {
  view->entities = {kDummyEntityName};
  if (!view->entity_columns.empty()) return;
  Field field;
  field.name = kDummyEntityJoinKey;
  field.type = Type::Of(ValueType::kString);
  view->entity_columns.push_back(std::move(field));
}

/// Nothing is known of a column in which no file has a value.
bool HoldsOnlyNulls(const arrow::DataType& type) {
  if (type.id() == arrow::Type::NA) return true;
  return std::ranges::any_of(type.fields(), [](const auto& part) { return HoldsOnlyNulls(*part->type()); });
}

arrow::Status CheckReadable(const FeatureView& view, const arrow::Field& column) {
  const std::string why = WhyUnreadable(column);
  if (why.empty()) return arrow::Status::OK();
  return NamedError("RegistryInferenceFailure",
                    Described(view) + " cannot infer a type for column '" + column.name() + "' of source '" +
                        view.batch_source->name + "'. " + why +
                        " Or declare the view's schema without it: schema=[Field(name=…, dtype=…), …]");
}

arrow::Status CheckDigits(const FeatureView& view, const arrow::Field& column) {
  const std::string cell = CellWithTooManyDigits(column);
  if (cell.empty()) return arrow::Status::OK();
  return NamedError("RegistryInferenceFailure",
                    Described(view) + " cannot take column '" + column.name() + "' of source '" +
                        view.batch_source->name +
                        "', which has timestamps with more digits than the microseconds that features keep: " + cell +
                        ". Write six digits at most, or declare the view's schema, with String for it or without it: "
                        "schema=[Field(name=…, dtype=…), …]");
}

arrow::Result<Field> InferredField(const FeatureView& view, const std::string& name, const arrow::Field& column) {
  const auto type = Type::FromArrow(*column.type());
  if (!type.ok() || HoldsOnlyNulls(*column.type())) {
    return NamedError("RegistryInferenceFailure", Described(view) + " cannot infer a type for column '" +
                                                      column.name() + "' of source '" + view.batch_source->name +
                                                      "', which is " + column.type()->ToString() +
                                                      ". Declare the view's schema, with its type or without it: "
                                                      "schema=[Field(name=…, dtype=…), …]");
  }
  Field field;
  field.name = name;
  field.type = *type;
  return field;
}

/// Join keys that still lack a type, and the features when none are declared, from the source's columns.
arrow::Status InferFromSource(const Entities& entities, const arrow::Schema& schema, FeatureView* view) {
  const DataSource& source = *view->batch_source;
  const std::set<std::string> excluded = {ColumnInSource(source, source.timestamp_field),
                                          ColumnInSource(source, source.created_timestamp_column)};
  const bool infer_features = view->features.empty();
  for (const auto& column : schema.fields()) {
    if (excluded.count(column->name()) != 0) continue;
    const auto mapped = source.field_mapping.find(column->name());
    const std::string& name = mapped == source.field_mapping.end() ? column->name() : mapped->second;
    const bool is_join_key =
        std::any_of(entities.begin(), entities.end(), [&](const auto& entity) { return JoinKeyOf(*entity) == name; });
    if (is_join_key) {
      if (Has(view->entity_columns, name)) continue;
      ARROW_ASSIGN_OR_RAISE(auto field, InferredField(*view, name, *column));
      view->entity_columns.push_back(std::move(field));
    } else if (infer_features && !name.starts_with("__")) {
      // Two underscores mark a column for a system's own use.
      ARROW_RETURN_NOT_OK(CheckReadable(*view, *column));
      ARROW_RETURN_NOT_OK(CheckDigits(*view, *column));
      ARROW_ASSIGN_OR_RAISE(auto field, InferredField(*view, name, *column));
      view->features.push_back(std::move(field));
    }
  }
  return arrow::Status::OK();
}

/// Entity columns in the order of the entities.
void OrderEntityColumns(const Entities& entities, std::vector<Field>* columns) {
  const auto rank = [&](const Field& field) {
    return std::find_if(entities.begin(), entities.end(),
                        [&](const auto& entity) { return JoinKeyOf(*entity) == field.name; }) -
           entities.begin();
  };
  std::stable_sort(columns->begin(), columns->end(), [&](const Field& a, const Field& b) { return rank(a) < rank(b); });
}

/// Whether nothing about the view is to be found out from its source.
bool IsDeclaredInFull(const Entities& entities, const FeatureView& view) {
  const auto has_type = [](const Field& field) { return field.type.is_valid(); };
  return !view.batch_source->timestamp_field.empty() && !view.features.empty() &&
         std::all_of(view.features.begin(), view.features.end(), has_type) &&
         std::all_of(view.entity_columns.begin(), view.entity_columns.end(), has_type) &&
         std::all_of(entities.begin(), entities.end(),
                     [&](const auto& entity) { return Has(view.entity_columns, JoinKeyOf(*entity)); });
}

arrow::Status NothingInferred(const FeatureView& view) {
  return NamedError("RegistryInferenceFailure",
                    Described(view) + " declares no features, and none could be inferred" +
                        (view.batch_source ? " from source '" + view.batch_source->name + "'" : std::string()) +
                        ". Declare them: schema=[Field(name=\"…\", dtype=Float32), …]");
}

}  // namespace

arrow::Result<std::shared_ptr<FeatureView>> ResolveView(const FeatureView& view, const KnownObjects& known,
                                                        const ResolvedSources& sources, const SourceSchemas& schemas,
                                                        std::vector<std::string>* warnings) {
  auto resolved = CopyOf(view);
  resolved->batch_source = sources.Of(view.batch_source);
  resolved->stream_source = sources.Of(view.stream_source);
  ARROW_ASSIGN_OR_RAISE(const Entities entities, EntitiesOf(view, known));
  ARROW_RETURN_NOT_OK(CheckSchema(*resolved));
  ARROW_RETURN_NOT_OK(SeparateJoinKeys(entities, resolved.get()));
  if (entities.empty() && !NamesEntities(view)) AddDummyEntity(resolved.get());

  std::shared_ptr<arrow::Schema> schema;
  if (resolved->batch_source) {
    const auto read = schemas.Of(*resolved->batch_source);
    // As in Feast, the data may come later when nothing has to be found out from it.
    if (!read.ok() && SaysNothingThere(read.status()) && IsDeclaredInFull(entities, *resolved)) {
      const std::string& message = read.status().message();
      if (std::find(warnings->begin(), warnings->end(), message) == warnings->end()) warnings->push_back(message);
    } else {
      ARROW_ASSIGN_OR_RAISE(schema, read);
    }
  }
  if (schema) {
    // What a transformation or another view makes is not among the source's columns.
    const bool columns_are_the_sources = !resolved->transformation && resolved->source_views.empty();
    if (columns_are_the_sources) {
      ARROW_RETURN_NOT_OK(CheckSourceColumns(*resolved, entities, *schema));
    }
    ARROW_RETURN_NOT_OK(InferFromSource(entities, *schema, resolved.get()));
  }
  if (resolved->features.empty()) return NothingInferred(*resolved);
  OrderEntityColumns(entities, &resolved->entity_columns);
  resolved->projection = ProjectionOf(*resolved);
  return resolved;
}

}  // namespace feast
