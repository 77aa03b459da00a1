// What the Snappy library compresses comes back, and damage never reaches outside the buffers.
#include "files/formats/parquet/snappy_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "arrow/util/compression.h"

namespace feast::scan {
namespace {

using Random = std::mt19937_64;
using Bytes = std::vector<uint8_t>;

Bytes Compressed(const Bytes& bytes) {
  const auto codec = arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  Bytes out(codec->MaxCompressedLen(static_cast<int64_t>(bytes.size()), bytes.data()));
  out.resize(
      codec->Compress(static_cast<int64_t>(bytes.size()), bytes.data(), static_cast<int64_t>(out.size()), out.data())
          .ValueOrDie());
  return out;
}

/// Numbers of some width, runs, texts out of few words, noise: one after another.
Bytes AnyBytes(Random* random) {
  Bytes bytes;
  const auto below = [random](uint64_t end) { return (*random)() % end; };
  const size_t wanted = std::vector<size_t>{0, 1, 30, 1000, 100'000}[below(5)];
  while (bytes.size() < wanted) {
    const size_t width = 1 + below(16), count = 1 + below(2000);
    const uint64_t kind = below(4), bits = below(64), start = (*random)();
    for (size_t i = 0; i < count; ++i) {
      uint64_t value = start;
      if (kind == 1) value = start + below(uint64_t{1} << bits);
      if (kind == 2) value = start * below(5);
      if (kind == 3) value = (*random)();
      for (size_t byte = 0; byte < width; ++byte) bytes.push_back(byte < 8 ? value >> (8 * byte) : 0);
    }
  }
  bytes.resize(wanted);
  return bytes;
}

/// Buffers of just the right size, so that a sanitizer sees a step outside.
class Buffers {
 public:
  Buffers(const Bytes& compressed, size_t length)
      : in_bytes_(compressed.size()),
        length_(length),
        in_(std::make_unique<uint8_t[]>(in_bytes_)),
        out_(std::make_unique<uint8_t[]>(length)) {
    std::copy(compressed.begin(), compressed.end(), in_.get());
  }

  SnappyPiece Piece(size_t wanted, std::vector<SnappyLiteral>* left_out = nullptr) const {
    return {in_.get(),
            static_cast<int64_t>(in_bytes_),
            out_.get(),
            static_cast<int64_t>(length_),
            static_cast<int64_t>(wanted),
            left_out};
  }
  SnappyPiece Piece() const { return Piece(length_); }
  uint8_t* out() const { return out_.get(); }
  Bytes Out() const { return Bytes(out(), out() + length_); }

 private:
  size_t in_bytes_, length_;
  std::unique_ptr<uint8_t[]> in_, out_;
};

bool Decompress(const Bytes& compressed, size_t length, Bytes* out) {
  const Buffers buffers(compressed, length);
  const bool good = DecompressSnappy(buffers.Piece());
  *out = buffers.Out();
  return good;
}

/// Left out first, then fetched in any pieces.
bool DecompressPartly(const Bytes& compressed, size_t length, Random* random, Bytes* out) {
  const Buffers buffers(compressed, length);
  std::vector<SnappyLiteral> left_out;
  const bool good = DecompressSnappy(buffers.Piece(length, &left_out));
  for (size_t first = 0; first < length;) {
    const size_t last = std::min<size_t>(length, first + 1 + (*random)() % 3000);
    for (const SnappyLiteral& literal : left_out) literal.Part(buffers.out() + first, buffers.out() + last).Copy();
    first = last;
  }
  *out = buffers.Out();
  return good;
}

TEST(SnappyDecoder, GivesBackWhatWasCompressed) {
  for (int seed = 0; seed < 400; ++seed) {
    Random random(seed);
    const Bytes bytes = AnyBytes(&random);
    Bytes out;
    ASSERT_TRUE(Decompress(Compressed(bytes), bytes.size(), &out)) << "seed " << seed;
    ASSERT_EQ(out, bytes) << "seed " << seed;
    ASSERT_TRUE(DecompressPartly(Compressed(bytes), bytes.size(), &random, &out)) << "seed " << seed;
    ASSERT_EQ(out, bytes) << "seed " << seed << ", partly";
  }
}

TEST(SnappyDecoder, EndsWhereNoMoreIsWanted) {
  int ended = 0;
  for (int seed = 0; seed < 400; ++seed) {
    Random random(seed);
    const Bytes bytes = AnyBytes(&random);
    const size_t wanted = random() % (bytes.size() + 1);
    Bytes compressed = Compressed(bytes);
    const Buffers buffers(compressed, bytes.size());
    ASSERT_TRUE(DecompressSnappy(buffers.Piece(wanted))) << "seed " << seed;
    ASSERT_TRUE(std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(wanted), buffers.out()))
        << "seed " << seed;
    // What comes last is not looked at then.
    compressed.pop_back();
    ended += DecompressSnappy(Buffers(compressed, bytes.size()).Piece(wanted));
    ASSERT_FALSE(DecompressSnappy(Buffers(compressed, bytes.size()).Piece())) << "seed " << seed;
  }
  EXPECT_GT(ended, 100);
}

TEST(SnappyDecoder, FindsLiteralsInBytesThatAreNotThere) {
  int found = 0, not_found = 0;
  for (int seed = 0; seed < 400; ++seed) {
    Random random(seed);
    Bytes bytes = AnyBytes(&random);
    if (seed % 2 == 0) std::generate(bytes.begin(), bytes.end(), std::ref(random));
    Bytes compressed = Compressed(bytes);
    if (seed % 5 == 0) compressed[random() % compressed.size()] = static_cast<uint8_t>(random());
    const Buffers buffers(Bytes(compressed.size(), 0xa5), bytes.size());
    const size_t wanted = random() % (bytes.size() + 1);
    std::vector<SnappyLiteral> literals;
    const SnappyPiece piece = buffers.Piece(wanted, &literals);
    size_t fetched = 0;
    const auto fetch = [&](const uint8_t* place, int64_t count) {
      std::copy_n(compressed.data() + (place - piece.in), count, const_cast<uint8_t*>(place));
      fetched += static_cast<size_t>(count);
    };
    if (!FindSnappyLiterals(piece, fetch)) {
      ++not_found;
      continue;
    }
    ++found;
    EXPECT_LE(fetched, 10 + 5 * literals.size());
    for (const SnappyLiteral& literal : literals) {
      const SnappyLiteral part = literal.Part(piece.out, piece.out + wanted);
      fetch(part.in, part.bytes());
      part.Copy();
    }
    Bytes expected;
    if (!Decompress(compressed, bytes.size(), &expected)) continue;  // What follows was not looked at.
    const Bytes out = buffers.Out();
    ASSERT_TRUE(std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(wanted), expected.begin()))
        << "seed " << seed;
  }
  EXPECT_GT(found, 100);
  EXPECT_GT(not_found, 100);
}

TEST(SnappyDecoder, TwoPiecesTogetherAreAsEachByItself) {
  int refused = 0;
  for (int seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    std::vector<Bytes> compressed, expected;
    std::vector<Buffers> buffers;
    bool good = true;
    for (int i = 0; i < 2; ++i) {
      const Bytes bytes = AnyBytes(&random);
      compressed.push_back(Compressed(bytes));
      if (random() % 4 == 0) compressed[i][random() % compressed[i].size()] = static_cast<uint8_t>(random());
      good &= Decompress(compressed[i], bytes.size(), &expected.emplace_back());
      buffers.emplace_back(compressed[i], bytes.size());
    }
    ASSERT_EQ(DecompressSnappy(buffers[0].Piece(), buffers[1].Piece()), good) << "seed " << seed;
    refused += !good;
    for (int i = 0; good && i < 2; ++i) ASSERT_EQ(buffers[i].Out(), expected[i]) << "seed " << seed;
  }
  EXPECT_GT(refused, 50);
  EXPECT_LT(refused, 900);
}

TEST(SnappyDecoder, DamageIsFoundOrGivesOtherBytesAsInTheLibrary) {
  const auto codec = arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  int refused = 0;
  for (int seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    Bytes bytes = AnyBytes(&random);
    bytes.resize(std::min<size_t>(bytes.size(), 3000));
    Bytes compressed = Compressed(bytes);
    for (int i = 0; i < 2; ++i) compressed[random() % compressed.size()] = static_cast<uint8_t>(random());
    if (random() % 4 == 0) compressed.resize(random() % compressed.size());
    Bytes ours, theirs(bytes.size());
    const bool good = Decompress(compressed, bytes.size(), &ours);
    const auto library = codec->Decompress(static_cast<int64_t>(compressed.size()), compressed.data(),
                                           static_cast<int64_t>(theirs.size()), theirs.data());
    const bool library_good = library.ok() && *library == static_cast<int64_t>(bytes.size());
    ASSERT_EQ(good, library_good) << "seed " << seed;
    if (!good) theirs = ours;
    ASSERT_EQ(ours, theirs) << "seed " << seed;
    ASSERT_EQ(DecompressPartly(compressed, bytes.size(), &random, &ours), good) << "seed " << seed << ", partly";
    if (good) {
      ASSERT_EQ(ours, theirs) << "seed " << seed << ", partly";
    }
    refused += !good;
  }
  EXPECT_GT(refused, 300);
}

TEST(SnappyDecoder, ReadsElementsThatCompressorsRarelyWrite) {
  // "abcd", 4 bytes from 4 back by a four-byte offset, then 3 from 1 back, which repeat what they write.
  const Bytes compressed = {11, 3 << 2, 'a', 'b', 'c', 'd', 3 << 2 | 3, 4, 0, 0, 0, 2 << 2 | 2, 1, 0};
  Bytes out;
  ASSERT_TRUE(Decompress(compressed, 11, &out));
  EXPECT_EQ(std::string(out.begin(), out.end()), "abcdabcdddd");
  // A literal whose length stands in three bytes.
  Bytes long_literal = {100, 62 << 2, 99, 0, 0};
  long_literal.resize(105, 'x');
  ASSERT_TRUE(Decompress(long_literal, 100, &out));
  EXPECT_EQ(out, Bytes(100, 'x'));
  // A copy of what was left out, and of what comes after it.
  Bytes across = {0xb0, 0x02, 61 << 2, 0x2b, 0x01};
  for (int i = 0; i < 300; ++i) across.push_back(static_cast<uint8_t>(i * 7));
  across.insert(across.end(), {3 << 2 | 2, 4, 0});
  Random random(1);
  Bytes partly;
  ASSERT_TRUE(Decompress(across, 304, &out));
  ASSERT_TRUE(DecompressPartly(across, 304, &random, &partly));
  EXPECT_EQ(partly, out);
  EXPECT_EQ(Bytes(out.end() - 4, out.end()), Bytes(out.begin() + 296, out.begin() + 300));
  // From before the beginning, from nowhere, and more than there is room for.
  EXPECT_FALSE(Decompress({4, 0, 'a', 2 << 2 | 2, 2, 0}, 4, &out));
  EXPECT_FALSE(Decompress({4, 0, 'a', 2 << 2 | 2, 0, 0}, 4, &out));
  EXPECT_FALSE(Decompress({4, 0, 'a', 3 << 2 | 2, 1, 0}, 4, &out));
  EXPECT_FALSE(Decompress({}, 0, &out));
}

}  // namespace
}  // namespace feast::scan
