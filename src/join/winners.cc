#include "join/winners.h"

#include <algorithm>

namespace feast::join {

Winners::Winners(int workers, int32_t slots) : slots_(slots), is_shared_(workers > kArraysMax) {
  for (int i = 0; i < std::clamp(workers, 1, kArraysMax); ++i) arrays_.push_back(std::make_unique<Array>());
}

Candidate* Winners::ArrayOf(int worker) {
  Array& array = *arrays_[static_cast<size_t>(worker) % arrays_.size()];
  std::call_once(array.made, [&] { array.of_slot.assign(slots_, kNoCandidate); });
  return array.of_slot.data();
}

HugeVector<Candidate> Winners::Merge() {
  HugeVector<Candidate> best;
  for (const auto& array : arrays_) {
    if (best.empty()) {
      best = std::move(array->of_slot);
      continue;
    }
    for (size_t slot = 0; slot < array->of_slot.size(); ++slot) {
      if (array->of_slot[slot].Beats(best[slot])) best[slot].Take(array->of_slot[slot]);
    }
    array->of_slot = {};
  }
  return best;
}

}  // namespace feast::join
