#include "files/fragment.h"

#include <algorithm>

#include "arrow/array/array_base.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/util.h"
#include "arrow/chunked_array.h"
#include "arrow/compute/api_vector.h"
#include "arrow/datum.h"
#include "arrow/scalar.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "cloud/place_error.h"
#include "files/schema/type_union.h"
#include "files/schema/widened_values.h"
#include "files/value_range.h"
#include "parallel/parallel_for.h"

namespace feast::scan {
namespace {

/// A part of fewer rows is not worth reading a column's dictionary once more.
constexpr int64_t kPartRowsMin = 1 << 16;

/// Whether ranges of the two types mean the same.
bool SameRangeKind(const arrow::DataType& a, const arrow::DataType& b) {
  return NanosecondsPerTick(a) > 0 ? NanosecondsPerTick(b) > 0 : arrow::is_integer(a.id()) && arrow::is_integer(b.id());
}

/// Whether the join takes the column as the file has it.
bool MayStay(const arrow::DataType& stored, const arrow::DataType& wanted) {
  if (stored.id() == arrow::Type::DICTIONARY) {
    return static_cast<const arrow::DictionaryType&>(stored).value_type()->Equals(wanted);
  }
  return NanosecondsPerTick(stored) > 0 && NanosecondsPerTick(wanted) > 0;
}

std::optional<ValueRange> RangeOf(const arrow::Scalar& value) {
  if (!value.is_valid || value.type->id() != arrow::Type::INT64) return std::nullopt;
  const int64_t number = static_cast<const arrow::Int64Scalar&>(value).value;
  return ValueRange{number, number};
}

}  // namespace

std::vector<RowStretch> Intersect(const std::vector<RowStretch>& a, const std::vector<RowStretch>& b) {
  std::vector<RowStretch> both;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const int64_t first = std::max(a[i].first, b[j].first);
    const int64_t a_end = a[i].first + a[i].count, b_end = b[j].first + b[j].count;
    if (first < std::min(a_end, b_end)) both.push_back({first, std::min(a_end, b_end) - first});
    (a_end < b_end ? i : j) += 1;
  }
  return both;
}

arrow::Result<std::shared_ptr<arrow::Table>> TakeRows(const std::shared_ptr<arrow::Table>& table, const RowSet& rows) {
  if (rows.fragment_rows() != table->num_rows()) {
    return arrow::Status::IOError("It was changed while it was read: it had ", rows.fragment_rows(), " rows, now ",
                                  table->num_rows(), ".");
  }
  arrow::Int64Builder indices;
  ARROW_RETURN_NOT_OK(indices.Reserve(rows.size()));
  rows.ForEach(0, table->num_rows(), [&](int64_t row) { indices.UnsafeAppend(row); });
  ARROW_ASSIGN_OR_RAISE(auto index_array, indices.Finish());
  ARROW_ASSIGN_OR_RAISE(const arrow::Datum taken, arrow::compute::Take(table, index_array));
  return taken.table();
}

std::shared_ptr<arrow::DataType> Fragment::SourceType(const std::string& column) const {
  const auto field = file_->source->columns->GetFieldByName(column);
  return field ? field->type() : nullptr;
}

std::optional<ValueRange> Fragment::range(const std::string& column) const {
  const auto wanted = SourceType(column);
  if (!wanted) return std::nullopt;
  if (const auto stored = file_->file_schema->GetFieldByName(column)) {
    return SameRangeKind(*wanted, *stored->type()) ? StoredRange(column) : std::nullopt;
  }
  const auto constant = file_->constants.find(column);
  if (constant == file_->constants.end() || !SameRangeKind(*wanted, *constant->second->type)) return std::nullopt;
  return RangeOf(*constant->second);
}

bool Fragment::HasSourceType(const std::string& column) const {
  const auto stored = file_->file_schema->GetFieldByName(column);
  const auto wanted = SourceType(column);
  return stored && wanted && PlainType(stored->type())->Equals(*wanted);
}

