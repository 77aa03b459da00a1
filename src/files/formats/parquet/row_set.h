// Some rows of a fragment.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace feast::scan {

/// `count` rows of a fragment from `first` on.
struct RowStretch {
  int64_t first, count;
};

/// Rows of [0, rows), in which each knows its place. A bit for each row of the fragment, so that neither order nor
/// repetition of what is added matters.
class RowSet {
 public:
  explicit RowSet(int64_t rows) : words_(static_cast<size_t>(rows) / 64 + 1), before_(words_.size()), rows_(rows) {}

  void Add(int64_t row) { words_[row / 64] |= uint64_t{1} << (row % 64); }
  /// To be called once, after the last Add and before what follows.
  void Seal() {
    for (size_t i = 0; i < words_.size(); ++i) {
      before_[i] = static_cast<int32_t>(size_);
      size_ += std::popcount(words_[i]);
    }
  }

  /// Of the fragment.
  int64_t fragment_rows() const { return rows_; }
  int64_t size() const { return size_; }
  /// How many rows of the set lie before `row`.
  int32_t Rank(int64_t row) const {
    return before_[row / 64] + std::popcount(words_[row / 64] & ((uint64_t{1} << (row % 64)) - 1));
  }
  bool HasAny(int64_t first, int64_t last) const { return Rank(last) > Rank(first); }
  /// The last row of the set before `end`, of which there is one.
  int64_t LastBefore(int64_t end) const {
    int64_t word = end / 64;
    uint64_t bits = words_[word] & ((uint64_t{1} << (end % 64)) - 1);
    while (bits == 0) bits = words_[--word];
    return word * 64 + 63 - std::countl_zero(bits);
  }
  /// Calls `visit(row)` for each row of the set in [first, last), ascending.
  template <class Visit>
  void ForEach(int64_t first, int64_t last, Visit visit) const {
    for (int64_t word = first / 64; word * 64 < last; ++word) {
      uint64_t bits = words_[word];
      if (word == first / 64) bits &= ~uint64_t{0} << (first % 64);
      for (; bits != 0; bits &= bits - 1) {
        const int64_t row = word * 64 + std::countr_zero(bits);
        if (row >= last) return;
        visit(row);
      }
    }
  }

 private:
  std::vector<uint64_t> words_;
  /// Rows in the words before.
  std::vector<int32_t> before_;
  int64_t rows_, size_ = 0;
};

}  // namespace feast::scan
