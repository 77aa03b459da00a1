#include "join/slots/winners.h"

#include <algorithm>
#include <utility>

#include "join/slots/ties.h"
#include "parallel/parallel_for.h"

namespace feast::join {
namespace {

constexpr int64_t kMergeSlots = 1 << 16;

}  // namespace

Winners::Winners(int workers, int32_t slots) : slots_(slots), is_shared_(workers > 1 && slots > kOwnSlotsMax) {
  const int arrays = is_shared_ ? 1 : std::max(workers, 1);
  for (int i = 0; i < arrays; ++i) arrays_.push_back(std::make_unique<Array>());
}

WinnerArray* Winners::ArrayOf(int worker) {
  Array& array = *arrays_[static_cast<size_t>(worker) % arrays_.size()];
  // Of a shared array the first worker that comes fills it, while others wait for it.
  std::call_once(array.made, [&] { array.winners = WinnerArray(slots_, is_shared_); });
  return &array.winners;
}

WinnerArray Winners::Merge(Ties* ties) {
  WinnerArray best;
  std::mutex ties_mutex;
  for (const auto& array : arrays_) {
    // Each slot is one thread's.
    WinnerArray others = std::move(array->winners);
    others.set_shared(false);
    if (best.size() == 0) {
      best = std::move(others);
      continue;
    }
    ForEachRange(others.size(), kMergeSlots, [&](int64_t first, int64_t last) {
      for (auto slot = static_cast<int32_t>(first); slot < last; ++slot) {
        const Candidate other = others.Get(slot);
        // An undecided row of one worker meets that of another here for the first time: neither worker has noted it
        // down.
        if (other.position == kNoRow || best.Offer(other, slot)) continue;
        const std::lock_guard<std::mutex> lock(ties_mutex);
        ties->Add(Tie{other.event, other.position, slot});
      }
    });
  }
  best.set_shared(true);
  return best;
}

}  // namespace feast::join
