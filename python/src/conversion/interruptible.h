// Long work of the engine, done with the GIL released and ended early for the user by Ctrl-C.
#pragma once

#include <nanobind/nanobind.h>

#include <functional>
#include <memory>
#include <utility>

#include "arrow/result.h"
#include "arrow/status.h"
#include "bindings.h"

namespace feast::python {

/// Runs `work` in a thread of its own and waits for it; raises its error. On Ctrl-C, KeyboardInterrupt is raised at
/// once and the work ends in the background at the next place where it can be cancelled (feast/call_context.h): it
/// must own what it uses. The GIL must be held.
void RunInterruptibly(std::function<arrow::Status()> work);

/// The same with a result.
template <typename T>
T RunForResult(std::function<arrow::Result<T>()> work) {
  auto result = std::make_shared<arrow::Result<T>>(arrow::Status::UnknownError("not run"));
  RunInterruptibly([result, work = std::move(work)] {
    *result = work();
    return result->status();
  });
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
