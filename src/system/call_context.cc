#include "feast/call_context.h"

#include <utility>

namespace feast {
namespace {

CallContext& ContextOfThread() {
  thread_local CallContext context;
  return context;
}

}  // namespace

std::chrono::milliseconds Deadline::LeftUpTo(std::chrono::milliseconds longest) const {
  if (is_never()) return longest;
  // Rounded up: who waits for the rest then finds it passed.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(moment_ - std::chrono::steady_clock::now());
  return std::clamp(left, std::chrono::milliseconds(0), longest);
}

const CallContext& CallContext::OfThread() { return ContextOfThread(); }

arrow::Status CallContext::Check() const {
  if (stop.stop_requested()) return arrow::Status::Cancelled("The request was cancelled.");
  if (deadline.has_passed()) return arrow::Status::Cancelled("The time set for the request is over.");
  return arrow::Status::OK();
}

CallScope::CallScope(CallContext context) : outer_(std::exchange(ContextOfThread(), std::move(context))) {}

CallScope::~CallScope() { ContextOfThread() = std::move(outer_); }

}  // namespace feast
