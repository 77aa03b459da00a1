// A source row as far as it takes to decide which of two is the newer.
#pragma once

#include <atomic>
#include <cstdint>

#include "join/point_in_time_join.h"

namespace feast::join {

/// What decides between source rows of one key, in this order. Aligned so that none straddles a cache line; where
/// several threads share one, what is left of the line's half is its lock.
struct alignas(32) Candidate {
  /// Nanoseconds; a null created timestamp is kEarliest.
  int64_t event, created;
  SourcePosition position;
  /// False when `created` was not looked at yet.
  bool is_created_known = true;
  uint32_t is_locked = 0;

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

  /// Becomes `other`, but keeps its own lock.
  void Take(const Candidate& other) {
    event = other.event;
    created = other.created;
    position = other.position;
    is_created_known = other.is_created_known;
  }

  /// Held for a few instructions, so waiting is spinning.
  void Lock() {
    while (std::atomic_ref(is_locked).exchange(1, std::memory_order_acquire) != 0) {
    }
  }
  void Unlock() { std::atomic_ref(is_locked).store(0, std::memory_order_release); }
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
