// Numbers of encoding DELTA_BINARY_PACKED whose differences wrap around: DuckDB subtracts 32-bit numbers in 64 bits,
// and libparquet then finds that a page ends early.
#pragma once

#include <cstdint>
#include <vector>

namespace feast::scan {

/// One page's numbers, in order. Ends reading as libparquet does where the bytes are damaged.
class DeltaPackedNumbers {
 public:
  DeltaPackedNumbers() = default;
  /// The bytes are borrowed.
  DeltaPackedNumbers(const uint8_t* bytes, int64_t size);

  /// The next number; what is beyond 64 bits is cut off, and the caller takes as many of its bits as a value has.
  uint64_t Next();

 private:
  uint64_t ReadVarint();
  int64_t ReadZigzag();
  void OpenBlock();
  void OpenMiniblock();
  uint64_t ReadPacked();

  const uint8_t *at_ = nullptr, *end_ = nullptr;
  /// Of the block, and of each of its parts.
  uint64_t miniblocks_ = 0, miniblock_values_ = 0;
  /// Still to come on the page.
  uint64_t left_ = 0;
  uint64_t value_ = 0;
  bool is_first_ = true;
  uint64_t min_delta_ = 0;
  std::vector<uint8_t> widths_;
  size_t next_miniblock_ = 0;
  /// Of the miniblock being read: its bytes, the bits of each number, how many are read.
  const uint8_t* packed_ = nullptr;
  int width_ = 0;
  uint64_t read_ = 0;
};

}  // namespace feast::scan
