#include "join/winners.h"

#include <algorithm>

#include "join/ties.h"
#include "parallel/parallel_for.h"

namespace feast::join {
namespace {

constexpr int64_t kMergeSlots = 1 << 16;

}  // namespace

Winners::Winners(int workers, int32_t slots)
    : slots_(slots), is_shared_(workers > kArraysMax || (workers > 1 && slots > kOwnSlotsMax)) {
  const int arrays = slots > kOwnSlotsMax ? 1 : std::clamp(workers, 1, kArraysMax);
  for (int i = 0; i < arrays; ++i) arrays_.push_back(std::make_unique<Array>());
}

Candidate* Winners::ArrayOf(int worker) {
  Array& array = *arrays_[static_cast<size_t>(worker) % arrays_.size()];
  std::call_once(array.made, [&] { array.of_slot.assign(slots_, kNoCandidate); });
  return array.of_slot.data();
}

HugeVector<Candidate> Winners::Merge(Ties* ties) {
  HugeVector<Candidate> best;
  std::mutex ties_mutex;
  for (const auto& array : arrays_) {
    if (best.empty()) {
      best = std::move(array->of_slot);
      continue;
    }
    HugeVector<Candidate>& other = array->of_slot;
    ForEachRange(static_cast<int64_t>(other.size()), kMergeSlots, [&](int64_t first, int64_t last) {
      for (int64_t slot = first; slot < last; ++slot) {
        if (Offer(other[slot], &best[slot])) continue;
        const std::lock_guard<std::mutex> lock(ties_mutex);
        ties->Add(Tie{other[slot].event, other[slot].position, static_cast<int32_t>(slot)});
      }
    });
    other = {};
  }
  return best;
}

}  // namespace feast::join
