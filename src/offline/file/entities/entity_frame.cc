#include "offline/file/entities/entity_frame.h"

#include <filesystem>

#include "arrow/array/array_base.h"
#include "arrow/chunked_array.h"
#include "arrow/compute/cast.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "feast/errors.h"
#include "text/did_you_mean.h"

namespace feast {
namespace {

std::string Names(const arrow::Schema& schema) {
  std::string text;
  for (const std::string& name : schema.field_names()) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// "event_timestamp", or the only timestamp column there is.
arrow::Result<std::string> InferTimestampColumn(const arrow::Schema& schema) {
  if (schema.GetFieldIndex(kEntityTimestamp) >= 0) return kEntityTimestamp;
  std::vector<std::string> candidates;
  for (const auto& field : schema.fields()) {
    if (field->type()->id() == arrow::Type::TIMESTAMP) candidates.push_back(field->name());
  }
  if (candidates.size() == 1) return candidates[0];
  return NamedError("EntityTimestampInferenceException",
                    "The entity rows have " +
                        std::string(candidates.empty() ? "no timestamp column" : "several timestamp columns") +
                        "; name the one with the time of each row event_timestamp. Columns: " + Names(schema));
}

arrow::Status NoMoments(const std::string& column, const arrow::DataType& type) {
  return NamedError("EntityDFNotDateTime", "The entity rows' timestamp column '" + column +
                                               "' must hold timestamps, and holds " + type.ToString() +
                                               ". Convert it first (pandas: pd.to_datetime).");
}

/// The type that a timestamp column of type `type` takes.
arrow::Result<std::shared_ptr<arrow::DataType>> MomentType(const std::string& column, const arrow::DataType& type,
                                                           bool coerce) {
  const std::string zone = coerce ? "UTC" : "";
  switch (type.id()) {
    case arrow::Type::TIMESTAMP: {
      const auto& timestamp = static_cast<const arrow::TimestampType&>(type);
      // A zone says how a moment is shown and leaves its number as it is, so that giving it another one is a View, no
      // Cast.
      return arrow::timestamp(timestamp.unit(), timestamp.timezone().empty() ? zone : "UTC");
    }
    case arrow::Type::NA:
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
      return arrow::timestamp(arrow::TimeUnit::MICRO, zone);
    default:
      return NoMoments(column, type);
  }
}

/// Text with a zone ("2021-04-12T10:59:42Z", "+02:00") or without one, which means UTC.
arrow::Result<std::shared_ptr<arrow::ChunkedArray>> ParseText(const std::shared_ptr<arrow::ChunkedArray>& text) {
  // A cast to a type without a zone refuses text with one, and the other way round; all of a column is of one kind.
  for (const char* zone : {"", "UTC"}) {
    auto parsed = arrow::compute::Cast(arrow::Datum(text), arrow::timestamp(arrow::TimeUnit::MICRO, zone));
    if (parsed.ok()) return parsed->chunked_array();
    if (*zone) return parsed.status();
  }
  return text;
}

arrow::Result<std::shared_ptr<arrow::ChunkedArray>> ToMoments(const std::string& name,
                                                              const std::shared_ptr<arrow::ChunkedArray>& column,
                                                              const std::shared_ptr<arrow::DataType>& type) {
  const arrow::Type::type id = column->type()->id();
  if (id == arrow::Type::TIMESTAMP) return column->View(type);
  if (id == arrow::Type::STRING || id == arrow::Type::LARGE_STRING) {
    auto parsed = ParseText(column);
    if (!parsed.ok()) {
      const arrow::Status error = NoMoments(name, *column->type());
      return error.WithMessage(error.message(), " Reading the text as timestamps failed: ", parsed.status().message());
    }
    return (*parsed)->View(type);
  }
  const auto naive = arrow::timestamp(arrow::TimeUnit::MICRO);
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum moments, arrow::compute::Cast(arrow::Datum(column), naive));
  return moments.chunked_array()->View(type);
}

arrow::Result<std::shared_ptr<arrow::Field>> MomentField(const arrow::Schema& schema, std::string* name,
                                                         const RepoConfig& config) {
  if (name->empty()) {
    ARROW_ASSIGN_OR_RAISE(*name, InferTimestampColumn(schema));
  }
  const int count = static_cast<int>(schema.GetAllFieldIndices(*name).size());
  if (count != 1) {
    return arrow::Status::KeyError("The entity rows must have the timestamp column once: '", *name,
                                   "'. Columns: ", Names(schema));
  }
  ARROW_ASSIGN_OR_RAISE(auto type, MomentType(*name, *schema.GetFieldByName(*name)->type(), config.coerce_tz_aware));
  return arrow::field(*name, std::move(type));
}

}  // namespace

FileSource EntitySource(const std::string& path) {
  FileSource source;
  source.name = path;
  // Unlike sources, entity rows are named from where the program runs.
  source.path = path.find("://") == std::string::npos ? std::filesystem::absolute(path).string() : path;
  return source;
}

arrow::Result<EntityFrame> EntityFrame::Make(std::shared_ptr<arrow::Table> rows, std::string timestamp_column,
                                             const RepoConfig& config) {
  if (!rows) return arrow::Status::Invalid("The entity rows are no table.");
  EntityFrame frame;
  ARROW_ASSIGN_OR_RAISE(auto field, MomentField(*rows->schema(), &timestamp_column, config));
  const int index = rows->schema()->GetFieldIndex(timestamp_column);
  if (!rows->column(index)->type()->Equals(field->type())) {
    ARROW_ASSIGN_OR_RAISE(auto moments, ToMoments(timestamp_column, rows->column(index), field->type()));
    ARROW_ASSIGN_OR_RAISE(rows, rows->SetColumn(index, std::move(field), std::move(moments)));
  }
  frame.table_ = std::move(rows);
  frame.timestamp_column_ = std::move(timestamp_column);
  return frame;
}

EntityFrame EntityFrame::Slice(int64_t first, int64_t count) const {
  EntityFrame slice;
  slice.table_ = table_->Slice(first, count);
  slice.timestamp_column_ = timestamp_column_;
  return slice;
}

std::shared_ptr<arrow::ChunkedArray> EntityFrame::timestamps() const {
  return table_->GetColumnByName(timestamp_column_);
}

arrow::Result<std::shared_ptr<arrow::ChunkedArray>> EntityFrame::KeyColumn(const std::string& name,
                                                                           const std::string& view) const {
  if (auto column = table_->GetColumnByName(name)) return column;
  const bool twice = !table_->schema()->GetAllFieldIndices(name).empty();
  return arrow::Status::KeyError(
      "The entity rows must have the join key of feature view '", view, "' ", twice ? "once" : "as a column", ": '",
      name, "'.", DidYouMean(name, table_->schema()->field_names()), " Columns: ", Names(*table_->schema()));
}

}  // namespace feast
