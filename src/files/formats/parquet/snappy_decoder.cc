#include "files/formats/parquet/snappy_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace feast::scan {
namespace {

// An element starts with a tag: two bits of kind, then for a literal its length less one, for a copy its length and
// with kOffset1 the upper bits of how far back it copies from; literal bytes or the rest of the offset follow.
enum Kind : uint8_t { kLiteral = 0, kOffset1 = 1, kOffset2 = 2, kOffset4 = 3 };

template <class Word>
Word Load(const uint8_t* from) {
  Word word;
  std::memcpy(&word, from, sizeof(Word));
  return word;
}

void Store(uint64_t word, uint8_t* to) { std::memcpy(to, &word, sizeof(word)); }

/// What the tag of a copy says.
struct ShortCopy {
  /// Of the two bytes that follow, those that belong to the offset, and what the tag itself adds to them. Both 0 when
  /// the tag is not of a copy of up to sixteen bytes from nearby.
  uint16_t offset_mask = 0, offset_bits = 0;
  uint32_t bytes = 0;
};

constexpr std::array<ShortCopy, 256> ShortCopies() {
  std::array<ShortCopy, 256> copies;
  for (unsigned tag = 0; tag < copies.size(); ++tag) {
    const uint32_t bytes = (tag >> 2) + 1;
    if ((tag & 3) == kOffset1) {
      copies[tag] = {0xff, static_cast<uint16_t>((tag & 0xe0) << 3), (tag >> 2 & 7) + 4};
    } else if ((tag & 3) == kOffset2 && bytes <= 16) {
      copies[tag] = {0xffff, 0, bytes};
    }
  }
  return copies;
}
constexpr std::array<ShortCopy, 256> kShortCopies = ShortCopies();

// Two ways through the bytes. Pair is quick and never looks at how much is left: it may run only where there is margin
// for whatever it could read or write. Element checks every length, and does all that Pair declines: other elements,
// the last bytes, what was left out, damage.
class Decoder {
 public:
  explicit Decoder(const SnappyPiece& piece)
      : in_(piece.in),
        out_(piece.out),
        in_end_(piece.in + piece.in_bytes),
        out_begin_(piece.out),
        out_end_(piece.out + piece.out_bytes),
        wanted_end_(piece.out + std::min(piece.wanted_bytes, piece.out_bytes)),
        there_begin_(piece.out),
        left_out_(piece.left_out) {
    if (piece.in_bytes < kInMargin || piece.out_bytes < kOutMargin || piece.wanted_bytes < 1) return;
    // A pair starts before the last byte that is wanted, or none would be needed. Pieces too short for margins keep
    // null pointers, which no position is at or below.
    last_in_ = in_end_ - kInMargin;
    last_out_ = out_ + std::min(piece.out_bytes - kOutMargin, piece.wanted_bytes - 1);
  }

  bool Run() { return ReadLength() && Finish(); }

  /// As FindSnappyLiterals.
  bool FindLiterals(const std::function<void(const uint8_t*, int64_t)>& fetch) {
    // Every literal is noted, however short, since its bytes are not there to be copied.
    left_out_min_ = 0;
    // The longest length, and the longest tag with a literal's length.
    constexpr int64_t kFetched = 5;
    fetch(in_, std::min(kFetched, in_left()));
    if (!ReadLength()) return false;
    while (out_ < wanted_end_) {
      if (in_ == in_end_) return false;
      fetch(in_, std::min(kFetched, in_left()));
      const uint8_t tag = *in_++;
      if ((tag & 3) != kLiteral || !Literal((tag >> 2) + 1)) return false;
    }
    return true;
  }

  /// Where one number ends and the next starts is known only after a dozen cycles of waiting for the one before:
  /// meanwhile there is time for the other piece.
  static bool RunBoth(Decoder* first, Decoder* second) {
    // Positions live in local variables, thus registers, inside the loops. in_ and out_ hold them for Element.
    if (!first->ReadLength() || !second->ReadLength()) return false;
    const uint8_t *first_in = first->in_, *second_in = second->in_;
    uint8_t *first_out = first->out_, *second_out = second->out_;
    while (first->HasMargin(first_in, first_out) && second->HasMargin(second_in, second_out)) {
      // Margins are looked at once for many pairs, not for each.
      int64_t pairs = std::min(first->PairsLeft(first_in, first_out), second->PairsLeft(second_in, second_out));
      bool is_first_other = false, is_second_other = false;
      for (; pairs > 0; --pairs) {
        is_first_other = !first->Pair(&first_in, &first_out);
        if (is_first_other) break;
        is_second_other = !second->Pair(&second_in, &second_out);
        if (is_second_other) break;
      }
      if (is_first_other && !first->ElementAt(&first_in, &first_out)) return false;
      if (is_second_other && !second->ElementAt(&second_in, &second_out)) return false;
    }
    first->in_ = first_in, first->out_ = first_out;
    second->in_ = second_in, second->out_ = second_out;
    return first->Finish() && second->Finish();
  }

