#include "files/formats/parquet/delta_packed.h"

#include <algorithm>
#include <cstring>

#include "files/formats/parquet/parquet_calls.h"

namespace feast::scan {
namespace {

constexpr int kWidthMax = 64;
/// More than any writer makes; the format sets no limit.
constexpr uint64_t kBlockValuesMax = 1 << 20;

}  // namespace

DeltaPackedNumbers::DeltaPackedNumbers(const uint8_t* bytes, int64_t size) : at_(bytes), end_(bytes + size) {
  const uint64_t block_values = ReadVarint();
  miniblocks_ = ReadVarint();
  left_ = ReadVarint();
  value_ = static_cast<uint64_t>(ReadZigzag());
  // The format wants multiples of 128 and 32. Only what the arithmetic below needs is checked: no division by zero, no
  // product beyond 64 bits, no miniblock without values.
  if (miniblocks_ == 0 || block_values > kBlockValuesMax || block_values % miniblocks_ != 0 ||
      block_values / miniblocks_ == 0) {
    Damaged("a page of differences has no sound header");
  }
  miniblock_values_ = block_values / miniblocks_;
  // The first difference opens a block and its first miniblock.
  next_miniblock_ = miniblocks_;
  read_ = miniblock_values_;
}

uint64_t DeltaPackedNumbers::Next() {
  if (left_ == 0) Damaged("a page ends early");
  --left_;
  if (is_first_) {
    is_first_ = false;
    return value_;
  }
  if (read_ == miniblock_values_) OpenMiniblock();
  // All in 64 bits without a sign, where sums wrap around as the writer's differences did.
  value_ += min_delta_ + ReadPacked();
  return value_;
}

uint64_t DeltaPackedNumbers::ReadVarint() {
  uint64_t number = 0;
  // Ten bytes at most. The tenth has room for one bit, and its others are cut off by the shift.
  for (int shift = 0; shift < kWidthMax; shift += 7) {
    if (at_ == end_) Damaged("a page ends early");
    const uint8_t byte = *at_++;
    number |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
  Damaged("a number of a page does not end");
}

int64_t DeltaPackedNumbers::ReadZigzag() {
  const uint64_t number = ReadVarint();
  // Signs come last bit first: 0, −1, 1, −2 are stored as 0, 1, 2, 3.
  return static_cast<int64_t>((number >> 1) ^ (~(number & 1) + 1));
}

void DeltaPackedNumbers::OpenBlock() {
  min_delta_ = static_cast<uint64_t>(ReadZigzag());
  if (static_cast<uint64_t>(end_ - at_) < miniblocks_) Damaged("a page ends early");
  widths_.assign(at_, at_ + miniblocks_);
  at_ += miniblocks_;
  next_miniblock_ = 0;
}

void DeltaPackedNumbers::OpenMiniblock() {
  if (next_miniblock_ == miniblocks_) OpenBlock();
  width_ = widths_[next_miniblock_++];
  if (width_ > kWidthMax) Damaged("a page's differences are too wide");
  packed_ = at_;
  read_ = 0;
  // The last one may be cut short.
  const uint64_t bytes = (miniblock_values_ * static_cast<uint64_t>(width_) + 7) / 8;
  at_ += std::min<uint64_t>(bytes, static_cast<uint64_t>(end_ - at_));
}

uint64_t DeltaPackedNumbers::ReadPacked() {
  // At most kBlockValuesMax · kWidthMax. `read_` is below miniblock_values_, as Next sees to.
  const uint64_t first_bit = read_++ * static_cast<uint64_t>(width_);
  if ((first_bit + static_cast<uint64_t>(width_) + 7) / 8 > static_cast<uint64_t>(at_ - packed_)) {
    Damaged("a page ends early");
  }
  const uint8_t* const first_byte = packed_ + first_bit / 8;
  uint64_t number = 0;
  constexpr int kLoadedBits = 56;
  // Eight bytes from the value's first one hold all of it when it starts at any of eight bits and takes 56. They may be
  // of the next miniblock, but not beyond the page.
  if (width_ <= kLoadedBits && end_ - first_byte >= static_cast<ptrdiff_t>(sizeof(number))) {
    std::memcpy(&number, first_byte, sizeof(number));
    return number >> (first_bit % 8) & ((uint64_t{1} << width_) - 1);
  }
  for (int bit = 0; bit < width_;) {
    const uint64_t place = first_bit + static_cast<uint64_t>(bit);
    const int offset = static_cast<int>(place % 8), taken = std::min(8 - offset, width_ - bit);
    const uint64_t part = (packed_[place / 8] >> offset) & ((1U << taken) - 1);
    number |= part << bit;
    bit += taken;
  }
  return number;
}

}  // namespace feast::scan
