#include "plan/resolve/source_columns.h"

#include <algorithm>
#include <utility>

#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "definitions/column_names.h"
#include "feast/errors.h"
#include "offline/source_column.h"
#include "plan/resolve/resolve_source.h"
#include "plan/resolve/unique_definitions.h"
#include "text/did_you_mean.h"

namespace feast {

namespace {

constexpr size_t kColumnsShownMax = 20;

constexpr const char* kMomentsOfText =
    ", in a form that is read: 2024-05-01, 2024-05-01 13:45:10.123456 or 2024-05-01T13:45:10Z";

std::string ColumnsOf(const arrow::Schema& schema) {
  std::vector<std::string> names = schema.field_names();
  const size_t total = names.size();
  if (total > kColumnsShownMax) names.resize(kColumnsShownMax);
  std::string text = QuotedList(names);
  if (total > kColumnsShownMax) text += " and " + std::to_string(total - kColumnsShownMax) + " more";
  return text;
}

/// What values are at heart; types of one kind are read as each other.
enum class Kind { kAny, kNumber, kMoment, kText, kList, kTree };

Kind KindOf(const Type& type) {
  if (type.kind() == Type::Kind::kStruct) return Kind::kTree;
  if (type.kind() != Type::Kind::kPrimitive) return Kind::kList;
  switch (type.value_type()) {
    case ValueType::kInt32:
    case ValueType::kInt64:
    case ValueType::kFloat:
    case ValueType::kDouble:
    case ValueType::kBool:
      return Kind::kNumber;
    case ValueType::kUnixTimestamp:
    case ValueType::kZonedTimestamp:
      return Kind::kMoment;
    case ValueType::kString:
    case ValueType::kBytes:
      return Kind::kText;
    case ValueType::kMap:
      return Kind::kTree;
    // Decimals, Json and the like are kept in more than one way.
    default:
      return Kind::kAny;
  }
}

bool IsWholeNumber(const Type& type) {
  return type.value_type() == ValueType::kInt32 || type.value_type() == ValueType::kInt64;
}

/// Whether no reading of the column can give the declared type.
bool CannotBeMeant(const Type& declared, const Type& actual) {
  const Kind wanted = KindOf(declared), there = KindOf(actual);
  if (wanted == Kind::kAny || there == Kind::kAny) return false;
  if (wanted == Kind::kList && there == Kind::kList && declared.element() && actual.element()) {
    return CannotBeMeant(*declared.element(), *actual.element());
  }
  // Moments may be kept as counts of seconds, vectors as bytes, trees as text.
  if (wanted == Kind::kMoment && IsWholeNumber(actual)) return false;
  if (wanted == Kind::kList && actual.value_type() == ValueType::kBytes) return false;
  if (wanted == Kind::kTree && there == Kind::kText) return false;
  return wanted != there;
}

/// The name of the type as which cells that are features are read; of event timestamps, more digits are kept.
constexpr const char* kMicroseconds = "timestamp[us]";

/// As what cells of the declared type are read; "" for text, which they always are.
std::string CellType(const Type& declared) {
  switch (KindOf(declared)) {
    case Kind::kNumber: {
      const auto type = declared.ToArrow();
      return type.ok() ? (*type)->name() : "";
    }
    case Kind::kMoment:
      return kMicroseconds;
    default:
      return "";
  }
}

/// The cell that shows it.
std::string ForIts(const arrow::Field& guess, const std::string& type) {
  const std::string cell = CellAgainst(guess, type);
  return cell.empty() ? "" : ": " + cell;
}

class ColumnCheck {
 public:
  ColumnCheck(const FeatureView& view, const arrow::Schema& schema) : view_(view), schema_(schema) {}

  void Want(const std::string& column, const std::string& what) {
    if (schema_.GetFieldIndex(column) >= 0) return;
    missing_.push_back(column);
    wanted_.push_back(what);
  }

  /// That files do not agree on a key is told when it is read, file by file.
  arrow::Status WantKey(const Field& field, const std::string& what) {
    const auto column = schema_.GetFieldByName(ColumnInSource(*view_.batch_source, field.name));
    return column && !WhyUnreadable(*column).empty() ? arrow::Status::OK() : WantField(field, what);
  }

