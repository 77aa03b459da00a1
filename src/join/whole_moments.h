// A whole timestamp column in the form in which the join compares moments.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "arrow/array/array_base.h"
#include "arrow/array/data.h"
#include "arrow/chunked_array.h"
#include "join/block.h"
#include "join/moments.h"

namespace feast::join {

/// The column, which passed CheckMomentType, as moments; `on_null(row)` is told of nulls, whose moments mean nothing.
template <class OnNull>
std::vector<int64_t> WholeMoments(const arrow::ChunkedArray& column, OnNull on_null) {
  std::vector<int64_t> moments(column.length());
  std::array<int64_t, kBlockRows> buffer;
  int64_t row = 0;
  for (const auto& chunk : column.chunks()) {
    const arrow::ArrayData& data = *chunk->data();
    for (int64_t offset = 0; offset < data.length; offset += kBlockRows) {
      const int rows = static_cast<int>(std::min<int64_t>(kBlockRows, data.length - offset));
      std::copy_n(ReadMoments(data, offset, rows, buffer.data()), rows, moments.begin() + row);
      ForEachNull(data, offset, rows, [&](int i) { on_null(row + i); });
      row += rows;
    }
  }
  return moments;
}

}  // namespace feast::join
