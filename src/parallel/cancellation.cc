#include "parallel/cancellation.h"

#include <utility>

namespace feast {
namespace {

CancelFlag& FlagOfThread() {
  thread_local CancelFlag flag;
  return flag;
}

}  // namespace

CancellationScope::CancellationScope(CancelFlag flag) : outer_(std::exchange(FlagOfThread(), std::move(flag))) {}

CancellationScope::~CancellationScope() { FlagOfThread() = std::move(outer_); }

const CancelFlag& CancellationScope::Current() { return FlagOfThread(); }

arrow::Status CheckCancelled() {
  const CancelFlag& flag = FlagOfThread();
  if (flag == nullptr || !flag->load(std::memory_order_relaxed)) return arrow::Status::OK();
  return arrow::Status::Cancelled("The request was cancelled.");
}

}  // namespace feast
