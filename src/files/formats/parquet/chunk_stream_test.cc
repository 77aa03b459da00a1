// Bytes of a chunk come in order, whatever is peeked at, read or skipped, and what is skipped is not read.
#include "files/formats/parquet/chunk_stream.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "arrow/buffer.h"
#include "arrow/io/memory.h"
#include "files/places/counting_file_test.h"

namespace feast::scan {
namespace {

std::string AnyText(size_t length, std::mt19937_64* random) {
  std::string text(length, ' ');
  for (char& c : text) c = static_cast<char>((*random)());
  return text;
}

TEST(ChunkStream, GivesTheBytesInOrder) {
  for (int seed = 0; seed < 200; ++seed) {
    std::mt19937_64 random(seed);
    const std::string text = AnyText(1 + random() % 3'000'000, &random);
    const auto start = static_cast<int64_t>(random() % text.size());
    const auto length = static_cast<int64_t>(random() % (text.size() - start) + 1);
    ChunkStream stream(std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(text)), {start, length},
                       1 << 10);
    for (int64_t at = 0; at < length;) {
      const int64_t bytes = std::min<int64_t>(length - at, random() % 200'000);
      const std::string expected = text.substr(start + at, bytes);
      if (random() % 2 == 0) {
        const auto peeked = stream.Peek(bytes).ValueOrDie();
        ASSERT_EQ(peeked, expected.substr(0, peeked.size())) << seed;
        ASSERT_GE(static_cast<int64_t>(peeked.size()), bytes / 16) << seed;
      }
      if (random() % 3 == 0) {
        stream.SkipNextRead();
        ASSERT_TRUE(stream.Advance(bytes).ok());
      } else {
        ASSERT_EQ(stream.Read(bytes).ValueOrDie()->ToString(), expected) << seed;
      }
      at += bytes;
      ASSERT_EQ(stream.Tell().ValueOrDie(), at);
    }
    EXPECT_EQ(stream.Read(10).ValueOrDie()->size(), 0);
    EXPECT_EQ(stream.Peek(10).ValueOrDie().size(), 0u);
  }
}

TEST(ChunkStream, DoesNotReadWhatIsSkipped) {
  std::mt19937_64 random(1);
  auto file = std::make_shared<CountingFile>(AnyText(10'000'000, &random));
  ChunkStream stream(file, {0, 10'000'000}, 4 << 10);
  for (int i = 0; i < 99; ++i) {
    ASSERT_TRUE(stream.Peek(100).ok());
    stream.SkipNextRead();
    ASSERT_TRUE(stream.Advance(100'000).ok());
  }
  EXPECT_LE(file->bytes_read(), 99 * (8 << 10));
}

TEST(ChunkStream, AFileThatEndsEarlyIsAnError) {
  ChunkStream stream(std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString("abc")), {1, 10}, 4 << 10);
  EXPECT_TRUE(stream.Read(5).status().IsIOError());
}

}  // namespace
}  // namespace feast::scan
