#include "files/formats/parquet/packed_runs.h"

#include <algorithm>
#include <cstring>

#include "arrow/util/bitmap_ops.h"

namespace feast::scan {
namespace {

using Bytes = std::vector<uint8_t>;

// Stretches are made of groups of this many values.
constexpr int64_t kGroup = 8;

void AppendVarint(uint64_t value, Bytes* out) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<uint8_t>(value | 0x80));
  out->push_back(static_cast<uint8_t>(value));
}

void AppendRun(uint32_t value, int64_t count, int bit_width, Bytes* out) {
  // The lowest bit of a header tells runs, 0, from stretches, 1.
  AppendVarint(static_cast<uint64_t>(count) << 1, out);
  for (int bit = 0; bit < bit_width; bit += 8) out->push_back(static_cast<uint8_t>(value >> bit));
}

// The header of a stretch, and room for its groups, whose bits are zero.
uint8_t* AppendStretch(int64_t count, int bit_width, Bytes* out) {
  // The header counts groups, so that a stretch in the middle must be of whole ones. The last one is filled up with
  // zeros, which readers do not look at: they know how many values the page has.
  const int64_t groups = (count + kGroup - 1) / kGroup;
  AppendVarint(static_cast<uint64_t>(groups) << 1 | 1, out);
  out->resize(out->size() + groups * bit_width);
  return out->data() + out->size() - groups * bit_width;
}

void AppendValues(const uint32_t* values, int64_t count, int bit_width, Bytes* out) {
  if (count == 0) return;
  uint8_t* to = AppendStretch(count, bit_width, out);
  uint64_t bits = 0;
  int filled = 0;
  for (int64_t i = 0; i < count; ++i) {
    // Fewer than 32 bits are waiting here and at most 32 come, which 64 hold.
    bits |= uint64_t{values[i]} << filled;
    filled += bit_width;
    if (filled >= 32) {
      const auto word = static_cast<uint32_t>(bits);
      std::memcpy(to, &word, sizeof(word));
      to += sizeof(word);
      bits >>= 32;
      filled -= 32;
    }
  }
  // Whole groups of eight values take whole bytes, so that these are all there is room for.
  std::memcpy(to, &bits, (filled + 7) / 8);
}

bool AreEqual(const uint32_t* group) {
  uint32_t difference = 0;
  for (int i = 1; i < kGroup; ++i) difference |= group[i] ^ group[0];
  return difference == 0;
}

}  // namespace

void AppendPacked(const uint32_t* values, int64_t count, int bit_width, Bytes* out) {
  // Where the stretch starts that is not written yet: whole groups before `at`.
  int64_t start = 0, at = 0;
  while (at + kGroup <= count) {
    if (!AreEqual(values + at)) {
      at += kGroup;
      continue;
    }
    // A run starts where a group would, so that the stretch before it is of whole groups. It may end anywhere, since a
    // new stretch starts behind it.
    int64_t end = at + kGroup;
    while (end < count && values[end] == values[at]) ++end;
    AppendValues(values + start, at - start, bit_width, out);
    AppendRun(values[at], end - at, bit_width, out);
    start = at = end;
  }
  AppendValues(values + start, count - start, bit_width, out);
}

void AppendPackedBits(const uint8_t* bitmap, int64_t offset, int64_t count, Bytes* out) {
  const int64_t ones = bitmap == nullptr ? count : arrow::internal::CountSetBits(bitmap, offset, count);
  if (ones == 0 || ones == count) {
    if (count > 0) AppendRun(ones > 0 ? 1 : 0, count, 1, out);
  } else {
    arrow::internal::CopyBitmap(bitmap, offset, count, AppendStretch(count, 1, out), 0);
  }
}

}  // namespace feast::scan
