// Timestamps, dates and integers of statistics on one scale.
#pragma once

#include <cstdint>

#include "arrow/type_fwd.h"

namespace feast::scan {

/// Nanoseconds of one tick of a timestamp or date type; 0 for any other type.
int64_t NanosecondsPerTick(const arrow::DataType& type);

/// `ticks` in nanoseconds, or the nearest value that 64 bits hold.
int64_t SaturatingNanoseconds(int64_t ticks, int64_t nanoseconds_per_tick);

}  // namespace feast::scan
