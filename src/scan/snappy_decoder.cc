#include "scan/snappy_decoder.h"

#include <algorithm>
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

void Copy8(const uint8_t* from, uint8_t* to) { std::memmove(to, from, 8); }

class Decoder {
 public:
  /// `left_out` may be null.
  Decoder(const uint8_t* in, int64_t in_bytes, uint8_t* out, int64_t out_bytes, std::vector<SnappyLiteral>* left_out)
      : in_(in),
        in_end_(in + in_bytes),
        out_begin_(out),
        there_begin_(out),
        out_(out),
        out_end_(out + out_bytes),
        left_out_(left_out) {}

  bool Run() {
    if (!ReadLength()) return false;
    while (true) {
      Pairs();
      if (in_ == in_end_) return out_ == out_end_;
      if (!Element()) return false;
    }
  }

 private:
  // What Pairs reads and writes beyond an element's own bytes stays within this.
  static constexpr int64_t kInMargin = 16, kOutMargin = 32;
  // Shorter literals are copied sooner than noted down.
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

  // As many pairs of a literal of up to six bytes and a copy of up to sixteen as follow on one another: what numbers
  // become. Where the next pair starts takes one load and a few shifts to know, with no branch that depends on lengths,
  // as these are as good as random.
  void Pairs() {
    const uint8_t* in = in_;
    uint8_t* out = out_;
    while (in_end_ - in >= kInMargin && out_end_ - out >= kOutMargin) {
      const auto word = Load<uint64_t>(in);
      const uint64_t tag = word & 0xff;
      if ((tag & 3) != kLiteral || tag > 5 << 2) break;
      const uint64_t literal_bytes = (tag >> 2) + 1;
      const uint64_t copy_tag = word >> (8 * (literal_bytes + 1));
      const uint64_t kind = copy_tag & 3;
      if (kind != kOffset1 && kind != kOffset2) break;
      // All ones with the longer offset.
      const uint64_t mask = 0 - (kind - kOffset1);
      const uint8_t* const offset_bytes = in + literal_bytes + 2;
      const uint64_t offset = (Load<uint16_t>(offset_bytes) & (0xff | mask)) | ((copy_tag & 0xe0) << 3 & ~mask);
      const uint64_t copied = ((copy_tag >> 2) & (7 | (mask & 63))) + 4 + 3 * mask;
      uint8_t* const to = out + literal_bytes;
      if (offset < 8 || copied > 16 || offset > static_cast<uint64_t>(to - there_begin_)) break;
      std::memcpy(out, in + 1, 8);
      Copy8(to - offset, to);
      Copy8(to - offset + 8, to + 8);
      out = to + copied;
      in = offset_bytes + kind;
    }
    in_ = in;
    out_ = out;
  }

  bool Element() {
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
    if (bytes > static_cast<uint64_t>(in_left()) || bytes > static_cast<uint64_t>(out_left())) return false;
    if (left_out_ != nullptr && bytes >= kLeftOutMin) {
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
    if (offset == 0 || offset > static_cast<uint64_t>(out_ - out_begin_)) return false;
    if (bytes > static_cast<uint64_t>(out_left())) return false;
    if (offset > static_cast<uint64_t>(out_ - there_begin_)) {
      FetchLeftOut(out_ - offset, out_ - offset + std::min(offset, bytes));
    }
    Repeat(out_ - offset, offset, bytes);
    out_ += bytes;
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
      for (uint64_t i = 0; i < bytes; i += 8) Copy8(from + i, out_ + i);
    } else {
      for (uint64_t i = 0; i < bytes; ++i) out_[i] = from[i];
    }
  }

  const uint8_t* in_;
  const uint8_t* const in_end_;
  uint8_t* const out_begin_;
  /// From here on nothing is left out.
  uint8_t* there_begin_;
  uint8_t* out_;
  uint8_t* const out_end_;
  std::vector<SnappyLiteral>* const left_out_;
};

}  // namespace

bool DecompressSnappy(const uint8_t* in, int64_t in_bytes, uint8_t* out, int64_t out_bytes) {
  return Decoder(in, in_bytes, out, out_bytes, nullptr).Run();
}

bool DecompressSnappyPartly(const uint8_t* in, int64_t in_bytes, uint8_t* out, int64_t out_bytes,
                            std::vector<SnappyLiteral>* left_out) {
  left_out->clear();
  return Decoder(in, in_bytes, out, out_bytes, left_out).Run();
}

}  // namespace feast::scan
