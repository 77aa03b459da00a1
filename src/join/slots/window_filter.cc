#include "join/slots/window_filter.h"

#include <algorithm>
#include <bit>

#include "join/moments.h"

namespace feast::join {
namespace {

/// Where the slots of fewer groups are, they are in a near cache anyhow.
constexpr int32_t kGroupsMin = 1 << 12;
/// The share of the parts that windows may touch for a look to pay.
constexpr double kCoverMax = 0.5;

/// Bits first to last, of 32.
uint32_t Bits(uint64_t first, uint64_t last) {
  return ((~uint32_t{0}) >> (31 - std::min<uint64_t>(last, 31))) & (~uint32_t{0} << std::min<uint64_t>(first, 31));
}

}  // namespace

WindowFilter::WindowFilter(const EntitySlots& slots, int64_t ttl_ns, int64_t first_ns) {
  if (slots.group_count() < kGroupsMin) return;
  const int64_t first = std::max(first_ns, SaturatingSubtract(slots.least_moment(), ttl_ns));
  const int64_t last = slots.greatest_moment();
  if (first > last) return;
  // Moments beyond what 64 bits hold count as the nearest end, and MayMatter is asked with what their product wrapped
  // around to. Only where a window touches an end does such a row get here at all.
  if (first == INT64_MIN || last == INT64_MAX) return;
  first_ns_ = static_cast<uint64_t>(first);
  const uint64_t span = static_cast<uint64_t>(last) - first_ns_;
  // The shifted span has at most five bits, so that there are at most 32 parts.
  shift_ = std::max(0, static_cast<int>(std::bit_width(span)) - 5);
  // At least a part for each window.
  const double touched = 1 + static_cast<double>(static_cast<uint64_t>(ttl_ns) >> shift_);
  // A guess from above: windows that overlap are counted twice.
  if (touched * slots.size() > kCoverMax * 32 * slots.group_count()) return;

  static_assert(kNoCode == -1);
  parts_.assign(static_cast<size_t>(slots.group_count()) + 1, 0);
  for (int32_t group = 0; group < slots.group_count(); ++group) {
    uint32_t bits = 0;
    for (int32_t slot = slots.begin(group); slot < slots.end(group); ++slot) {
      const int64_t moment = slots.moment(slot);
      const int64_t start = std::max(first, SaturatingSubtract(moment, ttl_ns));
      // The slot lies before the request's start.
      if (start > moment) continue;
      // Of a part that the window touches all rows pass. The slot's search is exact.
      bits |= Bits((static_cast<uint64_t>(start) - first_ns_) >> shift_,
                   (static_cast<uint64_t>(moment) - first_ns_) >> shift_);
    }
    parts_[group + 1] = bits;
  }
}

}  // namespace feast::join
