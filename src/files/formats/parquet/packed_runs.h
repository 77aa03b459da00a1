// Small whole numbers as Parquet stores levels and positions in a dictionary: runs of one value, and stretches in which
// each value takes as few bits as the greatest needs (encoding RLE of the format's specification).
#pragma once

#include <cstdint>
#include <vector>

namespace feast::scan {

/// Appends `count` values of at most `bit_width` bits, 1 to 32.
void AppendPacked(const uint32_t* values, int64_t count, int bit_width, std::vector<uint8_t>* out);

/// Appends `count` bits of a bitmap as values of one bit each; `offset` is the first one's place. A null bitmap is all
/// ones.
void AppendPackedBits(const uint8_t* bitmap, int64_t offset, int64_t count, std::vector<uint8_t>* out);

}  // namespace feast::scan