 private:
  // What Pair reads and writes beyond an element's own bytes stays within this.
  static constexpr int64_t kInMargin = 16, kOutMargin = 32;
  // Shorter literals are copied sooner than noted down, where they are at hand.
  static constexpr uint64_t kLeftOutMin = 256;

  int64_t in_left() const { return in_end_ - in_; }
  int64_t out_left() const { return out_end_ - out_; }

  // The length that starts the bytes: seven bits in each, the lowest first.
  bool ReadLength() {
    uint64_t length = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (in_ == in_end_) return false;
      const uint8_t byte = *in_++;
      length |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return length == static_cast<uint64_t>(out_end_ - out_begin_);
    }
    return false;
  }

  bool Finish() {
    while (true) {
      const uint8_t* in = in_;
      uint8_t* out = out_;
      while (HasMargin(in, out) && Pair(&in, &out)) {
      }
      in_ = in, out_ = out;
      if (in_ == in_end_) return out_ == out_end_;
      // Where all is wanted, nothing may follow.
      if (out_ >= wanted_end_ && wanted_end_ != out_end_) return true;
      if (!Element()) return false;
    }
  }

  bool HasMargin(const uint8_t* in, const uint8_t* out) const { return in <= last_in_ && out <= last_out_; }

  // So many pairs certainly start where there is margin.
  int64_t PairsLeft(const uint8_t* in, const uint8_t* out) const {
    // A pair takes at most ten bytes and gives at most 22: fewer than the margins.
    return 1 + std::min((last_in_ - in) / kInMargin, (last_out_ - out) / kOutMargin);
  }

  // A literal of up to six bytes with a copy of up to sixteen behind it: what numbers become. False, and nothing done,
  // when something else comes. Where the next pair starts takes one load and a few shifts to know, with no branch that
  // depends on lengths, as these are as good as random. Eight bytes are put together before they are stored: those of a
  // number then come from one store, and what copies from it need not wait until several have reached the cache.
  [[gnu::always_inline]] bool Pair(const uint8_t** in, uint8_t** out) const {
    const auto word = Load<uint64_t>(*in);
    const uint64_t tag = **in;
    if ((tag & 3) != kLiteral || tag > 5 << 2) return false;
    // From the copy's tag on.
    const uint64_t rest = word >> 16 >> (tag + tag);
    const uint8_t* const offset_bytes = *in + (tag >> 2) + 3;
    const ShortCopy& copy = kShortCopies[rest & 0xff];
    const uint64_t offset = (Load<uint16_t>(offset_bytes) & copy.offset_mask) | copy.offset_bits;
    // From eight bytes back each load reads only what was stored before it. Nothing may be copied from what was left
    // out.
    if (offset < 8 || offset > static_cast<uint64_t>(*out - there_begin_)) return false;
    // Above the literal's bytes, of which there are (tag >> 2) + 1.
    const uint64_t copied_mask = ~uint64_t{0} << (tag + tag) << 8;
    Store((word >> 8 & ~copied_mask) | (Load<uint64_t>(*out - offset) & copied_mask), *out);
    const uint64_t bytes = (tag >> 2) + 1 + copy.bytes;
    if (bytes > 8) {
      Store(Load<uint64_t>(*out + 8 - offset), *out + 8);
      Store(Load<uint64_t>(*out + 16 - offset), *out + 16);
    }
    *in = offset_bytes + (rest & 3);
    *out += bytes;
    return true;
  }

  [[gnu::always_inline]] bool ElementAt(const uint8_t** in, uint8_t** out) {
    in_ = *in, out_ = *out;
    const bool good = Element();
    *in = in_, *out = out_;
    return good;
  }

