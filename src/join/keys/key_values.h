// Reads key columns in the form of their domain, a block at a time.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "join/block.h"
#include "join/keys/key_domain.h"

namespace feast::join {

/// Which rows of a block have a value. Most blocks have no null, and then the flags are not even written.
struct BlockValidity {
  bool all = true;
  std::array<uint8_t, kBlockRows> flags;

  void Clear(int row, int rows) {
    if (all) std::fill_n(flags.begin(), rows, uint8_t{1});
    all = false;
    flags[row] = 0;
  }
};

struct NumberBlock {
  /// `buffer`, or the column itself where it already has the form wanted.
  const int64_t* values = nullptr;
  BlockValidity valid;
  std::array<int64_t, kBlockRows> buffer;
};

struct BytesBlock {
  std::array<std::string_view, kBlockRows> values;
  BlockValidity valid;
  /// Backs `values` where the column does not hold the bytes wanted (decimals).
  std::vector<uint8_t> storage;
};

/// Rows [offset, offset + rows) of a column without dictionary; rows ≤ kBlockRows. A value that does not exist in the
/// domain (7.5 among integers, NaN) counts as null. The domain must fit 64 bits.
void ReadNumbers(const KeyDomain& domain, const arrow::ArrayData& data, int64_t offset, int rows, NumberBlock* out);

/// The same for domains kBytes and kDecimal. The views live as long as `data` and `out`.
void ReadBytes(const KeyDomain& domain, const arrow::ArrayData& data, int64_t offset, int rows, BytesBlock* out);

}  // namespace feast::join
