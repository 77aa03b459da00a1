// How long a call may take, and how it is ended early.
//
//   std::stop_source stop;
//   const feast::CallScope scope({.stop = stop.get_token(), .deadline = feast::Deadline::After(10s)});
//   store->Apply(definitions, options);   // ends with Cancelled after stop.request_stop() or ten seconds
//
// A program says it once, in a scope of its thread. Below the facade, every call that can wait (for a server, a
// process, a lock) takes the context as an argument; work on several threads hands it on to them.
#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>

#include "arrow/status.h"
#include "feast/export.h"

namespace FEAST_EXPORT feast {

/// The moment by which a call must have ended; never, by default.
class Deadline {
 public:
  Deadline() = default;
  static Deadline After(std::chrono::nanoseconds time) {
    Deadline deadline;
    deadline.moment_ = std::chrono::steady_clock::now() + time;
    return deadline;
  }

  bool is_never() const { return moment_ == Moment::max(); }
  bool has_passed() const { return !is_never() && std::chrono::steady_clock::now() >= moment_; }
  /// What is left of it, at least zero and at most `longest`.
  std::chrono::milliseconds LeftUpTo(std::chrono::milliseconds longest) const;
  bool operator<(const Deadline& other) const { return moment_ < other.moment_; }

 private:
  using Moment = std::chrono::steady_clock::time_point;

  Moment moment_ = Moment::max();
};

/// A value; cheap to copy, and safe to use from any thread.
struct CallContext {
  /// Asks the call to end.
  std::stop_token stop = {};
  Deadline deadline = {};

  /// That of the innermost CallScope of this thread; one that never ends without any.
  static const CallContext& OfThread();

  /// Whether nothing can end the call.
  bool is_endless() const { return !stop.stop_possible() && deadline.is_never(); }
  /// Cancelled, saying why, when the call is to end.
  arrow::Status Check() const;
  /// The same call with at most this much time from now.
  CallContext Within(std::chrono::nanoseconds time) const { return {stop, std::min(deadline, Deadline::After(time))}; }
};

/// As long as it lives, calls that this thread makes, and what other threads do for them, end early when `context`
/// says so. Scopes nest; the innermost counts.
class CallScope {
 public:
  explicit CallScope(CallContext context);
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  CallContext outer_;
};

}  // namespace feast
