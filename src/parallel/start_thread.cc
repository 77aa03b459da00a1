#include "parallel/start_thread.h"

#include <atomic>
#include <limits>
#include <system_error>
#include <utility>

namespace feast {

namespace {

constexpr int kNoLimit = std::numeric_limits<int>::max();
/// How many more threads may be started.
std::atomic<int> allowance{kNoLimit};

bool IsAllowed() {
  if (allowance.load(std::memory_order_relaxed) == kNoLimit) return true;
  return allowance.fetch_sub(1) > 0;
}

}  // namespace

bool StartThread(std::thread* thread, std::function<void()> work) {
  if (!IsAllowed()) return false;
  try {
    *thread = std::thread(std::move(work));
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

RefusedThreads::RefusedThreads(int allowed) { allowance = allowed; }

RefusedThreads::~RefusedThreads() { allowance = kNoLimit; }

}  // namespace feast
