// Bytes of a chunk come in order, whatever is peeked at, read or skipped, and what is skipped is not read.
#include "scan/chunk_stream.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>

#include "arrow/buffer.h"
#include "arrow/io/memory.h"

namespace feast::scan {
namespace {

/// Counts the bytes that are asked for.
class CountingFile : public arrow::io::RandomAccessFile {
 public:
  explicit CountingFile(const std::string& text) : bytes_(arrow::Buffer::FromString(text)) {}
  int64_t bytes_read() const { return bytes_read_; }

  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t bytes) override {
    bytes_read_ += bytes;
    return arrow::SliceBufferSafe(bytes_, position, bytes);
  }
  arrow::Result<int64_t> ReadAt(int64_t position, int64_t bytes, void* out) override {
    ARROW_ASSIGN_OR_RAISE(const auto read, ReadAt(position, bytes));
    std::memcpy(out, read->data(), read->size());
    return bytes;
  }
  arrow::Result<int64_t> GetSize() override { return bytes_->size(); }
  arrow::Status Close() override { return arrow::Status::OK(); }
  bool closed() const override { return false; }
  arrow::Result<int64_t> Tell() const override { return Sequential(); }
  arrow::Status Seek(int64_t /*position*/) override { return Sequential(); }
  arrow::Result<int64_t> Read(int64_t /*bytes*/, void* /*out*/) override { return Sequential(); }
  arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t /*bytes*/) override { return Sequential(); }

 private:
  static arrow::Status Sequential() { return arrow::Status::NotImplemented("is read at positions"); }

  std::shared_ptr<arrow::Buffer> bytes_;
  int64_t bytes_read_ = 0;
};

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
        ASSERT_EQ(peeked.substr(0, bytes), expected) << seed;
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
