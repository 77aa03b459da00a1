// Timestamps stored as INT96, of which 64-bit nanoseconds hold some and microseconds all but the last digits.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast::scan {

/// The timestamps in nanoseconds, from the same column in both units; the nearest end for what that does not hold.
arrow::Result<std::shared_ptr<arrow::ChunkedArray>> SaturatedInt96(const arrow::ChunkedArray& micros,
                                                                   const arrow::ChunkedArray& nanos);

/// Invalid, naming the column, when microseconds are not all of a timestamp in it, at any depth.
arrow::Status CheckInt96(const std::string& column, const arrow::ChunkedArray& micros,
                         const arrow::ChunkedArray& nanos);

}  // namespace feast::scan
