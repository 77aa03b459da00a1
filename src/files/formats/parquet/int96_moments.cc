#include "files/formats/parquet/int96_moments.h"

#include <cstdint>
#include <limits>

#include "arrow/array/array_base.h"
#include "arrow/array/builder_time.h"
#include "arrow/array/concatenate.h"
#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/chunked_array.h"
#include "arrow/memory_pool.h"
#include "arrow/type.h"

namespace feast::scan {
namespace {

constexpr int64_t kNanosPerMicro = 1000;
constexpr int64_t kMicrosMax = std::numeric_limits<int64_t>::max() / kNanosPerMicro;

// One less on each side, so that nanoseconds within the last microsecond fit too.
bool FitNanos(int64_t micros) { return micros > -kMicrosMax && micros < kMicrosMax; }

arrow::Result<std::shared_ptr<arrow::Array>> Whole(const arrow::ChunkedArray& column) {
  if (column.num_chunks() == 1) return column.chunk(0);
  if (column.num_chunks() == 0) return arrow::MakeArrayOfNull(column.type(), 0);
  return arrow::Concatenate(column.chunks());
}

void Look(const arrow::ArrayData& micros, const arrow::ArrayData& nanos, Int96Need* need) {
  if (micros.type->id() == arrow::Type::TIMESTAMP) {
    const auto* of_micros = micros.GetValues<int64_t>(1);
    const auto* of_nanos = nanos.GetValues<int64_t>(1);
    for (int64_t i = 0; i < micros.length; ++i) {
      if (micros.IsNull(i)) continue;
      if (!FitNanos(of_micros[i])) {
        // libparquet's nanoseconds have wrapped around and mean nothing.
        need->beyond = true;
      } else if (of_micros[i] * kNanosPerMicro != of_nanos[i]) {
        need->finer = true;
      }
    }
  }
  for (size_t i = 0; i < micros.child_data.size(); ++i) Look(*micros.child_data[i], *nanos.child_data[i], need);
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::ChunkedArray>> SaturatedInt96(const arrow::ChunkedArray& micros,
                                                                   const arrow::ChunkedArray& nanos) {
  ARROW_ASSIGN_OR_RAISE(const auto coarse, Whole(micros));
  ARROW_ASSIGN_OR_RAISE(const auto fine, Whole(nanos));
  const auto* of_micros = coarse->data()->GetValues<int64_t>(1);
  const auto* of_nanos = fine->data()->GetValues<int64_t>(1);
  arrow::TimestampBuilder builder(nanos.type(), arrow::default_memory_pool());
  ARROW_RETURN_NOT_OK(builder.Reserve(coarse->length()));
  for (int64_t i = 0; i < coarse->length(); ++i) {
    if (coarse->IsNull(i)) {
      builder.UnsafeAppendNull();
    } else if (FitNanos(of_micros[i])) {
      builder.UnsafeAppend(of_nanos[i]);
    } else {
      builder.UnsafeAppend(of_micros[i] < 0 ? std::numeric_limits<int64_t>::min()
                                            : std::numeric_limits<int64_t>::max());
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto array, builder.Finish());
  return std::make_shared<arrow::ChunkedArray>(std::move(array));
}

arrow::Result<Int96Need> Int96NeedOf(const arrow::ChunkedArray& micros, const arrow::ChunkedArray& nanos) {
  ARROW_ASSIGN_OR_RAISE(const auto coarse, Whole(micros));
  ARROW_ASSIGN_OR_RAISE(const auto fine, Whole(nanos));
  Int96Need need;
  Look(*coarse->data(), *fine->data(), &need);
  return need;
}

arrow::Status CheckInt96(const std::string& column, const Int96Need& need, bool in_nanoseconds) {
  if (in_nanoseconds ? !need.beyond : !need.finer) return arrow::Status::OK();
  return arrow::Status::Invalid("column '", column,
                                "' is stored as INT96 and has both timestamps that need nanoseconds and years that "
                                "these do not hold, before 1678 or after 2261. Write one of them otherwise.");
}

}  // namespace feast::scan
