// The join works through columns in blocks of rows, small enough that a block's intermediate results stay in the first
// cache.
#pragma once

#include <cstdint>
#include <numeric>

#include "arrow/array/data.h"
#include "arrow/util/bit_util.h"

namespace feast::join {

inline constexpr int kBlockRows = 512;

/// The code of a value that no entity row has, or of a null.
inline constexpr int32_t kNoCode = -1;

/// Moves the codes of rows that have one to the front, and writes which rows these are. Returns how many.
inline int KeepKnown(int rows, int32_t* known, int32_t* codes) {
  // Often all have one, which is seen and written quickly.
  int32_t bits = 0;
  for (int i = 0; i < rows; ++i) bits |= codes[i];
  if (bits >= 0) {
    std::iota(known, known + rows, 0);
    return rows;
  }
  int count = 0;
  for (int i = 0; i < rows; ++i) {
    const int32_t code = codes[i];
    known[count] = i;
    codes[count] = code;
    count += code != kNoCode;
  }
  return count;
}

/// Calls `visit(i)` for each null among rows [offset, offset + rows) of `data`.
template <class Visit>
void ForEachNull(const arrow::ArrayData& data, int64_t offset, int rows, Visit visit) {
  if (data.GetNullCount() == 0) return;
  if (data.buffers[0] == nullptr) {  // the null type has no bitmap
    for (int i = 0; i < rows; ++i) visit(i);
    return;
  }
  const uint8_t* bitmap = data.buffers[0]->data();
  for (int i = 0; i < rows; ++i) {
    if (!arrow::bit_util::GetBit(bitmap, data.offset + offset + i)) visit(i);
  }
}

/// Which rows of `data` from `offset` on are null.
class Nulls {
 public:
  Nulls(const arrow::ArrayData& data, int64_t offset)
      : bitmap_(data.GetNullCount() > 0 && data.buffers[0] != nullptr ? data.buffers[0]->data() : nullptr),
        offset_(data.offset + offset) {}
  bool operator[](int row) const { return bitmap_ != nullptr && !arrow::bit_util::GetBit(bitmap_, offset_ + row); }

 private:
  const uint8_t* bitmap_;
  int64_t offset_;
};

}  // namespace feast::join
