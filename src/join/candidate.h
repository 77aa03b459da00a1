// A source row as far as it takes to decide which of two is the newer.
#pragma once

#include <cstdint>

#include "join/point_in_time_join.h"

namespace feast::join {

/// What decides between source rows of one key, in this order. Aligned so that none straddles a cache line.
struct alignas(32) Candidate {
  /// Nanoseconds; a null created timestamp is kEarliest.
  int64_t event, created;
  SourcePosition position;

  bool Beats(const Candidate& other) const {
    if (event != other.event) return event > other.event;
    if (created != other.created) return created > other.created;
    if (position.fragment != other.position.fragment) return position.fragment > other.position.fragment;
    return position.row > other.position.row;
  }
};

/// Loses against every source row.
inline constexpr Candidate kNoCandidate{INT64_MIN, INT64_MIN, kNoRow};

}  // namespace feast::join
