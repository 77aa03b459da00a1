// Walks several chunked arrays of one length side by side, whatever their chunk boundaries.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "arrow/array/array_base.h"
#include "arrow/array/data.h"
#include "arrow/chunked_array.h"
#include "arrow/status.h"
#include "parallel/parallel_for.h"

namespace feast::join {

/// A place in one chunk: row `offset` of `data` (the array's own offset not yet added).
struct ChunkPlace {
  const arrow::ArrayData* data;
  int64_t offset;
};

/// Calls `visit(const std::vector<ChunkPlace>& places, int64_t row, int64_t length)` for each longest stretch of rows
/// within which no column changes its chunk. The columns must be of one length; stops at the first error.
template <class Visit>
arrow::Status ForEachRun(const std::vector<const arrow::ChunkedArray*>& columns, Visit visit) {
  std::vector<int> chunk(columns.size(), 0);
  std::vector<ChunkPlace> places(columns.size(), ChunkPlace{nullptr, 0});
  const int64_t rows = columns.empty() ? 0 : columns[0]->length();
  for (int64_t row = 0; row < rows;) {
    int64_t length = rows - row;
    for (size_t i = 0; i < columns.size(); ++i) {
      while (places[i].offset == columns[i]->chunk(chunk[i])->length()) {
        ++chunk[i];
        places[i].offset = 0;
      }
      places[i].data = columns[i]->chunk(chunk[i])->data().get();
      length = std::min(length, places[i].data->length - places[i].offset);
    }
    ARROW_RETURN_NOT_OK(visit(places, row, length));
    for (auto& place : places) place.offset += length;
    row += length;
  }
  return arrow::Status::OK();
}

/// Calls `visit(worker, row, place, rows)` for parts of a column on all threads, `worker` in [0, WorkerCount()): `rows`
/// rows of one chunk from `place` on, the first of which is row `row` of the column.
template <class Visit>
void ForEachPart(const arrow::ChunkedArray& column, Visit visit) {
  constexpr int64_t kPartRows = 1 << 15;
  struct Part {
    int64_t row;
    ChunkPlace place;
    int64_t rows;
  };
  std::vector<Part> parts;
  int64_t row = 0;
  for (const auto& chunk : column.chunks()) {
    for (int64_t offset = 0; offset < chunk->length(); offset += kPartRows) {
      const int64_t rows = std::min(kPartRows, chunk->length() - offset);
      parts.push_back({row, {chunk->data().get(), offset}, rows});
      row += rows;
    }
  }
  ForEachPiece(WorkerCount(), static_cast<int64_t>(parts.size()),
               [&](int worker, int64_t i) { visit(worker, parts[i].row, parts[i].place, parts[i].rows); });
}

}  // namespace feast::join
