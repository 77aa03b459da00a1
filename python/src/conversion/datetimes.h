// Moments and durations between C++ and Python's datetime.
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>
#include <optional>

#include "feast/types.h"

namespace feast::python {

namespace nb = nanobind;

/// Feast gives some timestamps with a time zone and some, by long habit, as naive UTC.
enum class TimeZone { kUtc, kNaive };

/// A datetime, truncated to microseconds; None for the zero moment.
nb::object ToDatetime(Timestamp moment, TimeZone zone);
/// From a datetime (naive: UTC), a pandas Timestamp or an ISO 8601 text; the zero moment for None. TypeError for
/// anything else.
Timestamp FromDatetime(nb::handle value);
/// A timedelta, or None.
nb::object ToTimedelta(std::optional<std::chrono::microseconds> duration);

}  // namespace feast::python
