// A source row as far as it takes to decide which of two is the newer.
#pragma once

#include <cstdint>

#include "join/point_in_time_join.h"

namespace feast::join {

/// What decides between source rows of one key, in this order.
struct Candidate {
  /// Nanoseconds; a null created timestamp is kEarliest.
  int64_t event, created;
  SourcePosition position;
  /// False when `created` was not looked at yet.
  bool is_created_known = true;

  /// Whether only created timestamps that are not known decide between the two.
  bool IsUndecidedWith(const Candidate& other) const {
    return event == other.event && !(is_created_known && other.is_created_known) && position.fragment >= 0 &&
           other.position.fragment >= 0;
  }
  /// Unless it is undecided.
  bool Beats(const Candidate& other) const {
    if (event != other.event) return event > other.event;
    if (created != other.created) return created > other.created;
    return other.position < position;
  }
};

/// A source row that may win in a slot, by its created timestamp, against the one that is there.
struct Tie {
  int64_t event;
  SourcePosition position;
  int32_t slot;
};

/// Loses against every source row.
inline constexpr Candidate kNoCandidate{INT64_MIN, INT64_MIN, kNoRow};

}  // namespace feast::join
