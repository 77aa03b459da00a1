// Decompresses Snappy, the codec of most Parquet files, two to three times as fast as the libraries do where it
// matters: numbers of eight bytes, whose leading bytes repeat. docs/architecture.md has the figures that decided.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace feast::scan {

/// Decompresses `in` into `out`, which holds just the `out_bytes` that it decompresses to. False, with anything in
/// `out`, when the bytes are damaged or decompress to another length; nothing outside the two ranges is touched.
bool DecompressSnappy(const uint8_t* in, int64_t in_bytes, uint8_t* out, int64_t out_bytes);

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

/// The same for who needs few of the bytes: long literals, all there is of numbers that do not compress, are not copied
/// but added to `left_out`, ascending.
bool DecompressSnappyPartly(const uint8_t* in, int64_t in_bytes, uint8_t* out, int64_t out_bytes,
                            std::vector<SnappyLiteral>* left_out);

}  // namespace feast::scan
