// Numbers the distinct 64-bit values of the entity rows 0, 1, 2, … and finds the number of a source row's value again.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <vector>

#include "join/block.h"
#include "join/huge_vector.h"

namespace feast::join {

/// Immutable once built, so any number of threads may call Find. Values within a narrow range are looked up in a table
/// that they index directly, all others by hashing.
class IntegerCodes {
 public:
  /// Some values; where `valid` is not null, those with a false flag count as null.
  using VisitValues = std::function<void(const int64_t* values, const uint8_t* valid, int64_t count)>;
  /// Goes through all values, part by part; called several times, so that nobody has to hold them.
  using ForEachValues = std::function<void(const VisitValues&)>;

  /// Numbers the values, which are `rows`, fewer than 2^31.
  void Build(const ForEachValues& for_each, int64_t rows);

  /// Codes of `rows` ≤ kBlockRows values; kNoCode for a value not numbered.
  void Find(const int64_t* values, int rows, int32_t* codes) const;
  /// The same for just those values that are numbered: writes which they are, ascending, and their codes. Returns how
  /// many there are.
  int FindKnown(const int64_t* values, int rows, int32_t* known, int32_t* codes) const;

  /// The values numbered, in any order.
  std::vector<int64_t> Values() const;

  /// How many distinct values there are; codes lie in [0, size).
  int32_t size() const { return size_; }
  /// Bounds of the values compared as signed; only when size() > 0.
  int64_t min() const { return min_; }
  int64_t max() const { return max_; }

 private:
  struct Entry {
    int64_t value;
    int32_t code;
  };
  /// Of 64 values next to each other: a bit for each that is numbered, and the code of the first of them. A quarter of
  /// a byte for each value, so that a million stay in a core's own cache.
  struct Ranks {
    uint64_t bits = 0;
    int32_t first_code = 0;

    int32_t CodeOf(uint64_t place) const {
      const uint64_t bit = uint64_t{1} << (place % 64);
      const int32_t code = first_code + std::popcount(bits & (bit - 1));
      return (bits & bit) != 0 ? code : kNoCode;
    }
  };

  void FindBounds(const ForEachValues& for_each);
  void BuildDirect(const ForEachValues& for_each);
  void BuildFilter();
  uint64_t Place(int64_t value) const;
  void FindDirect(const int64_t* values, int rows, int32_t* codes) const;
  void BuildHashed(const ForEachValues& for_each);
  void Add(int64_t value);
  void Grow();
  uint64_t Bucket(int64_t value) const;

  int32_t size_ = 0;
  int64_t min_ = 0, max_ = 0;
  /// Which values from min_ on are numbered, and how many before: codes follow the order of the values. Empty when
  /// hashing.
  HugeVector<Ranks> ranks_;
  /// Where few values of the range are numbered, a bit for each 2^filter_shift_ values next to each other: whether one
  /// of them may be. An eighth of the bits at most is set, and where ranks_ does not fit into a core's first cache this
  /// does.
  std::vector<uint64_t> filter_;
  int filter_shift_ = 0;
  /// Open addressing with linear probing, at most half full; a power of two long.
  HugeVector<Entry> entries_;
  int shift_ = 0;
};

}  // namespace feast::join
