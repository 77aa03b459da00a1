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

/// What timestamps, at any depth, need.
struct Int96Need {
  /// Digits that microseconds do not hold.
  bool finer = false;
  /// Years that nanoseconds of 64 bits do not hold.
  bool beyond = false;
};
arrow::Result<Int96Need> Int96NeedOf(const arrow::ChunkedArray& micros, const arrow::ChunkedArray& nanos);

/// Invalid, naming the column, unless a need is met by microseconds, or by nanoseconds if these are read.
arrow::Status CheckInt96(const std::string& column, const Int96Need& need, bool in_nanoseconds);

}  // namespace feast::scan
