#include "join/keys/key_hashes.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include "arrow/array/array_base.h"
#include "arrow/array/data.h"
#include "arrow/chunked_array.h"
#include "arrow/type.h"
#include "join/block.h"
#include "join/keys/dictionary_positions.h"
#include "join/keys/key_domain.h"
#include "join/keys/key_values.h"

namespace feast::join {
namespace {

constexpr uint64_t kNullHash = 0x9E3779B97F4A7C15;

uint64_t Mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0xD6E8FEB86659FD93;
  return hash ^ (hash >> 32);
}

/// What the values of one key column are before they are mixed into the hashes.
class ColumnHasher {
 public:
  explicit ColumnHasher(const KeyDomain& domain) : domain_(domain) {}

  void Hash(const arrow::ArrayData& data, uint64_t* hashes) {
    const arrow::ArrayData* dictionary = IsDictionary(*data.type) ? data.dictionary.get() : nullptr;
    std::vector<uint64_t> entries;
    // Hashes are of values, not of positions: the same key may be dictionary-encoded in one batch and plain in the
    // next.
    if (dictionary != nullptr) entries = ValuesOf(*dictionary);
    for (int64_t offset = 0; offset < data.length; offset += kBlockRows) {
      const int rows = static_cast<int>(std::min<int64_t>(kBlockRows, data.length - offset));
      if (dictionary == nullptr) {
        Read(data, offset, rows, values_.data());
      } else {
        ReadDictionaryPositions(data, offset, rows, positions_.data());
        for (int i = 0; i < rows; ++i) values_[i] = positions_[i] == kNoCode ? kNullHash : entries[positions_[i]];
      }
      for (int i = 0; i < rows; ++i) hashes[offset + i] = Mix(hashes[offset + i], values_[i]);
    }
  }

 private:
  std::vector<uint64_t> ValuesOf(const arrow::ArrayData& data) {
    std::vector<uint64_t> values(data.length);
    for (int64_t offset = 0; offset < data.length; offset += kBlockRows) {
      Read(data, offset, static_cast<int>(std::min<int64_t>(kBlockRows, data.length - offset)), values.data() + offset);
    }
    return values;
  }

  void Read(const arrow::ArrayData& data, int64_t offset, int rows, uint64_t* values) {
    const BlockValidity* valid = nullptr;
    if (domain_.fits_64_bits()) {
      ReadNumbers(domain_, data, offset, rows, &numbers_);
      std::copy_n(reinterpret_cast<const uint64_t*>(numbers_.values), rows, values);
      valid = &numbers_.valid;
    } else {
      ReadBytes(domain_, data, offset, rows, &bytes_);
      valid = &bytes_.valid;
      for (int i = 0; i < rows; ++i) {
        const bool has_value = valid->all || valid->flags[i];
        // A hash of this process: files split by it are read by no other.
        values[i] = has_value ? std::hash<std::string_view>()(bytes_.values[i]) : kNullHash;
      }
    }
    // Whatever stands in a null's place: a row must be of the same part whenever it is asked for.
    for (int i = 0; !valid->all && i < rows; ++i) {
      if (!valid->flags[i]) values[i] = kNullHash;
    }
  }

  const KeyDomain domain_;
  NumberBlock numbers_;
  BytesBlock bytes_;
  std::array<int32_t, kBlockRows> positions_;
  std::array<uint64_t, kBlockRows> values_;
};

}  // namespace

arrow::Result<std::vector<uint64_t>> HashKeys(const std::vector<std::shared_ptr<arrow::ChunkedArray>>& keys,
                                              const std::vector<std::string>& names, int64_t rows) {
  std::vector<uint64_t> hashes(rows, 0);
  for (size_t key = 0; key < keys.size(); ++key) {
    ARROW_ASSIGN_OR_RAISE(const KeyDomain domain, CommonKeyDomain(names[key], *keys[key]->type(), *keys[key]->type()));
    // No value equals another: whatever the part, such rows match nothing.
    if (domain.form == KeyDomain::kNothing) continue;
    ColumnHasher hasher(domain);
    uint64_t* at = hashes.data();
    for (const auto& chunk : keys[key]->chunks()) {
      hasher.Hash(*chunk->data(), at);
      at += chunk->length();
    }
  }
  return hashes;
}

}  // namespace feast::join
