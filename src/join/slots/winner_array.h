// The best source row so far for each slot, in as few bytes as will do: searches through a large source come here for
// most of its rows.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "join/candidate.h"
#include "join/huge_vector.h"
#include "join/moments.h"
#include "parallel/parallel_for.h"

namespace feast::join {

/// Where several threads use one, each access locks its slot, for a few instructions.
class WinnerArray {
  /// Zeros are no row at all. Without initializers, so that an array is written once.
  struct Winner {
    uint64_t event;
    /// Its fragment + 1 and the flags below.
    uint32_t source;
    int32_t row;
  };

 public:
  /// What a slot takes.
  static constexpr int64_t kSlotBytes = sizeof(Winner) + sizeof(int64_t);
  /// Fragments that can be told apart.
  static constexpr int32_t kFragmentsMax = (1 << 29) - 1;

  WinnerArray() = default;
  /// A large one is filled by all threads.
  WinnerArray(int32_t slots, bool is_shared) : is_shared_(is_shared), winners_(slots), created_(slots) {
    constexpr int64_t kRangeSlots = 1 << 16;
    ForEachRange(slots, kRangeSlots, [this](int64_t first, int64_t last) {
      std::fill(winners_.begin() + first, winners_.begin() + last, Winner{});
    });
  }

  int32_t size() const { return static_cast<int32_t>(winners_.size()); }
  void set_shared(bool is_shared) { is_shared_ = is_shared; }

  /// Puts `candidate` into the slot if it beats what is there. False when created timestamps that are not known decide
  /// that. Inline, or each candidate goes through memory.
  [[gnu::always_inline]] bool Offer(const Candidate& candidate, int32_t slot) {
    Winner& place = winners_[slot];
    const uint64_t event = SinceEarliest(candidate.event);
    // Events in a slot only ever grow: what is older than the one seen here has lost, whoever writes meanwhile.
    if (event < std::atomic_ref(place.event).load(std::memory_order_relaxed)) return true;
    uint32_t source = Enter(&place);
    bool is_decided = true, wins = event > place.event;
    if (event == place.event) [[unlikely]] {
      const Candidate best = Read(slot, source);
      is_decided = !candidate.IsUndecidedWith(best);
      wins = is_decided && candidate.Beats(best);
    }
    if (wins) source = Write(candidate, slot);
    Leave(source, &place);
    return is_decided;
  }
  /// What is there now, or kNoCandidate.
  Candidate Get(int32_t slot) {
    Winner& place = winners_[slot];
    const uint32_t source = Enter(&place);
    const Candidate candidate = Read(slot, source);
    Leave(source, &place);
    return candidate;
  }
  /// Says what the created moment of the row in the slot is, if it is still the same row.
  void SetCreated(const Candidate& candidate, int32_t slot) {
    Winner& place = winners_[slot];
    uint32_t source = Enter(&place);
    if (Read(slot, source).position == candidate.position) source = Write(candidate, slot);
    Leave(source, &place);
  }
  /// Soon the slot is asked for.
  void Prefetch(int32_t slot) const { __builtin_prefetch(winners_.data() + slot, 1); }

 private:
  /// Created timestamps are looked at where event timestamps are equal only, and so they are elsewhere: without a flag
  /// it is kEarliest.
  static constexpr uint32_t kIsLocked = 1U << 31, kHasCreated = 1U << 30, kIsCreatedUnknown = 1U << 29;
  static constexpr uint32_t kFragment = kIsCreatedUnknown - 1;

  /// Nanoseconds from INT64_MIN on, and back.
  static uint64_t SinceEarliest(int64_t ns) { return static_cast<uint64_t>(ns) ^ (uint64_t{1} << 63); }
  static int64_t ToMoment(uint64_t since) { return static_cast<int64_t>(since ^ (uint64_t{1} << 63)); }

  uint32_t Enter(Winner* place) const {
    if (!is_shared_) return place->source;
    const std::atomic_ref source(place->source);
    uint32_t seen = source.fetch_or(kIsLocked, std::memory_order_acquire);
    while ((seen & kIsLocked) != 0) seen = source.fetch_or(kIsLocked, std::memory_order_acquire);
    return seen;
  }
  void Leave(uint32_t source, Winner* place) const {
    if (is_shared_) {
      std::atomic_ref(place->source).store(source, std::memory_order_release);
    } else {
      place->source = source;
    }
  }
  Candidate Read(int32_t slot, uint32_t source) const {
    const Winner& place = winners_[slot];
    if ((source & kFragment) == 0) return kNoCandidate;
    return {ToMoment(place.event), (source & kHasCreated) != 0 ? created_[slot] : kEarliest,
            SourcePosition{static_cast<int32_t>(source & kFragment) - 1, place.row}, (source & kIsCreatedUnknown) == 0};
  }
  /// Returns what the slot is to be left with.
  uint32_t Write(const Candidate& candidate, int32_t slot) {
    Winner& place = winners_[slot];
    std::atomic_ref(place.event).store(SinceEarliest(candidate.event), std::memory_order_relaxed);
    place.row = candidate.position.row;
    const uint32_t source = static_cast<uint32_t>(candidate.position.fragment) + 1;
    if (!candidate.is_created_known) return source | kIsCreatedUnknown;
    if (candidate.created == kEarliest) return source;
    created_[slot] = candidate.created;
    return source | kHasCreated;
  }

  bool is_shared_ = false;
  HugeVector<Winner> winners_;
  /// Where nobody wrote there is anything, and mostly no memory yet.
  HugeVector<int64_t> created_;
};

}  // namespace feast::join
