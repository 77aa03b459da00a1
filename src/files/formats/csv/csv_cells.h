// Cells of a CSV column: what type they may be of, and as values of a type. docs/csv.md has the rules.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/formats/csv/csv_options.h"

namespace feast::scan {

/// Whether cells can be read as `type` at all; lists, for one, cannot.
bool IsCellType(const arrow::DataType& type);

/// The cells, a binary array, as values of `type`, for which IsCellType holds, or as text. `first_row` is the number of
/// the first one among the file's rows. Invalid, naming the row and the cell, for one that is no such value or no
/// UTF-8.
arrow::Result<std::shared_ptr<arrow::Array>> CellsAs(const arrow::Array& cells,
                                                     const std::shared_ptr<arrow::DataType>& type,
                                                     const CsvOptions& options, int64_t first_row);

/// Looks at all cells of a column, and knows then what type holds them as they are.
class CellGuess {
 public:
  void Look(const arrow::Array& cells, const CsvOptions& options, int64_t first_row);

  /// null for a column without values.
  std::shared_ptr<arrow::DataType> type() const;
  /// By the name of each type that the column cannot be declared as, the first cell that is no value of it: "row 3
  /// holds 'x'". Known of bool, int32, int64, float, double, timestamp (of any digits) and timestamp[us].
  const std::map<std::string, std::string>& against() const { return against_; }

 private:
  enum class Kind : uint8_t { kNothing, kBoolean, kInteger, kDouble, kDate, kTime, kZonedTime, kText };

  void LookAt(std::string_view cell, const CsvOptions& options, int64_t row);
  void NoteWhatItIsNot(std::string_view cell, const CsvOptions& options, int64_t row);
  Kind KindOf(std::string_view cell, const CsvOptions& options);

  Kind kind_ = Kind::kNothing;
  std::map<std::string, std::string> against_;
  /// Integers that no double holds, and times that need parts of a second, or nanoseconds.
  bool has_huge_integer_ = false, has_fraction_ = false, needs_nanoseconds_ = false;
};

}  // namespace feast::scan