  /// A declared field; `name` as the view calls it.
  arrow::Status WantField(const Field& field, const std::string& what) {
    const std::string column = ColumnInSource(*view_.batch_source, field.name);
    Want(column, what);
    const int index = schema_.GetFieldIndex(column);
    if (index < 0 || !field.type.is_valid()) return arrow::Status::OK();
    const auto& type = *schema_.field(index)->type();
    if (const std::string why = WhyUnreadable(*schema_.field(index)); !why.empty()) {
      return arrow::Status::TypeError("Feature view '", view_.name, "'", DefinedAt(view_.origin), " declares ", what,
                                      ", which its source '", view_.batch_source->name, "' cannot give. ", why);
    }
    const auto actual = Type::FromArrow(type);
    const arrow::Field& found = *schema_.field(index);
    const bool is_wrong =
        IsGuessed(found) ? CellsCannotBe(field.type, found) : actual.ok() && CannotBeMeant(field.type, *actual);
    if (!actual.ok() || !is_wrong) return arrow::Status::OK();
    if (KindOf(field.type) == Kind::kMoment && !CellWithTooManyDigits(found).empty()) return TooManyDigits(found, what);
    return arrow::Status::Invalid("Feature view '", view_.name, "'", DefinedAt(view_.origin), " declares ", what,
                                  " as ", field.type.ToString(), ", but column '", column, "' of its source '",
                                  view_.batch_source->name, "' is ", type.ToString(),
                                  ForIts(found, CellType(field.type)), ". Declare it as ", actual->ToString());
  }

  /// A time column by its own name. What holds moments in another store is that store's to know.
  arrow::Status WantTime(const std::string& column, const std::string& what) {
    Want(column, what);
    const int index = schema_.GetFieldIndex(column);
    if (index < 0 || dynamic_cast<const FileSource*>(view_.batch_source.get()) == nullptr) return arrow::Status::OK();
    const arrow::Field& found = *schema_.field(index);
    const arrow::DataType& type = *found.type();
    const bool may_hold_moments = type.id() == arrow::Type::TIMESTAMP || arrow::is_date(type.id()) ||
                                  type.id() == arrow::Type::NA ||
                                  (IsGuessed(found) && CellAgainst(found, "timestamp").empty());
    if (may_hold_moments || !WhyUnreadable(found).empty()) return arrow::Status::OK();
    return arrow::Status::Invalid(
        "Feature view '", view_.name, "'", DefinedAt(view_.origin), " has a source '", view_.batch_source->name,
        "' whose ", what, " holds ", type.ToString(), ", not timestamps or dates", ForIts(found, "timestamp"),
        ". Name another column, or write this one as timestamps", IsGuessed(found) ? kMomentsOfText : "");
  }

  /// `what` comes from a text column of timestamps, some of which features cannot keep.
  arrow::Status TooManyDigits(const arrow::Field& found, const std::string& what) const {
    return arrow::Status::Invalid("Feature view '", view_.name, "'", DefinedAt(view_.origin), " has ", what,
                                  ", whose column '", found.name(), "' of source '", view_.batch_source->name,
                                  "' has timestamps with more digits than the microseconds that features keep: ",
                                  CellWithTooManyDigits(found), ". Write six digits at most, or declare it as String");
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

std::string CellWithTooManyDigits(const arrow::Field& guess) {
  return CellAgainst(guess, "timestamp").empty() ? CellAgainst(guess, kMicroseconds) : "";
}

bool CellsCannotBe(const Type& declared, const arrow::Field& guess) {
  if (guess.type()->id() == arrow::Type::NA) return false;
  return KindOf(declared) == Kind::kList || !CellAgainst(guess, CellType(declared)).empty();
}

arrow::Status CheckSourceColumns(const FeatureView& view, const std::vector<std::shared_ptr<const Entity>>& entities,
                                 const arrow::Schema& schema) {
  const DataSource& source = *view.batch_source;
  ColumnCheck check(view, schema);
  if (!source.timestamp_field.empty()) {
    ARROW_RETURN_NOT_OK(check.WantTime(ColumnInSource(source, source.timestamp_field),
                                       "timestamp field '" + source.timestamp_field + "'"));
  }
  if (!source.created_timestamp_column.empty()) {
    ARROW_RETURN_NOT_OK(check.WantTime(ColumnInSource(source, source.created_timestamp_column),
                                       "created timestamp column '" + source.created_timestamp_column + "'"));
  }
  for (const auto& entity : entities) {
    const std::string& key = entity->join_key.empty() ? entity->name : entity->join_key;
    const auto declared = std::find_if(view.entity_columns.begin(), view.entity_columns.end(),
                                       [&](const Field& field) { return field.name == key; });
    Field field;
    if (declared != view.entity_columns.end()) field = *declared;
    field.name = key;
    ARROW_RETURN_NOT_OK(check.WantKey(field, "join key '" + key + "' (entity '" + entity->name + "')"));
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
