// How far the entity rows of one view reach into its source.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "files/fragment.h"
#include "join/point_in_time_join.h"
#include "offline/resolved_request.h"

namespace feast {

/// Bounds of the event timestamps and of the integer keys that can match.
struct ViewReach {
  /// Nanoseconds since 1970, both inclusive; nothing can match when the first comes after the last.
  int64_t first_ns = INT64_MAX, last_ns = INT64_MIN;
  /// For each join key its smallest and largest value; unset for keys that are no integers.
  std::vector<std::optional<std::pair<int64_t, int64_t>>> keys = {};

  bool is_nothing() const { return first_ns > last_ns; }
  /// Reaches as far as `other` does, too: that of further entity rows of the same view.
  void Add(const ViewReach& other);
  /// The event timestamps of a fragment when its statistics leave room for a match.
  std::optional<join::MomentRange> MomentsIn(const scan::Fragment& fragment, const ViewRequest& view) const;
};

}  // namespace feast
