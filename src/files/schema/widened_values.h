// Values of a column in a wider type, each as it was.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast::scan {

/// The column as `type`, for which MayWiden holds. Invalid, naming the value, for one that `type` does not hold; no
/// value is ever changed.
arrow::Result<std::shared_ptr<arrow::ChunkedArray>> Widened(const std::shared_ptr<arrow::ChunkedArray>& column,
                                                            const std::shared_ptr<arrow::DataType>& type);

}  // namespace feast::scan