arrow::Status Fragment::Unreadable(const arrow::Status& status) const {
  // Nothing is wrong with the file; the error names it.
  if (PlaceTroubleOf(status)) return status;
  return status.WithMessage("Cannot read '", uri(), "': ", status.message(),
                            " Write the file anew if it is damaged, or take it out of the source.");
}

arrow::Result<std::optional<std::vector<RowStretch>>> Fragment::RowsWithin(const std::string& column,
                                                                           const ValueRange& range) const {
  if (!HasSourceType(column)) return std::nullopt;
  auto stretches = StoredRowsWithin(column, range);
  return stretches.ok() ? stretches : Unreadable(stretches.status());
}

arrow::Result<bool> Fragment::MayHoldAny(const std::string& column, const std::vector<int64_t>& integers,
                                         const std::vector<std::string_view>& texts) const {
  if (!HasSourceType(column)) return true;
  auto may_hold = StoredMayHoldAny(column, integers, texts);
  return may_hold.ok() ? may_hold : Unreadable(may_hold.status());
}

arrow::Result<std::shared_ptr<arrow::ChunkedArray>> Fragment::Conform(const std::string& name,
                                                                      const arrow::Table& stored,
                                                                      Dictionaries dictionaries) const {
  const auto wanted = SourceType(name);
  auto column = stored.GetColumnByName(name);
  if (!column) {
    const auto constant = file_->constants.find(name);
    std::shared_ptr<arrow::Array> values;
    if (constant == file_->constants.end()) {
      ARROW_ASSIGN_OR_RAISE(values, arrow::MakeArrayOfNull(wanted, stored.num_rows()));
    } else {
      ARROW_ASSIGN_OR_RAISE(values, arrow::MakeArrayFromScalar(*constant->second, stored.num_rows()));
    }
    column = std::make_shared<arrow::ChunkedArray>(std::move(values));
  }
  if (column->type()->Equals(*wanted)) return column;
  if (dictionaries == Dictionaries::kKept && MayStay(*column->type(), *wanted)) return column;
  auto widened = Widened(column, wanted);
  if (widened.ok()) return widened;
  const auto typed_by = file_->source->typed_by.find(name);
  return arrow::Status::TypeError(
      "Column '", name, "' has type ", column->type()->ToString(), " in '", uri(), "' and type ", wanted->ToString(),
      typed_by == file_->source->typed_by.end() || typed_by->second == uri() ? std::string(" in the source as a whole")
                                                                             : " because of '" + typed_by->second + "'",
      ", and ", widened.status().message(), " Write one of the files anew with a type that holds the values of both.");
}

arrow::Result<std::shared_ptr<arrow::Table>> Fragment::Read(const std::vector<std::string>& columns,
                                                            Dictionaries dictionaries) const {
  return ReadConformed(columns, nullptr, dictionaries);
}

arrow::Result<std::shared_ptr<arrow::Table>> Fragment::ReadRows(const std::vector<std::string>& columns,
                                                                const RowSet& rows, Dictionaries dictionaries) const {
  return ReadConformed(columns, &rows, dictionaries);
}

arrow::Result<std::vector<std::string>> Fragment::StoredColumns(const std::vector<std::string>& columns) const {
  std::vector<std::string> stored;
  for (const std::string& name : columns) {
    if (file_->source->columns->GetFieldIndex(name) < 0) {
      return arrow::Status::KeyError("'", uri(), "' is read for a column that its source does not have: '", name, "'");
    }
    if (const auto why = file_->source->unreadable.find(name); why != file_->source->unreadable.end()) {
      return arrow::Status::TypeError(why->second);
    }
    const bool twice = std::find(stored.begin(), stored.end(), name) != stored.end();
    if (!twice && file_->file_schema->GetFieldIndex(name) >= 0) stored.push_back(name);
  }
  return stored;
}

