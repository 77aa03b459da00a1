// Which type holds the values of a column that is stored with another type in each file of a source.
//
// docs/files.md has the rules as a table; this is the table.
#pragma once

#include <memory>

#include "arrow/type_fwd.h"

namespace feast::scan {

/// The type a column has in a source when a file stores it as `stored`: dictionaries and views become plain, at any
/// depth.
std::shared_ptr<arrow::DataType> PlainType(const std::shared_ptr<arrow::DataType>& stored);

/// The plain type that holds every value of both, or null when there is none. Where a column of 64-bit integers meets
/// one of floating point it is double, and Widened() refuses the integers that a double does not hold.
std::shared_ptr<arrow::DataType> CommonType(const std::shared_ptr<arrow::DataType>& a,
                                            const std::shared_ptr<arrow::DataType>& b);

/// Whether Widened() may make values of `to` from those of `from`: by the rules of CommonType, however long texts and
/// lists may be, and timestamps of any unit, each value of which is checked.
bool MayWiden(const std::shared_ptr<arrow::DataType>& from, const std::shared_ptr<arrow::DataType>& to);

}  // namespace feast::scan
