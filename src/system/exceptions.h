// Where other people's code may throw: what it throws ends here and goes on as a status.
#pragma once

#include <type_traits>
#include <utility>

#include "arrow/result.h"

namespace feast {

/// The exception that is being handled, for use in `catch (...)` alone: OutOfMemory where memory ran out, else
/// UnknownError with its own words. Lets pass what ends a thread, which is no exception.
arrow::Status StatusOfException();

namespace internal {
template <class T>
struct CaughtAs {
  using Type = arrow::Result<T>;
};
template <>
struct CaughtAs<void> {
  using Type = arrow::Status;
};
template <>
struct CaughtAs<arrow::Status> {
  using Type = arrow::Status;
};
template <class T>
struct CaughtAs<arrow::Result<T>> {
  using Type = arrow::Result<T>;
};
}  // namespace internal

/// What a call that gives `T` gives once its exceptions are statuses: itself, if it is a status or a result.
template <class T>
using CaughtResult = typename internal::CaughtAs<T>::Type;

/// The result of `call()`. Exceptions of which more is known than their words are caught within (parquet_calls.h).
template <class Call>
auto Caught(Call&& call) -> CaughtResult<decltype(call())> {
  try {
    if constexpr (std::is_void_v<decltype(call())>) {
      std::forward<Call>(call)();
      return arrow::Status::OK();
    } else {
      return std::forward<Call>(call)();
    }
  } catch (...) {
    return StatusOfException();
  }
}

}  // namespace feast
