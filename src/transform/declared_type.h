// Brings what a function returned to the type its view declares.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/types.h"

namespace feast {

/// `values` as `target`. Numbers become other numbers when nothing but floating-point precision is lost, NaN becomes
/// null in integers, naive times are UTC, text and lists change only their layout. TypeError, naming both types or the
/// first value that does not fit, otherwise: text never becomes a number, nor a number text.
arrow::Result<std::shared_ptr<arrow::Array>> ToDeclaredType(std::shared_ptr<arrow::Array> values,
                                                            const std::shared_ptr<arrow::DataType>& target);

/// The same for a field's type. Decimals stay decimals of the digits they came with, of which the declared type says
/// nothing: its Arrow type is text.
arrow::Result<std::shared_ptr<arrow::Array>> ToDeclaredType(std::shared_ptr<arrow::Array> values, const Type& declared);

}  // namespace feast
