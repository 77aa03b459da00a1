// Whole timestamp columns in the form in which the join compares moments.
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

/// Calls `visit(first_row, moments, rows)` for the column, which passed CheckMomentType, a block at a time; moments of
/// nulls mean nothing.
template <class Visit>
void ForEachMomentBlock(const arrow::ChunkedArray& column, Visit visit) {
  std::array<int64_t, kBlockRows> buffer;
  int64_t row = 0;
  for (const auto& chunk : column.chunks()) {
    const arrow::ArrayData& data = *chunk->data();
    for (int64_t offset = 0; offset < data.length; offset += kBlockRows) {
      const int rows = static_cast<int>(std::min<int64_t>(kBlockRows, data.length - offset));
      visit(row, ReadMoments(data, offset, rows, buffer.data()), rows);
      row += rows;
    }
  }
}

/// Calls `visit(row)` for each null of the column.
template <class Visit>
void ForEachNull(const arrow::ChunkedArray& column, Visit visit) {
  int64_t row = 0;
  for (const auto& chunk : column.chunks()) {
    const arrow::ArrayData& data = *chunk->data();
    for (int64_t offset = 0; offset < data.length; offset += kBlockRows) {
      const int rows = static_cast<int>(std::min<int64_t>(kBlockRows, data.length - offset));
      ForEachNull(data, offset, rows, [&](int i) { visit(row + i); });
      row += rows;
    }
  }
}

/// The column, which passed CheckMomentType, as moments; those of nulls mean nothing.
inline std::vector<int64_t> WholeMoments(const arrow::ChunkedArray& column) {
  std::vector<int64_t> moments(column.length());
  ForEachMomentBlock(
      column, [&](int64_t row, const int64_t* block, int rows) { std::copy_n(block, rows, moments.begin() + row); });
  return moments;
}

}  // namespace feast::join