arrow::Result<std::shared_ptr<arrow::Table>> Fragment::Conform(const std::vector<std::string>& columns,
                                                               const arrow::Table& stored,
                                                               Dictionaries dictionaries) const {
  std::vector<std::shared_ptr<arrow::ChunkedArray>> arrays;
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const std::string& name : columns) {
    ARROW_ASSIGN_OR_RAISE(auto array, Conform(name, stored, dictionaries));
    fields.push_back(file_->source->columns->GetFieldByName(name)->WithType(array->type()));
    arrays.push_back(std::move(array));
  }
  return arrow::Table::Make(arrow::schema(std::move(fields)), std::move(arrays), stored.num_rows());
}

arrow::Result<std::shared_ptr<arrow::Table>> Fragment::ReadConformed(const std::vector<std::string>& columns,
                                                                     const RowSet* rows,
                                                                     Dictionaries dictionaries) const {
  ARROW_ASSIGN_OR_RAISE(const auto stored_columns, StoredColumns(columns));
  const Hold fetched = Fetch(stored_columns);
  const auto stored = ReadStored(stored_columns, rows, dictionaries);
  if (!stored.ok()) return Unreadable(stored.status());
  return Conform(columns, **stored, dictionaries);
}

bool Fragment::ReadsByPage(const std::vector<std::string>& columns) const {
  const auto stored = StoredColumns(columns);
  return stored.ok() && StoredReadsByPage(*stored);
}

std::vector<RowStretch> Fragment::Parts(const std::vector<std::string>& columns, int64_t count) const {
  count = std::min(count, rows() / kPartRowsMin);
  if (count <= 1 || !ReadsByPage(columns)) return {{0, rows()}};
  std::vector<RowStretch> parts;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t first = rows() * i / count, last = rows() * (i + 1) / count;
    parts.push_back({first, last - first});
  }
  return parts;
}

arrow::Status Fragment::Stream(const std::vector<std::string>& columns, Dictionaries dictionaries,
                               const RowStretch& part, const BatchVisitor& visit) const {
  ARROW_ASSIGN_OR_RAISE(const auto stored_columns, StoredColumns(columns));
  const Hold fetched = Fetch(stored_columns);
  arrow::Status visited;
  const arrow::Status read =
      StreamStored(stored_columns, dictionaries, part, [&](const arrow::Table& stored, int64_t first_row) {
        const auto go_on = [&]() -> arrow::Result<bool> {
          ARROW_ASSIGN_OR_RAISE(const auto batch, Conform(columns, stored, dictionaries));
          return visit(*batch, first_row);
        }();
        visited = go_on.status();
        return go_on;
      });
  ARROW_RETURN_NOT_OK(visited);
  return read.ok() ? read : Unreadable(read);
}

arrow::Status Fragment::StreamStored(const std::vector<std::string>& columns, Dictionaries dictionaries,
                                     const RowStretch& /*part*/, const BatchVisitor& visit) const {
  ARROW_ASSIGN_OR_RAISE(const auto table, ReadStored(columns, nullptr, dictionaries));
  return visit(*table, 0).status();
}

arrow::Result<std::shared_ptr<arrow::Table>> Fragment::ReadTogether(const std::vector<std::string>& columns,
                                                                    Dictionaries dictionaries, int workers) const {
  // What does not know its rows before it is read is read as a whole.
  if (rows() < 0 || workers < 2 || columns.size() < 2) return Read(columns, dictionaries);
  const Hold fetched = Fetch(columns);
  std::vector<std::shared_ptr<arrow::Table>> parts(columns.size());
  ARROW_RETURN_NOT_OK(ParallelFor(workers, static_cast<int64_t>(columns.size()),
                                  [&](int, int64_t i) { return Read({columns[i]}, dictionaries).Value(&parts[i]); }));
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::vector<std::shared_ptr<arrow::ChunkedArray>> arrays;
  for (const auto& part : parts) {
    fields.push_back(part->field(0));
    arrays.push_back(part->column(0));
  }
  return arrow::Table::Make(arrow::schema(std::move(fields)), std::move(arrays), rows());
}

}  // namespace feast::scan
