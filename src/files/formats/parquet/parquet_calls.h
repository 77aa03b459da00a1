// What calls of libparquet have in common: its exceptions, and the stored types of numbers.
#pragma once

#include <type_traits>
#include <utility>

#include "arrow/result.h"
#include "parquet/exception.h"
#include "parquet/types.h"
#include "system/exceptions.h"

namespace feast::scan {

/// Ends reading or writing as libparquet does.
[[noreturn]] inline void Damaged(const char* what) { throw parquet::ParquetException(what); }

/// The result of `call()`, in which libparquet, or ours that reads pages as it does, may throw.
template <class Call>
auto CaughtFromParquet(Call&& call) -> CaughtResult<decltype(call())> {
  return Caught([&]() -> CaughtResult<decltype(call())> {
    BEGIN_PARQUET_CATCH_EXCEPTIONS
    if constexpr (std::is_void_v<decltype(call())>) {
      std::forward<Call>(call)();
      return arrow::Status::OK();
    } else {
      return std::forward<Call>(call)();
    }
    END_PARQUET_CATCH_EXCEPTIONS
  });
}

/// `make` called with the physical type of a flat column of numbers.
template <class Make>
auto WithNumberType(parquet::Type::type type, Make make) {
  switch (type) {
    case parquet::Type::INT32:
      return make(parquet::Int32Type());
    case parquet::Type::INT64:
      return make(parquet::Int64Type());
    case parquet::Type::FLOAT:
      return make(parquet::FloatType());
    case parquet::Type::DOUBLE:
      return make(parquet::DoubleType());
    default:
      Damaged("a column is taken for numbers that is not");
  }
}

}  // namespace feast::scan
