// Looks up single values of runs as packed_runs.h writes them, for who wants few of many.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

namespace feast::scan {

/// Forward only.
class PackedRunCursor {
 public:
  PackedRunCursor() = default;
  /// The runs are `bytes` from `runs` on; `bit_width` is 0 to 32.
  PackedRunCursor(const uint8_t* runs, int64_t bytes, int bit_width)
      : next_(runs), end_(runs + bytes), bit_width_(bit_width) {}

  /// The value at `index`, which is not less than that of the last call; nullopt when the runs end before it.
  /// `fetch(place, bytes)` is called for all that is looked at, in advance.
  template <class Fetch>
  std::optional<uint32_t> At(int64_t index, const Fetch& fetch) {
    while (index >= run_end_) {
      if (!NextRun(fetch)) return std::nullopt;
    }
    if (!is_packed_) return value_;
    const int64_t bit = (index - run_begin_) * bit_width_;
    const int shift = static_cast<int>(bit % 8), bytes = (shift + bit_width_ + 7) / 8;
    // A stretch may be cut short.
    if (bit / 8 + bytes > end_ - run_) return std::nullopt;
    const uint8_t* const place = run_ + bit / 8;
    fetch(place, bytes);
    uint64_t bits = 0;
    std::memcpy(&bits, place, bytes);
    return static_cast<uint32_t>(bits >> shift & ((uint64_t{1} << bit_width_) - 1));
  }

 private:
  template <class Fetch>
  bool NextRun(const Fetch& fetch) {
    constexpr int kHeaderBits = 35;
    uint64_t header = 0;
    bool is_last = false;
    for (int shift = 0; !is_last && shift < kHeaderBits; shift += 7) {
      if (next_ == end_) return false;
      fetch(next_, 1);
      header |= static_cast<uint64_t>(*next_ & 0x7f) << shift;
      is_last = (*next_++ & 0x80) == 0;
    }
    if (!is_last) return false;
    const auto count = static_cast<int64_t>(header >> 1);
    is_packed_ = (header & 1) != 0;
    run_begin_ = run_end_;
    if (is_packed_) {
      run_ = next_;
      run_end_ += count * 8;
      next_ += std::min<int64_t>(count * bit_width_, end_ - next_);
    } else {
      const int bytes = (bit_width_ + 7) / 8;
      if (bytes > end_ - next_) return false;
      fetch(next_, bytes);
      value_ = 0;
      std::memcpy(&value_, next_, bytes);
      run_end_ += count;
      next_ += bytes;
    }
    return true;
  }

  const uint8_t* next_ = nullptr;
  const uint8_t* end_ = nullptr;
  int bit_width_ = 0;
  /// The current run holds values [run_begin_, run_end_): packed from run_ on, or all the same.
  int64_t run_begin_ = 0, run_end_ = 0;
  bool is_packed_ = false;
  const uint8_t* run_ = nullptr;
  uint32_t value_ = 0;
};

}  // namespace feast::scan
