#include "files/output/write_behind.h"

#include <gtest/gtest.h>

#include <string>

#include "arrow/io/memory.h"
#include "parallel/start_thread.h"

namespace feast::scan {
namespace {

TEST(WriteBehind, WritesAtOnceWhereTheSystemRefusesItsThread) {
  auto file = arrow::io::BufferOutputStream::Create().ValueOrDie();
  const RefusedThreads refused(0);
  WriteBehind stream(file);
  ASSERT_TRUE(stream.Write("ab", 2).ok());
  EXPECT_EQ(file->Tell().ValueOrDie(), 2);
  ASSERT_TRUE(stream.Write("c", 1).ok());
  EXPECT_EQ(stream.Tell().ValueOrDie(), 3);
  ASSERT_TRUE(stream.Close().ok());
  EXPECT_EQ(file->Finish().ValueOrDie()->ToString(), "abc");
}

/// Takes so many writes; then the disk is full.
class FullDisk final : public arrow::io::OutputStream {
 public:
  explicit FullDisk(int writes) : writes_left_(writes) { set_mode(arrow::io::FileMode::WRITE); }
  arrow::Status Write(const void*, int64_t) override {
    return writes_left_-- > 0 ? arrow::Status::OK() : arrow::Status::IOError("no space left");
  }
  arrow::Result<int64_t> Tell() const override { return 0; }
  bool closed() const override { return is_closed_; }
  arrow::Status Close() override {
    is_closed_ = true;
    return arrow::Status::OK();
  }

 private:
  int writes_left_;
  bool is_closed_ = false;
};

TEST(WriteBehind, WritesInOrder) {
  const auto target = arrow::io::BufferOutputStream::Create().ValueOrDie();
  WriteBehind stream(target);
  std::string expected;
  for (int i = 0; i < 10000; ++i) {
    const std::string text = std::to_string(i) + " ";
    expected += text;
    const auto bytes = static_cast<int64_t>(text.size());
    ASSERT_TRUE((i % 2 == 0 ? stream.Write(text.data(), bytes) : stream.Write(arrow::Buffer::FromString(text))).ok());
    ASSERT_EQ(stream.Tell().ValueOrDie(), static_cast<int64_t>(expected.size()));
  }
  ASSERT_TRUE(stream.Close().ok());
  EXPECT_TRUE(target->closed());
  EXPECT_EQ(target->Finish().ValueOrDie()->ToString(), expected);
}

// Larger than what may wait at once.
TEST(WriteBehind, WaitsForItsTurn) {
  const auto target = arrow::io::BufferOutputStream::Create().ValueOrDie();
  WriteBehind stream(target);
  const std::shared_ptr<arrow::Buffer> block = arrow::Buffer::FromString(std::string(40 << 20, 'x'));
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(stream.Write(block).ok());
  ASSERT_TRUE(stream.Close().ok());
  EXPECT_EQ(target->Finish().ValueOrDie()->size(), 4 * block->size());
}

TEST(WriteBehind, SaysWhatWentWrong) {
  const auto disk = std::make_shared<FullDisk>(/*writes=*/2);
  WriteBehind stream(disk);
  arrow::Status status;
  for (int i = 0; i < 10 && status.ok(); ++i) status = stream.Write(arrow::Buffer::FromString("rows"));
  const arrow::Status closed = stream.Close();
  EXPECT_EQ(closed.message(), "no space left");
  EXPECT_TRUE(status.ok() || status.message() == closed.message()) << status;
  EXPECT_FALSE(disk->closed());
}

TEST(WriteBehind, LeavesTheStreamOpenWhenItIsGivenUp) {
  const auto disk = std::make_shared<FullDisk>(/*writes=*/1000);
  { ASSERT_TRUE(WriteBehind(disk).Write(arrow::Buffer::FromString("rows")).ok()); }
  EXPECT_FALSE(disk->closed());
}

}  // namespace
}  // namespace feast::scan
