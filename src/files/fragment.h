// A piece of a source that can be read by itself: one row group of a Parquet file, one CSV file.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/formats/parquet/row_set.h"
#include "files/schema/source_schema.h"

namespace feast::scan {

/// Smallest and largest value of a column, both inclusive: integers as they are, timestamps and dates in nanoseconds
/// since 1970.
struct ValueRange {
  int64_t min, max;
};

/// What is in both; the stretches of each ascend and do not touch one another's rows.
std::vector<RowStretch> Intersect(const std::vector<RowStretch>& a, const std::vector<RowStretch>& b);

/// The form in which columns come back.
enum class Dictionaries {
  /// Of the source's type.
  kDecoded,
  /// As the join takes them: texts and integers as dictionary arrays where that spares work, timestamps and dates in
  /// the unit in which the file has them, since the source's may not hold all of them.
  kKept,
};

/// Keeps what was fetched at hand for as long as it is held. May be null.
using Hold = std::shared_ptr<const void>;

/// Takes rows of a fragment from `first_row` on; false when it wants no more.
using BatchVisitor = std::function<arrow::Result<bool>(const arrow::Table& batch, int64_t first_row)>;

/// What the fragments of one file share.
struct FragmentFile {
  /// As people would write it.
  std::string uri;
  /// Columns of the source.
  std::shared_ptr<const SourceSchema> source;
  /// Columns stored in this file.
  std::shared_ptr<arrow::Schema> file_schema;
  /// Columns with one value for the whole file (partition columns), not stored in it.
  std::map<std::string, std::shared_ptr<arrow::Scalar>> constants;
};

/// Immutable; threads may read at once.
class Fragment {
 public:
  virtual ~Fragment() = default;

  const std::string& uri() const { return file_->uri; }
  /// −1 when that is known only after reading.
  virtual int64_t rows() const = 0;
  /// Stored (compressed) bytes of these columns.
  virtual int64_t bytes(const std::vector<std::string>& columns) const = 0;
  /// From statistics; unset when the file tells nothing about the column. Nulls are not counted.
  std::optional<ValueRange> range(const std::string& column) const;

  /// Where the file's indexes leave room for a value within `range`, as range() would give it: ascending and apart.
  /// Unset when the file has no index of the column.
  arrow::Result<std::optional<std::vector<RowStretch>>> RowsWithin(const std::string& column,
                                                                   const ValueRange& range) const;
  /// False when the file's Bloom filter knows that the column, of an integer, text or binary type, holds none of these
  /// values.
  arrow::Result<bool> MayHoldAny(const std::string& column, const std::vector<int64_t>& integers,
                                 const std::vector<std::string_view>& texts) const;

  /// Starts to fetch these columns when reads wait for a network; reads find them while the result is held. Does
  /// nothing where bytes are at hand anyway.
  virtual Hold Fetch(const std::vector<std::string>& /*columns*/) const { return nullptr; }

  /// These columns of the source, in this order, every row. A column that this file lacks is null; a value that the
  /// source's type does not hold is an error that names file and column. Reads just what is asked for.
  arrow::Result<std::shared_ptr<arrow::Table>> Read(const std::vector<std::string>& columns,
                                                    Dictionaries dictionaries = Dictionaries::kDecoded) const;
  /// Whether a part of these columns, or single rows, can be read for about that share of the work.
  bool ReadsByPage(const std::vector<std::string>& columns) const;
  /// All rows, in up to `count` parts that threads can read at once for little more work than one thread has with the
  /// whole.
  std::vector<RowStretch> Parts(const std::vector<std::string>& columns, int64_t count) const;
  /// Rows of a part, in order, a few at a time where the file can be read so: calls `visit` with rows from `first_row`
  /// on. What was decoded is then still in the processor's cache. The part is all rows() of the fragment, unless it
  /// ReadsByPage.
  arrow::Status Stream(const std::vector<std::string>& columns, Dictionaries dictionaries, const RowStretch& part,
                       const BatchVisitor& visit) const;
  /// As Read, on up to `workers` threads, each decoding a column, where the file can be read by columns.
  arrow::Result<std::shared_ptr<arrow::Table>> ReadTogether(const std::vector<std::string>& columns,
                                                            Dictionaries dictionaries, int workers) const;
  /// The same for just the rows of `rows`, ascending, which must be a set of this many fragment rows.
  arrow::Result<std::shared_ptr<arrow::Table>> ReadRows(const std::vector<std::string>& columns, const RowSet& rows,
                                                        Dictionaries dictionaries = Dictionaries::kDecoded) const;

 protected:
  explicit Fragment(std::shared_ptr<const FragmentFile> file) : file_(std::move(file)) {}

  /// The columns as stored; each is in `file_schema`. Just `rows` of them unless that is null. Errors need not name the
  /// file.
  virtual arrow::Result<std::shared_ptr<arrow::Table>> ReadStored(const std::vector<std::string>& columns,
                                                                  const RowSet* rows,
                                                                  Dictionaries dictionaries) const = 0;
  virtual bool StoredReadsByPage(const std::vector<std::string>& /*columns*/) const { return false; }
  /// A part, in batches: here, in one.
  virtual arrow::Status StreamStored(const std::vector<std::string>& columns, Dictionaries dictionaries,
                                     const RowStretch& part, const BatchVisitor& visit) const;
  virtual std::optional<ValueRange> StoredRange(const std::string& column) const = 0;
  /// Of a column whose type is the source's.
  virtual arrow::Result<std::optional<std::vector<RowStretch>>> StoredRowsWithin(const std::string& /*column*/,
                                                                                 const ValueRange& /*range*/) const {
    return std::nullopt;
  }
  virtual arrow::Result<bool> StoredMayHoldAny(const std::string& /*column*/, const std::vector<int64_t>& /*integers*/,
                                               const std::vector<std::string_view>& /*texts*/) const {
    return true;
  }

  const FragmentFile& file() const { return *file_; }

 private:
  std::shared_ptr<arrow::DataType> SourceType(const std::string& column) const;
  bool HasSourceType(const std::string& column) const;
  arrow::Status Unreadable(const arrow::Status& status) const;
  arrow::Result<std::shared_ptr<arrow::Table>> ReadConformed(const std::vector<std::string>& columns,
                                                             const RowSet* rows, Dictionaries dictionaries) const;
  /// Which of the columns are stored, each once. KeyError for one that the source does not have.
  arrow::Result<std::vector<std::string>> StoredColumns(const std::vector<std::string>& columns) const;
  /// The columns of the source from those that are stored.
  arrow::Result<std::shared_ptr<arrow::Table>> Conform(const std::vector<std::string>& columns,
                                                       const arrow::Table& stored, Dictionaries dictionaries) const;
  arrow::Result<std::shared_ptr<arrow::ChunkedArray>> Conform(const std::string& name, const arrow::Table& stored,
                                                              Dictionaries dictionaries) const;

  std::shared_ptr<const FragmentFile> file_;
};

/// Just `rows` of a table, which has a row for each of the fragment's.
arrow::Result<std::shared_ptr<arrow::Table>> TakeRows(const std::shared_ptr<arrow::Table>& table, const RowSet& rows);

}  // namespace feast::scan
