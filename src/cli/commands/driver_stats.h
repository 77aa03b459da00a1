// Example data for `feast init`.
#pragma once

#include <string>

#include "arrow/status.h"
#include "feast/types.h"

namespace feast::cli {

/// Writes a Parquet file of hourly statistics of five drivers (1001 to 1005) over the 15 days before `end`, which is
/// rounded down to the hour: event_timestamp (UTC), driver_id, conv_rate, acc_rate, avg_daily_trips, created. The
/// figures depend on nothing but the row, so that examples look alike everywhere.
arrow::Status WriteDriverStats(const std::string& path, Timestamp end);

}  // namespace feast::cli
