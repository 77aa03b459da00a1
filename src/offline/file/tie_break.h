// Created timestamps of just those source rows between which nothing else decides.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/fragment.h"
#include "join/point_in_time_join.h"

namespace feast {

/// The moments in `column` of `rows`, which ascend, on up to `workers` threads; kEarliest where it is null.
arrow::Result<std::vector<int64_t>> MomentsOfRows(const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                                  const std::string& column,
                                                  const std::vector<join::SourcePosition>& rows, int workers);

}  // namespace feast
