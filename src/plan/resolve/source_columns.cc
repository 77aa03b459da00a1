#include "plan/resolve/source_columns.h"

#include <algorithm>
#include <utility>

#include "arrow/type.h"
#include "feast/errors.h"
#include "plan/resolve/resolve_source.h"
#include "plan/resolve/unique_definitions.h"

namespace feast {

namespace {

constexpr size_t kColumnsShownMax = 20;

std::string ColumnsOf(const arrow::Schema& schema) {
  std::vector<std::string> names = schema.field_names();
  const size_t total = names.size();
  if (total > kColumnsShownMax) names.resize(kColumnsShownMax);
  std::string text = QuotedList(names);
  if (total > kColumnsShownMax) text += " and " + std::to_string(total - kColumnsShownMax) + " more";
  return text;
}

bool IsNumber(ValueType type) {
  return type == ValueType::kInt32 || type == ValueType::kInt64 || type == ValueType::kFloat ||
         type == ValueType::kDouble || type == ValueType::kBool;
}

/// Whether no reading of the column can give the declared type.
bool CannotBeMeant(const Type& declared, const Type& actual) {
  const bool declared_number = IsNumber(declared.value_type());
  const bool declared_list = declared.kind() == Type::Kind::kArray;
  const bool actual_text = actual.value_type() == ValueType::kString || actual.value_type() == ValueType::kBytes;
  const bool actual_list = actual.kind() == Type::Kind::kArray;
  return (declared_number && (actual_text || actual_list)) || (declared_list && IsNumber(actual.value_type()));
}

class ColumnCheck {
 public:
  ColumnCheck(const FeatureView& view, const arrow::Schema& schema) : view_(view), schema_(schema) {}

  void Want(const std::string& column, const std::string& what) {
    if (schema_.GetFieldIndex(column) >= 0) return;
    missing_.push_back(column);
    wanted_.push_back(what);
  }

  /// A declared field; `name` as the view calls it.
  arrow::Status WantField(const Field& field, const std::string& what) {
    const std::string column = SourceColumn(*view_.batch_source, field.name);
    Want(column, what);
    const int index = schema_.GetFieldIndex(column);
    if (index < 0 || !field.type.is_valid()) return arrow::Status::OK();
    const auto& type = *schema_.field(index)->type();
    const auto actual = Type::FromArrow(type);
    if (!actual.ok() || !CannotBeMeant(field.type, *actual)) return arrow::Status::OK();
    return arrow::Status::Invalid("Feature view '", view_.name, "'", DefinedAt(view_.origin), " declares ", what,
                                  " as ", field.type.ToString(), ", but column '", column, "' of its source '",
                                  view_.batch_source->name, "' is ", type.ToString(), ". Declare it as ",
                                  actual->ToString());
  }

  arrow::Status Finish() const {
    if (missing_.empty()) return arrow::Status::OK();
    std::string wanted;
    for (const auto& what : wanted_) wanted += (wanted.empty() ? "" : ", ") + what;
    std::string hint = missing_.size() == 1 ? DidYouMean(missing_.front(), schema_.field_names()) : std::string();
    return arrow::Status::Invalid("Feature view '", view_.name, "'", DefinedAt(view_.origin), " needs ", wanted,
                                  ", which its source '", view_.batch_source->name, "'",
                                  DefinedAt(view_.batch_source->origin), " does not have.", hint,
                                  " Correct the name, or map the column: field_mapping={\"column\": \"",
                                  missing_.front(), "\"}. The source has ", ColumnsOf(schema_));
  }

 private:
  const FeatureView& view_;
  const arrow::Schema& schema_;
  std::vector<std::string> missing_, wanted_;
};

}  // namespace

std::string TimeColumn(const DataSource& source, const std::string& declared) {
  return declared.empty() ? declared : SourceColumn(source, declared);
}

arrow::Status CheckSourceColumns(const FeatureView& view, const std::vector<std::shared_ptr<const Entity>>& entities,
                                 const arrow::Schema& schema) {
  const DataSource& source = *view.batch_source;
  ColumnCheck check(view, schema);
  if (!source.timestamp_field.empty()) {
    check.Want(TimeColumn(source, source.timestamp_field), "timestamp field '" + source.timestamp_field + "'");
  }
  if (!source.created_timestamp_column.empty()) {
    check.Want(TimeColumn(source, source.created_timestamp_column),
               "created timestamp column '" + source.created_timestamp_column + "'");
  }
  for (const auto& entity : entities) {
    const std::string& key = entity->join_key.empty() ? entity->name : entity->join_key;
    const auto declared = std::find_if(view.entity_columns.begin(), view.entity_columns.end(),
                                       [&](const Field& field) { return field.name == key; });
    Field field;
    if (declared != view.entity_columns.end()) field = *declared;
    field.name = key;
    ARROW_RETURN_NOT_OK(check.WantField(field, "join key '" + key + "' (entity '" + entity->name + "')"));
  }
  // Aggregations make columns of their own.
  const bool aggregates = view.kind() == BaseFeatureView::Kind::kStream &&
                          !static_cast<const StreamFeatureView&>(view).aggregations.empty();
  if (!aggregates) {
    for (const auto& feature : view.features) {
      ARROW_RETURN_NOT_OK(check.WantField(feature, "feature '" + feature.name + "'"));
    }
  }
  return check.Finish();
}

}  // namespace feast
