// Long work of the engine, done with the GIL released and ended early for the user by Ctrl-C.
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "arrow/result.h"
#include "arrow/status.h"
#include "bindings.h"

namespace feast::python {

/// Runs `work` in a thread of its own and waits for it; raises its error. On Ctrl-C, KeyboardInterrupt is raised at
/// once and the work ends in the background at the next place where it can be cancelled (feast/call_context.h): it
/// must own what it uses. Once `time_limit` is over, the work ends there too, and TimeoutError is raised: when it has
/// ended, or a second later. The GIL must be held.
void RunInterruptibly(std::function<arrow::Status()> work,
                      std::optional<std::chrono::nanoseconds> time_limit = std::nullopt);

/// What the user passed as `timeout`, in seconds. Raises TypeError or ValueError for what is no time above zero.
std::optional<std::chrono::nanoseconds> TimeLimit(nb::handle timeout);

/// The same with a result.
template <typename T>
T RunForResult(std::function<arrow::Result<T>()> work,
               std::optional<std::chrono::nanoseconds> time_limit = std::nullopt) {
  auto result = std::make_shared<arrow::Result<T>>(arrow::Status::UnknownError("not run"));
  RunInterruptibly(
      [result, work = std::move(work)] {
        *result = work();
        return result->status();
      },
      time_limit);
  return std::move(*result).ValueUnsafe();
}

/// Runs short work (a look-up) with the GIL released; raises its error.
template <typename Work>
auto RunReleased(Work work) {
  auto result = [&] {
    nb::gil_scoped_release release;
    return work();
  }();
  if constexpr (std::is_same_v<decltype(result), arrow::Status>) {
    Check(result);
  } else {
    return Checked(std::move(result));
  }
}

/// Makes the interpreter wait, at its end, for work that Ctrl-C left behind.
void WaitForWorkAtExit();

}  // namespace feast::python
