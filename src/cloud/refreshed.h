// A value with an expiry, fetched again in time: temporary credentials and access tokens.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "arrow/result.h"
#include "cloud/clock_text.h"
#include "feast/call_context.h"

namespace feast {

/// `Value` has a member `expires_at`, a std::optional<CloudTime>; without one it lasts. Thread-safe: one thread fetches
/// at a time, and no other waits for it that has a value which is still good.
template <typename Value>
class Refreshed {
 public:
  using Fetch = std::function<arrow::Result<Value>()>;
  explicit Refreshed(Fetch fetch) : fetch_(std::move(fetch)) {}

  /// The value, fetched anew when it is about to expire. When that fails, the old one as long as it is good. Cancelled
  /// when the call is to end while another thread fetches.
  arrow::Result<std::shared_ptr<const Value>> Get(const CallContext& context = CallContext::OfThread()) {
    std::unique_lock lock(mutex_);
    while (IsWanted()) {
      if (!IsFetching()) return FetchNow(lock);
      if (IsGood()) return value_;
      // Whoever fetches now fetches for all that wait.
      const uint64_t seen = fetches_;
      ARROW_RETURN_NOT_OK(AwaitFetch(lock, seen, context));
      // Who gave its own call up says nothing about the server.
      if (!IsGood() && !error_.ok() && !error_.IsCancelled()) return error_;
    }
    return value_;
  }

  /// Makes the next Get fetch; for a value that the server no longer takes.
  void Forget() {
    const std::lock_guard lock(mutex_);
    value_ = nullptr;
  }

 private:
  static constexpr std::chrono::minutes kRefreshBefore{5};
  /// After a failed fetch, a value that is still good is given out for so long without another attempt.
  static constexpr std::chrono::seconds kPauseAfterFailure{10};
  static constexpr std::chrono::milliseconds kWaitMax{60'000};

  bool ExpiresWithin(std::chrono::seconds time) const {
    return value_->expires_at && *value_->expires_at - time <= std::chrono::system_clock::now();
  }
  bool IsGood() const { return value_ != nullptr && !ExpiresWithin(std::chrono::seconds(0)); }
  bool IsWanted() const {
    if (value_ == nullptr) return true;
    if (!ExpiresWithin(kRefreshBefore)) return false;
    return !IsGood() || std::chrono::steady_clock::now() >= next_attempt_;
  }
  /// A forked child has no thread that fetches.
  bool IsFetching() const { return is_fetching_ && fetcher_ == getpid(); }

  arrow::Status AwaitFetch(std::unique_lock<std::mutex>& lock, uint64_t seen, const CallContext& context) {
    while (fetches_ == seen && IsFetching()) {
      ARROW_RETURN_NOT_OK(context.Check());
      fetched_.wait_for(lock, context.stop, context.deadline.LeftUpTo(kWaitMax), [&] { return fetches_ != seen; });
    }
    return arrow::Status::OK();
  }

  arrow::Result<std::shared_ptr<const Value>> FetchNow(std::unique_lock<std::mutex>& lock) {
    is_fetching_ = true;
    fetcher_ = getpid();
    lock.unlock();
    auto fetched = fetch_();
    lock.lock();
    is_fetching_ = false;
    ++fetches_;
    error_ = fetched.status();
    if (fetched.ok()) {
      value_ = std::make_shared<const Value>(fetched.MoveValueUnsafe());
      next_attempt_ = {};
    } else {
      next_attempt_ = std::chrono::steady_clock::now() + kPauseAfterFailure;
    }
    fetched_.notify_all();
    if (error_.ok() || IsGood()) return value_;
    return error_;
  }

  const Fetch fetch_;
  std::mutex mutex_;
  std::condition_variable_any fetched_;
  std::shared_ptr<const Value> value_;
  bool is_fetching_ = false;
  pid_t fetcher_ = 0;
  /// How many fetches have ended, and how the last one did.
  uint64_t fetches_ = 0;
  arrow::Status error_;
  std::chrono::steady_clock::time_point next_attempt_{};
};

}  // namespace feast
