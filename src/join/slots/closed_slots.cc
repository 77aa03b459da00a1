#include "join/slots/closed_slots.h"

#include <algorithm>
#include <functional>

namespace feast::join {
namespace {

/// Whether a slot is closed is worth a look where rows reach it from as far back as so many fragments are long.
constexpr double kFragmentsMin = 4;
/// A look goes through all slots, and has to do for at least one row to so many of them.
constexpr int64_t kSlotsPerRow = 4;
constexpr size_t kBits = 64;

/// Turns are fewer than this, so that a byte has a bit to spare.
constexpr uint8_t kTurns = 127;
constexpr uint64_t kLowBits = 0x0101010101010101, kHighBits = kLowBits << 7;

/// Which of eight bytes, all below 128, are at most `bound`: the lowest bit for the first of them.
/// The bit added to each byte of the bound is what its subtraction may borrow, so bytes do not meet. It is left over
/// where the byte was at most the bound.
uint64_t AtMost(uint64_t bytes, uint8_t bound) {
  const uint64_t flags = ((kHighBits | kLowBits * bound) - bytes) & kHighBits;
  // Moves each flag to its place in the highest byte; none meets another on the way.
  return (flags >> 7) * 0x0102040810204080 >> 56;
}

double Length(const MomentRange& moments) {
  return static_cast<double>(moments.last) - static_cast<double>(moments.first);
}

}  // namespace

ClosedSlots::ClosedSlots(const EntitySlots& slots, std::optional<int64_t> ttl_ns,
                         const std::vector<std::optional<MomentRange>>& fragments) {
  if (slots.size() == 0) return;
  std::vector<int64_t> ends;
  MomentRange all{INT64_MAX, INT64_MIN};
  double lengths = 0;
  for (const auto& moments : fragments) {
    if (!moments) continue;
    ends.push_back(moments->last);
    all = {std::min(all.first, moments->first), std::max(all.last, moments->last)};
    lengths += Length(*moments);
  }
  // How far back in time a slot's rows come from: to the slot before it in its group, on average, or to the TTL. As
  // doubles, since lengths of what 64 bits hold overflow.
  double reach = Length(all) * slots.group_count() / slots.size();
  if (ttl_ns) reach = std::min(reach, static_cast<double>(*ttl_ns));
  if (ends.empty() || reach * static_cast<double>(ends.size()) < kFragmentsMin * lengths) return;

  std::sort(ends.begin(), ends.end(), std::greater<>());

  // More fragments than a byte can tell apart share turns; only those that end early enough as a whole are closed.
  const size_t share = ends.size() / kTurns + 1;
  fragments_.resize(fragments.size());
  for (size_t i = 0; i < fragments.size(); ++i) {
    if (!fragments[i]) continue;
    // `ends` is descending: turn is how many fragments end later, closes_from how many end at this one's first moment
    // or later. From there on fragments end before any of its rows.
    const size_t turn = std::ranges::lower_bound(ends, fragments[i]->last, std::greater<>()) - ends.begin();
    const size_t closes_from = std::ranges::upper_bound(ends, fragments[i]->first, std::greater<>()) - ends.begin();
    // A shared turn is rounded down for who asks and up for who closes, so that a slot is closed too late at worst.
    // With `share` turns to one, neither exceeds kTurns.
    fragments_[i] = {static_cast<uint8_t>(turn / share), static_cast<uint8_t>((closes_from + share - 1) / share)};
  }
  // Whole words of bits; what is beyond the last slot is closed.
  const size_t words = (static_cast<size_t>(slots.size()) + kBits - 1) / kBits;
  closed_from_.assign(words * sizeof(uint64_t), 0);
  // No turn is so late: open to all.
  std::fill_n(bytes(), slots.size(), kTurns);
}

// Relaxed order will do here and in Look: a byte says something that stays true and stands for no other memory. A byte
// read late means that one more fragment is read.
bool ClosedSlots::IsAnyOpen(int32_t fragment) {
  const uint8_t turn = fragments_[fragment].turn;
  return std::ranges::any_of(closed_from_, [turn](uint64_t& bytes) {
    return AtMost(std::atomic_ref(bytes).load(std::memory_order_relaxed), turn) != UINT8_MAX;
  });
}

void ClosedSlots::Look(int32_t fragment, int64_t rows, Seen* seen) {
  const uint8_t turn = fragments_[fragment].turn;
  // What was closed to an earlier turn is closed to this one; the reverse is not true.
  if (seen->rows_left_ <= 0 || seen->turn_ > turn) {
    seen->bits_.resize(closed_from_.size() / sizeof(uint64_t));
    for (size_t word = 0; word < seen->bits_.size(); ++word) {
      uint64_t bits = 0;
      for (size_t i = 0; i < sizeof(uint64_t); ++i) {
        std::atomic_ref bytes(closed_from_[word * sizeof(uint64_t) + i]);
        bits |= AtMost(bytes.load(std::memory_order_relaxed), turn) << (8 * i);
      }
      seen->bits_[word] = bits;
    }
    seen->turn_ = turn;
    seen->rows_left_ = static_cast<int64_t>(closed_from_.size() * sizeof(uint64_t)) / kSlotsPerRow;
  }
  seen->rows_left_ -= rows;
}

}  // namespace feast::join