  // Whatever comes. Never a part of the loops over pairs, whose variables are then in registers.
  [[gnu::noinline]] bool Element() {
    const uint8_t tag = *in_++;
    return (tag & 3) == kLiteral ? Literal((tag >> 2) + 1) : CopyBack(tag);
  }

  bool Literal(uint64_t bytes) {
    if (bytes > 60) {
      // Too long for the tag: that many bytes less sixty hold it.
      const auto length_bytes = static_cast<int64_t>(bytes - 60);
      if (in_left() < length_bytes) return false;
      bytes = 1;
      for (int i = 0; i < length_bytes; ++i) bytes += static_cast<uint64_t>(in_[i]) << (8 * i);
      in_ += length_bytes;
    }
    // Four length bytes hold at most 2^32 here, so the sum above does not overflow.
    if (bytes > static_cast<uint64_t>(in_left()) || bytes > static_cast<uint64_t>(out_left())) return false;
    if (left_out_ != nullptr && bytes >= left_out_min_) {
      // Bytes behind a literal that is left out can be copied from; those before it go through FetchLeftOut.
      left_out_->push_back({out_, out_ + bytes, in_});
      there_begin_ = out_ + bytes;
    } else {
      std::memcpy(out_, in_, bytes);
    }
    in_ += bytes;
    out_ += bytes;
    return true;
  }

  bool CopyBack(uint8_t tag) {
    const int kind = tag & 3, offset_bytes = kind == kOffset4 ? 4 : kind;
    if (in_left() < offset_bytes) return false;
    uint64_t bytes = (tag >> 2) + 1, offset;
    if (kind == kOffset1) {
      bytes = (tag >> 2 & 7) + 4;
      offset = static_cast<uint64_t>(tag & 0xe0) << 3 | in_[0];
    } else {
      offset = kind == kOffset2 ? Load<uint16_t>(in_) : Load<uint32_t>(in_);
    }
    in_ += offset_bytes;
    // Copying starts inside what was written, and a copy of none is damage.
    if (offset == 0 || offset > static_cast<uint64_t>(out_ - out_begin_)) return false;
    if (bytes > static_cast<uint64_t>(out_left())) return false;
    if (offset > static_cast<uint64_t>(out_ - there_begin_)) {
      // What a copy repeats of itself was written by it.
      FetchLeftOut(out_ - offset, out_ - offset + std::min(offset, bytes));
    }
    Repeat(out_ - offset, offset, bytes);
    out_ += bytes;
    return true;
  }

  // Copies what was left out of [first, last).
  void FetchLeftOut(uint8_t* first, uint8_t* last) const {
    for (auto literal = left_out_->rbegin(); literal != left_out_->rend() && literal->end > first; ++literal) {
      literal->Part(first, last).Copy();
    }
  }

  // Copies `bytes` from `offset` before the end of what there is; what is copied may be what is being written.
  void Repeat(const uint8_t* from, uint64_t offset, uint64_t bytes) {
    // Whole words write up to seven bytes too many, which later elements write again.
    if (offset >= 8 && bytes + 8 <= static_cast<uint64_t>(out_left())) {
      for (uint64_t i = 0; i < bytes; i += 8) Store(Load<uint64_t>(from + i), out_ + i);
    } else {
      for (uint64_t i = 0; i < bytes; ++i) out_[i] = from[i];
    }
  }

  const uint8_t* in_;
  uint8_t* out_;
  /// A pair may start here at the latest.
  const uint8_t* last_in_ = nullptr;
  const uint8_t* last_out_ = nullptr;
  const uint8_t* const in_end_;
  uint8_t* const out_begin_;
  uint8_t* const out_end_;
  const uint8_t* const wanted_end_;
  /// From here on nothing is left out.
  uint8_t* there_begin_;
  std::vector<SnappyLiteral>* const left_out_;
  uint64_t left_out_min_ = kLeftOutMin;
};

}  // namespace

bool DecompressSnappy(const SnappyPiece& piece) { return Decoder(piece).Run(); }

bool FindSnappyLiterals(const SnappyPiece& piece, const std::function<void(const uint8_t*, int64_t)>& fetch) {
  return Decoder(piece).FindLiterals(fetch);
}

bool DecompressSnappy(const SnappyPiece& first, const SnappyPiece& second) {
  Decoder one(first), other(second);
  return Decoder::RunBoth(&one, &other);
}

}  // namespace feast::scan
