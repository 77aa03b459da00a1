// A value with an expiry, fetched again in time: temporary credentials and access tokens.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "arrow/result.h"
#include "cloud/clock_text.h"

namespace feast {

/// `Value` has a member `expires_at`, a std::optional<CloudTime>; without one it lasts. Thread-safe.
template <typename Value>
class Refreshed {
 public:
  using Fetch = std::function<arrow::Result<Value>()>;
  explicit Refreshed(Fetch fetch) : fetch_(std::move(fetch)) {}

  /// The value, fetched anew when it is about to expire. When that fails, the old one as long as it is good.
  arrow::Result<std::shared_ptr<const Value>> Get() {
    const std::lock_guard lock(mutex_);
    if (value_ && !ExpiresWithin(kRefreshBefore)) return value_;
    auto fetched = fetch_();
    if (fetched.ok()) {
      value_ = std::make_shared<const Value>(fetched.MoveValueUnsafe());
    } else if (!value_ || ExpiresWithin(std::chrono::seconds(0))) {
      return fetched.status();
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

  bool ExpiresWithin(std::chrono::seconds time) const {
    return value_->expires_at && *value_->expires_at - time <= std::chrono::system_clock::now();
  }

  Fetch fetch_;
  std::mutex mutex_;
  std::shared_ptr<const Value> value_;
};

}  // namespace feast
