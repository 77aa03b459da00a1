#include "scan/snappy_decoder.h"

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
  uint16_t bytes = 0;
};

constexpr std::array<ShortCopy, 256> ShortCopies() {
  std::array<ShortCopy, 256> copies;
  for (unsigned tag = 0; tag < copies.size(); ++tag) {
    const auto bytes = static_cast<uint16_t>((tag >> 2) + 1);
    if ((tag & 3) == kOffset1) {
      copies[tag] = {0xff, static_cast<uint16_t>((tag & 0xe0) << 3), static_cast<uint16_t>((tag >> 2 & 7) + 4)};
    } else if ((tag & 3) == kOffset2 && bytes <= 16) {
      copies[tag] = {0xffff, 0, bytes};
    }
  }
  return copies;
}
constexpr std::array<ShortCopy, 256> kShortCopies = ShortCopies();

/// Where reading and writing have come to.
struct Place {
  const uint8_t* in;
  uint8_t* out;
};

class Decoder {
 public:
  explicit Decoder(const SnappyPiece& piece)
      : at_{piece.in, piece.out},
        in_end_(piece.in + piece.in_bytes),
        out_begin_(piece.out),
        out_end_(piece.out + piece.out_bytes),
        is_all_wanted_(piece.wanted_bytes >= piece.out_bytes),
        wanted_end_(is_all_wanted_ ? out_end_ : piece.out + piece.wanted_bytes),
        there_begin_(piece.out),
        left_out_(piece.left_out) {
    if (piece.in_bytes < kInMargin || piece.out_bytes < kOutMargin || piece.wanted_bytes < 1) return;
    last_pair_ = {in_end_ - kInMargin, piece.out + std::min(piece.out_bytes - kOutMargin, piece.wanted_bytes - 1)};
  }

  bool Run() { return ReadLength() && Finish(); }

  /// Where one number ends and the next starts is known only after a dozen cycles of waiting for the one before:
  /// meanwhile there is time for the other piece.
  static bool RunBoth(Decoder* first, Decoder* second) {
    if (!first->ReadLength() || !second->ReadLength()) return false;
    Place one = first->at_, other = second->at_;
    while (first->HasMargin(one) && second->HasMargin(other)) {
      if (!first->Pair(&one) && !first->Element(&one)) return false;
      if (!second->Pair(&other) && !second->Element(&other)) return false;
    }
    first->at_ = one, second->at_ = other;
    return first->Finish() && second->Finish();
  }

 private:
  // What Pair reads and writes beyond an element's own bytes stays within this.
  static constexpr int64_t kInMargin = 16, kOutMargin = 32;
  // Shorter literals are copied sooner than noted down.
  static constexpr uint64_t kLeftOutMin = 256;

  int64_t in_left() const { return in_end_ - at_.in; }
  int64_t out_left() const { return out_end_ - at_.out; }

