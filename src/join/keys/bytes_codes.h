// Numbers the distinct byte strings of the entity rows 0, 1, 2, … and finds the number of a source row's string again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "join/block.h"
#include "join/huge_vector.h"

namespace feast::join {

/// Find may be called by any number of threads once all strings are added. Hashes are a filter only: bytes are always
/// compared.
class BytesCodes {
 public:
  BytesCodes();

  /// The code of `value`, a new one (size()) when it has none. At most 2^31 − 1 values.
  int32_t Add(std::string_view value);

  /// Codes of `rows` ≤ kBlockRows values; kNoCode for a value not added.
  void Find(const std::string_view* values, int rows, int32_t* codes) const;

  /// The value of `code`; valid as long as nothing is added.
  std::string_view Value(int32_t code) const {
    return std::string_view(bytes_).substr(ends_[code], ends_[code + 1] - ends_[code]);
  }
  int32_t size() const { return static_cast<int32_t>(ends_.size() - 1); }

 private:
  struct Entry {
    uint64_t hash;
    int32_t code;
  };

  void Grow();
  size_t Bucket(uint64_t hash) const { return hash >> shift_; }
  bool Holds(const Entry& entry, uint64_t hash, std::string_view value) const {
    return entry.hash == hash && Value(entry.code) == value;
  }

  /// All values one after another; value `code` is [ends_[code], ends_[code + 1]).
  std::string bytes_;
  HugeVector<size_t> ends_;
  /// Open addressing with linear probing, at most half full; a power of two long.
  HugeVector<Entry> entries_;
  int shift_ = 0;
};

}  // namespace feast::join
