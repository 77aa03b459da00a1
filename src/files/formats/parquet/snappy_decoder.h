// Decompresses Snappy, the codec of most Parquet files, two to three times as fast as the libraries do where it
// matters: numbers of eight bytes, whose leading bytes repeat. docs/decisions/001-snappy.md has the figures that
// decided.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace feast::scan {

/// Bytes of the output that stand in the input as they are.
struct SnappyLiteral {
  /// In the output, with the first byte after them.
  uint8_t* begin;
  uint8_t* end;
  const uint8_t* in;

  int64_t bytes() const { return end - begin; }
  /// What of them lies in [first, last) of the output, which may be nothing.
  SnappyLiteral Part(uint8_t* first, uint8_t* last) const {
    first = std::clamp(first, begin, end);
    last = std::clamp(last, first, end);
    return {first, last, in + (first - begin)};
  }
  void Copy() const { std::copy_n(in, bytes(), begin); }
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
/// Of bytes that are not there until `fetch(place, bytes)` is called for them: notes down all literals as far as the
/// output is wanted, looking at nothing else. False when there are copies too, or damage: then `left_out` is of no use.
bool FindSnappyLiterals(const SnappyPiece& piece, const std::function<void(const uint8_t*, int64_t)>& fetch);
/// Both, in less time than one after the other. False when either is damaged.
bool DecompressSnappy(const SnappyPiece& first, const SnappyPiece& second);

}  // namespace feast::scan