  // The length that starts the bytes: seven bits in each, the lowest first.
  bool ReadLength() {
    uint64_t length = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (at_.in == in_end_) return false;
      const uint8_t byte = *at_.in++;
      length |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return length == static_cast<uint64_t>(out_end_ - out_begin_);
    }
    return false;
  }

  bool Finish() {
    while (true) {
      Place at = at_;
      while (HasMargin(at) && Pair(&at)) {
      }
      at_ = at;
      if (at_.in == in_end_) return at_.out == out_end_;
      if (at_.out >= wanted_end_ && !is_all_wanted_) return true;
      if (!Element()) return false;
    }
  }

  bool HasMargin(const Place& at) const { return at.in <= last_pair_.in && at.out <= last_pair_.out; }

  // A literal of up to six bytes with a copy of up to sixteen behind it: what numbers become. False, and nothing done,
  // when something else comes. Where the next pair starts takes one load and a few shifts to know, with no branch that
  // depends on lengths, as these are as good as random. Eight bytes are put together before they are stored: those of a
  // number then come from one store, and what copies from it need not wait until several have reached the cache.
  [[gnu::always_inline]] bool Pair(Place* at) const {
    const auto word = Load<uint64_t>(at->in);
    const uint64_t tag = *at->in;
    if ((tag & 3) != kLiteral || tag > 5 << 2) return false;
    // From the copy's tag on.
    const uint64_t rest = word >> 16 >> (tag + tag);
    const uint8_t* const offset_bytes = at->in + (tag >> 2) + 3;
    const ShortCopy& copy = kShortCopies[rest & 0xff];
    const uint64_t offset = (Load<uint16_t>(offset_bytes) & copy.offset_mask) | copy.offset_bits;
    if (offset < 8 || offset > static_cast<uint64_t>(at->out - there_begin_)) return false;
    const uint64_t copied_mask = ~uint64_t{0} << (tag + tag) << 8;
    Store((word >> 8 & ~copied_mask) | (Load<uint64_t>(at->out - offset) & copied_mask), at->out);
    const uint64_t bytes = (tag >> 2) + 1 + copy.bytes;
    if (bytes > 8) {
      Store(Load<uint64_t>(at->out + 8 - offset), at->out + 8);
      Store(Load<uint64_t>(at->out + 16 - offset), at->out + 16);
    }
    *at = {offset_bytes + (rest & 3), at->out + bytes};
    return true;
  }

  bool Element(Place* at) {
    at_ = *at;
    const bool good = Element();
    *at = at_;
    return good;
  }

  bool Element() {
    const uint8_t tag = *at_.in++;
    return (tag & 3) == kLiteral ? Literal((tag >> 2) + 1) : CopyBack(tag);
  }

  bool Literal(uint64_t bytes) {
    if (bytes > 60) {
      // Too long for the tag: that many bytes less sixty hold it.
      const auto length_bytes = static_cast<int64_t>(bytes - 60);
      if (in_left() < length_bytes) return false;
      bytes = 1;
      for (int i = 0; i < length_bytes; ++i) bytes += static_cast<uint64_t>(at_.in[i]) << (8 * i);
      at_.in += length_bytes;
    }
    if (bytes > static_cast<uint64_t>(in_left()) || bytes > static_cast<uint64_t>(out_left())) return false;
    if (left_out_ != nullptr && bytes >= kLeftOutMin) {
      left_out_->push_back({at_.out, at_.out + bytes, at_.in});
      there_begin_ = at_.out + bytes;
    } else {
      std::memcpy(at_.out, at_.in, bytes);
    }
    at_.in += bytes;
    at_.out += bytes;
    return true;
  }

  bool CopyBack(uint8_t tag) {
    const int kind = tag & 3, offset_bytes = kind == kOffset4 ? 4 : kind;
    if (in_left() < offset_bytes) return false;
    uint64_t bytes = (tag >> 2) + 1, offset;
    if (kind == kOffset1) {
      bytes = (tag >> 2 & 7) + 4;
      offset = static_cast<uint64_t>(tag & 0xe0) << 3 | at_.in[0];
    } else {
      offset = kind == kOffset2 ? Load<uint16_t>(at_.in) : Load<uint32_t>(at_.in);
    }
    at_.in += offset_bytes;
    if (offset == 0 || offset > static_cast<uint64_t>(at_.out - out_begin_)) return false;
    if (bytes > static_cast<uint64_t>(out_left())) return false;
    if (offset > static_cast<uint64_t>(at_.out - there_begin_)) {
      FetchLeftOut(at_.out - offset, at_.out - offset + std::min(offset, bytes));
    }
    Repeat(at_.out - offset, offset, bytes);
    at_.out += bytes;
    return true;
  }

  // Copies what was left out of [first, last).
  void FetchLeftOut(uint8_t* first, uint8_t* last) const {
    for (auto literal = left_out_->rbegin(); literal != left_out_->rend() && literal->end > first; ++literal) {
      literal->Copy(first, last);
    }
  }

  // Copies `bytes` from `offset` before the end of what there is; what is copied may be what is being written.
  void Repeat(const uint8_t* from, uint64_t offset, uint64_t bytes) {
    if (offset >= 8 && bytes + 8 <= static_cast<uint64_t>(out_left())) {
      for (uint64_t i = 0; i < bytes; i += 8) Store(Load<uint64_t>(from + i), at_.out + i);
    } else {
      for (uint64_t i = 0; i < bytes; ++i) at_.out[i] = from[i];
    }
  }

  Place at_;
  /// A pair may start here at the latest.
  Place last_pair_ = {nullptr, nullptr};
  const uint8_t* const in_end_;
  uint8_t* const out_begin_;
  uint8_t* const out_end_;
  const bool is_all_wanted_;
  const uint8_t* const wanted_end_;
  /// From here on nothing is left out.
  uint8_t* there_begin_;
  std::vector<SnappyLiteral>* const left_out_;
};

}  // namespace

bool DecompressSnappy(const SnappyPiece& piece) { return Decoder(piece).Run(); }

bool DecompressSnappy(const SnappyPiece& first, const SnappyPiece& second) {
  Decoder one(first), other(second);
  return Decoder::RunBoth(&one, &other);
}

}  // namespace feast::scan
