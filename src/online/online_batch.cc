#include "online/online_batch.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "arrow/array.h"
#include "arrow/builder.h"
#include "arrow/compute/api_vector.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "online/exact_column.h"
#include "online/value_bytes.h"
#include "text/iso_moment.h"

namespace feast {

namespace {

const std::shared_ptr<arrow::DataType>& Moments() {
  static const auto type = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
  return type;
}

/// The nearest moment that there is, for years that nanoseconds do not reach.
Timestamp MomentAt(const arrow::Array& moments, int64_t row) {
  using Micros = std::chrono::microseconds;
  constexpr auto kFirst = std::chrono::ceil<Micros>(Timestamp::min().time_since_epoch());
  constexpr auto kLast = std::chrono::floor<Micros>(Timestamp::max().time_since_epoch());
  const Micros moment(static_cast<const arrow::TimestampArray&>(moments).Value(row));
  return Timestamp(std::clamp(moment, kFirst, kLast));
}

arrow::Result<std::shared_ptr<arrow::Array>> ColumnAs(const arrow::RecordBatch& batch, const std::string& name,
                                                      const std::shared_ptr<arrow::DataType>& type) {
  const auto indices = batch.schema()->GetAllFieldIndices(name);
  if (indices.empty()) return arrow::Status::KeyError("There is no such column: '", name, "'");
  if (indices.size() > 1) return arrow::Status::Invalid("There are two columns named '", name, "'");
  return ExactColumn(batch.column(indices[0]), name, type);
}

/// Event times may come as text, as they do in JSON.
arrow::Result<std::shared_ptr<arrow::Array>> MomentsOf(const arrow::RecordBatch& batch, const std::string& name) {
  const int index = batch.schema()->GetFieldIndex(name);
  if (index < 0 || batch.column(index)->type_id() != arrow::Type::STRING) return ColumnAs(batch, name, Moments());
  const auto& texts = static_cast<const arrow::StringArray&>(*batch.column(index));
  arrow::TimestampBuilder moments(Moments(), arrow::default_memory_pool());
  for (int64_t row = 0; row < texts.length(); ++row) {
    const auto micros = texts.IsValid(row) ? MicrosOfIsoMoment(texts.GetView(row)) : std::nullopt;
    if (texts.IsValid(row) && !micros) {
      return arrow::Status::TypeError("This is no date and time, such as 2026-01-31T12:00:00: '", texts.GetView(row),
                                      "'. Column: ", name);
    }
    ARROW_RETURN_NOT_OK(micros ? moments.Append(*micros) : moments.AppendNull());
  }
  return moments.Finish();
}

template <typename T>
void Keep(const std::vector<bool>& kept, std::vector<T>* values) {
  size_t end = 0;
  for (size_t i = 0; i < values->size(); ++i) {
    if (kept[i]) (*values)[end++] = std::move((*values)[i]);
  }
  values->resize(end);
}

}  // namespace

arrow::Result<OnlineBatchMaker> OnlineBatchMaker::Make(OnlineColumns columns, int key_version) {
  std::vector<KeyField> keys;
  for (const Field& key : columns.keys) keys.push_back({key.name, key.type.value_type()});
  ARROW_ASSIGN_OR_RAISE(EntityKeyEncoder encoder, EntityKeyEncoder::Make(key_version, std::move(keys)));
  return OnlineBatchMaker(std::move(columns), std::move(encoder));
}

arrow::Result<OnlineRows> OnlineBatchMaker::RowsOf(const arrow::RecordBatch& batch) const {
  OnlineRows rows;
  arrow::ArrayVector keys;
  for (size_t i = 0; i < columns_.keys.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const auto type, columns_.keys[i].type.ToArrow());
    ARROW_ASSIGN_OR_RAISE(auto column, ColumnAs(batch, columns_.key_columns[i], type));
    keys.push_back(std::move(column));
  }
  ARROW_ASSIGN_OR_RAISE(rows.keys, encoder_.Encode(keys, batch.num_rows()));
  ARROW_ASSIGN_OR_RAISE(const auto moments, MomentsOf(batch, columns_.timestamp_column));
  std::shared_ptr<arrow::Array> created;
  if (!columns_.created_column.empty() && batch.schema()->GetFieldIndex(columns_.created_column) >= 0) {
    ARROW_ASSIGN_OR_RAISE(created, MomentsOf(batch, columns_.created_column));
  }
  std::vector<bool> kept(rows.keys.size());
  arrow::BooleanBuilder kept_rows;
  for (size_t row = 0; row < kept.size(); ++row) {
    const auto i = static_cast<int64_t>(row);
    kept[row] = !rows.keys[row].empty() && moments->IsValid(i);
    ARROW_RETURN_NOT_OK(kept_rows.Append(kept[row]));
    rows.event_times.push_back(kept[row] ? MomentAt(*moments, i) : Timestamp{});
    if (!created) continue;
    rows.created_times.emplace_back();
    if (created->IsValid(i)) rows.created_times.back() = MomentAt(*created, i);
  }
  const bool all = std::find(kept.begin(), kept.end(), false) == kept.end();
  ARROW_ASSIGN_OR_RAISE(const auto mask, kept_rows.Finish());
  for (size_t i = 0; i < columns_.features.size(); ++i) {
    const Field& feature = columns_.features[i];
    ARROW_ASSIGN_OR_RAISE(const auto type, feature.type.ToArrow());
    ARROW_ASSIGN_OR_RAISE(auto column, ColumnAs(batch, columns_.feature_columns[i], type));
    if (!all) {
      ARROW_ASSIGN_OR_RAISE(const arrow::Datum chosen, arrow::compute::Filter(column, mask));
      column = chosen.make_array();
    }
    auto bytes = ValueBytesOf(*column, feature.type);
    if (!bytes.ok()) {
      return bytes.status().WithMessage("Feature '", feature.name, "' cannot be stored online. ",
                                        bytes.status().message());
    }
    rows.features.push_back(feature.name);
    rows.values.push_back(bytes.MoveValueUnsafe());
  }
  if (!all) {
    Keep(kept, &rows.keys);
    Keep(kept, &rows.event_times);
    if (created) Keep(kept, &rows.created_times);
  }
  return rows;
}

}  // namespace feast
