// Decompresses Snappy, the codec of most Parquet files, two to three times as fast as the libraries do where it
// matters: numbers of eight bytes, whose leading bytes repeat. docs/architecture.md has the figures that decided.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace feast::scan {

/// Bytes of the output that stand in the input as they are.
struct SnappyLiteral {
  /// In the output, with the first byte after them.
  uint8_t* begin;
  uint8_t* end;
  const uint8_t* in;

  /// To the output, what of them lies in [first, last).
  void Copy(uint8_t* first, uint8_t* last) const {
    first = std::max(first, begin);
    last = std::min(last, end);
    if (first < last) std::copy(in + (first - begin), in + (last - begin), first);
  }
};

/// What to decompress, and where to.
struct SnappyPiece {
  const uint8_t* in;
  int64_t in_bytes;
  /// Room for just the bytes that `in` decompresses to.
  uint8_t* out;
  int64_t out_bytes;
  /// How many of them, from the first on, must be there in the end; those behind may be.
  int64_t wanted_bytes;
  /// For who needs few of the bytes: long literals, all there is of numbers that do not compress, are not copied but
  /// added here, ascending. Null: all are copied.
  std::vector<SnappyLiteral>* left_out = nullptr;
};

/// False, with anything in `out`, when bytes that had to be looked at are damaged, or are not of `out_bytes`; nothing
/// outside the two ranges is touched.
bool DecompressSnappy(const SnappyPiece& piece);
/// Both, in less time than one after the other. False when either is damaged.
bool DecompressSnappy(const SnappyPiece& first, const SnappyPiece& second);

}  // namespace feast::scan
