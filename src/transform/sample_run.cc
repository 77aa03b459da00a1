#include "transform/sample_run.h"

#include <chrono>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "arrow/array/array_nested.h"
#include "arrow/array/util.h"
#include "arrow/record_batch.h"
#include "arrow/scalar.h"
#include "arrow/type.h"
#include "definitions/proto.h"
#include "feast/errors.h"
#include "transform/declared_type.h"

namespace feast {
namespace {

constexpr const char* kEventTimestamp = "event_timestamp";

/// One value of the type, the one that Feast tries; null for types that it does not know.
arrow::Result<std::shared_ptr<arrow::Scalar>> SampleOf(const std::shared_ptr<arrow::DataType>& type) {
  switch (type->id()) {
    case arrow::Type::BOOL:
      return std::make_shared<arrow::BooleanScalar>(true);
    case arrow::Type::INT32:
    case arrow::Type::INT64:
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
      return arrow::MakeScalar(type, 1);
    case arrow::Type::STRING:
      return std::make_shared<arrow::StringScalar>("hello world");
    case arrow::Type::BINARY:
      return std::make_shared<arrow::BinaryScalar>("hello world");
    case arrow::Type::TIMESTAMP: {
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      const int64_t micros = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
      return arrow::TimestampScalar(micros, arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")).CastTo(type);
    }
    case arrow::Type::LIST: {
      ARROW_ASSIGN_OR_RAISE(const auto element, SampleOf(static_cast<const arrow::ListType&>(*type).value_type()));
      ARROW_ASSIGN_OR_RAISE(auto elements, arrow::MakeArrayFromScalar(*element, 1));
      return std::make_shared<arrow::ListScalar>(std::move(elements), type);
    }
    default:
      return arrow::MakeNullScalar(type);
  }
}

/// The row, put together as at retrieval.
class SampleRow {
 public:
  arrow::Status Add(const std::string& name, const Field& field) {
    if (!names_.insert(name).second) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const auto type, field.type.ToArrow());
    ARROW_ASSIGN_OR_RAISE(const auto value, SampleOf(type));
    ARROW_ASSIGN_OR_RAISE(auto column, arrow::MakeArrayFromScalar(*value, 1));
    fields_.push_back(arrow::field(name, type));
    columns_.push_back(std::move(column));
    return arrow::Status::OK();
  }
  std::shared_ptr<arrow::RecordBatch> Finish() {
    return arrow::RecordBatch::Make(arrow::schema(std::move(fields_)), 1, std::move(columns_));
  }

 private:
  std::unordered_set<std::string> names_;
  arrow::FieldVector fields_;
  arrow::ArrayVector columns_;
};

bool TypesAreKnown(const std::vector<Field>& fields) {
  for (const Field& field : fields) {
    if (!field.type.is_valid()) return false;
  }
  return !fields.empty();
}

/// nullptr when a source does not say what it has.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> SampleFor(const OnDemandFeatureView& view,
                                                             const std::vector<Field>& entity_columns) {
  SampleRow row;
  for (const auto& [source_name, source] : view.sources) {
    if (const auto* request = std::get_if<std::shared_ptr<RequestSource>>(&source)) {
      if (!TypesAreKnown((*request)->schema)) return nullptr;
      for (const Field& field : (*request)->schema) ARROW_RETURN_NOT_OK(row.Add(field.name, field));
      continue;
    }
    const auto& projection = std::get<FeatureViewProjection>(source);
    if (!TypesAreKnown(projection.features)) return nullptr;
    for (const Field& field : projection.features) {
      ARROW_RETURN_NOT_OK(row.Add(field.name, field));
      ARROW_RETURN_NOT_OK(row.Add(projection.name + "__" + field.name, field));
      ARROW_RETURN_NOT_OK(row.Add(projection.name_to_use() + "__" + field.name, field));
    }
  }
  for (const Field& field : entity_columns) {
    if (field.type.is_valid()) ARROW_RETURN_NOT_OK(row.Add(field.name, field));
  }
  ARROW_RETURN_NOT_OK(row.Add(kEventTimestamp, {.name = kEventTimestamp, .type = Type::Of(ValueType::kUnixTimestamp)}));
  return row.Finish();
}

arrow::Status CheckOutput(const OnDemandFeatureView& view, const arrow::RecordBatch& returned) {
  if (returned.num_rows() != 1) return arrow::Status::Invalid("it returned ", returned.num_rows(), " rows for one");
  for (const Field& field : view.features) {
    auto column = returned.GetColumnByName(field.name);
    if (!column) column = returned.GetColumnByName(view.name + "__" + field.name);
    if (!column) {
      std::string names;
      for (const auto& other : returned.schema()->fields()) names += (names.empty() ? "" : ", ") + other->name();
      return NamedError("SpecifiedFeaturesNotPresentError",
                        "it returned no column '" + field.name + "' (it returned: " + names + ")");
    }
    const arrow::Status converted = ToDeclaredType(std::move(column), field.type).status();
    if (!converted.ok()) return converted.WithMessage("its column '", field.name, "' is ", converted.message());
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Status TryFunction(const OnDemandFeatureView& view, const std::vector<Field>& entity_columns) {
  const auto& function = view.transformation;
  if (!function || std::dynamic_pointer_cast<StoredTransformation>(function)) return arrow::Status::OK();
  const std::string& mode = function->mode.empty() ? view.mode : function->mode;
  if (mode != "pandas" && mode != "python") return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto row, SampleFor(view, entity_columns));
  if (!row) return arrow::Status::OK();
  auto returned = function->Apply(row);
  return returned.ok() ? CheckOutput(view, **returned) : returned.status();
}

}  // namespace feast
