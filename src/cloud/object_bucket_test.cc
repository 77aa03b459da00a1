#include "cloud/object_bucket.h"

#include <functional>

#include "cloud/place_error.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

/// Answers ranges as a test says.
class ScriptedBucket : public ObjectBucket {
 public:
  using Answer = std::function<RangeAnswer(const std::string& version, int64_t first, int64_t length)>;
  explicit ScriptedBucket(Answer answer) : answer_(std::move(answer)) {}

  arrow::Result<std::optional<ObjectEntry>> Find(const std::string&) override { return std::nullopt; }
  arrow::Result<ObjectPage> List(const std::string&, const std::string&, const std::string&, int) override {
    return ObjectPage{};
  }
  arrow::Result<RangeAnswer> GetRange(const std::string&, const std::string& version, int64_t first,
                                      int64_t length) override {
    ++asked;
    return answer_(version, first, length);
  }
  arrow::Status Put(const std::string&, std::string) override { return arrow::Status::OK(); }
  arrow::Result<std::unique_ptr<ObjectUpload>> StartUpload(const std::string&) override { return nullptr; }
  arrow::Status Delete(const std::string&) override { return arrow::Status::OK(); }
  std::string Uri(const std::string& key) const override { return "s3://b/" + key; }

  int asked = 0;

 private:
  Answer answer_;
};

const std::string kText = "0123456789";

RangeAnswer Bytes(int64_t first, int64_t length, const std::string& version = "v", int64_t size = 10) {
  return {RangeAnswer::Kind::kBytes, first, kText.substr(static_cast<size_t>(first), static_cast<size_t>(length)), size,
          version};
}

arrow::Result<std::string> Read(ScriptedBucket& bucket, int64_t first, int64_t length, std::string version = "") {
  return ReadObjectRange(bucket, "k", 10, first, length, &version);
}

TEST(ReadObjectRange, ReadsOnWhenFewerBytesCome) {
  ScriptedBucket bucket(
      [](const std::string&, int64_t first, int64_t length) { return Bytes(first, std::min<int64_t>(length, 3)); });
  EXPECT_EQ(Read(bucket, 1, 8).ValueOrDie(), "12345678");
  EXPECT_EQ(bucket.asked, 3);
}

TEST(ReadObjectRange, TakesItsPartOfMore) {
  ScriptedBucket bucket([](const std::string&, int64_t, int64_t) { return Bytes(0, 10); });
  EXPECT_EQ(Read(bucket, 4, 3).ValueOrDie(), "456");
}

TEST(ReadObjectRange, EveryAnswerHasTheFirstOnesVersion) {
  int answers = 0;
  ScriptedBucket bucket([&](const std::string& version, int64_t first, int64_t) {
    EXPECT_EQ(version, answers == 0 ? "" : "a");
    return Bytes(first, 2, ++answers == 1 ? "a" : "b");
  });
  const auto status = Read(bucket, 0, 6).status();
  EXPECT_EQ(PlaceTroubleOf(status), PlaceTrouble::kChanged);
  EXPECT_NE(status.message().find("s3://b/k"), std::string::npos);
}

TEST(ReadObjectRange, WhatDisagreesIsRefused) {
  const auto trouble = [](const RangeAnswer& answer) {
    ScriptedBucket bucket([&](const std::string&, int64_t, int64_t) { return answer; });
    const auto read = Read(bucket, 4, 3, "v");
    EXPECT_FALSE(read.ok());
    return PlaceTroubleOf(read.status());
  };
  EXPECT_EQ(trouble(Bytes(5, 2)), PlaceTrouble::kUnreachable) << "begins too late";
  EXPECT_EQ(trouble(Bytes(0, 4)), PlaceTrouble::kUnreachable) << "ends too early";
  EXPECT_EQ(trouble(Bytes(4, 0)), PlaceTrouble::kUnreachable) << "nothing";
  EXPECT_EQ(trouble(Bytes(4, 3, "other")), PlaceTrouble::kChanged);
  EXPECT_EQ(trouble(Bytes(4, 3, "v", 11)), PlaceTrouble::kChanged) << "another size";
  EXPECT_EQ(trouble({RangeAnswer::Kind::kChanged}), PlaceTrouble::kChanged);
  EXPECT_EQ(trouble({RangeAnswer::Kind::kOutside}), PlaceTrouble::kChanged);
  EXPECT_EQ(trouble({RangeAnswer::Kind::kAbsent}), PlaceTrouble::kAbsent);
}

TEST(ReadObjectRange, GivesUpOnAStoreThatDrips) {
  ScriptedBucket bucket([](const std::string&, int64_t first, int64_t) {
    return RangeAnswer{RangeAnswer::Kind::kBytes, first, "x", 1000, "v"};
  });
  std::string version;
  EXPECT_FALSE(ReadObjectRange(bucket, "k", 1000, 0, 1000, &version).ok());
  EXPECT_LT(bucket.asked, 100);
}

TEST(ReadRangeAnswer, HoldsAPartAgainstWhatItSays) {
  const auto read = [](int status, const std::string& range, const std::string& body) {
    return ReadRangeAnswer({status, {{"Content-Range", range}, {"ETag", "W/\"v\""}}, body}, "ETag");
  };
  const auto part = read(206, "bytes 2-4/10", "234").ValueOrDie();
  EXPECT_EQ(part.first, 2);
  EXPECT_EQ(part.size, 10);
  EXPECT_EQ(part.version, "v");
  EXPECT_EQ(read(206, "bytes 2-4/*", "234").ValueOrDie().size, -1);
  EXPECT_EQ(read(200, "", "0123456789").ValueOrDie().size, 10);
  for (const char* range : {"", "bytes 2-5/10", "bytes 2-3/10", "bytes 4-2/10", "bytes 2-4/4", "bytes */10", "2-4/10",
                            "bytes 2-4", "bytes -2-4/10", "bytes 2-4/10x", "bytes 99999999999999999999-4/10"}) {
    EXPECT_FALSE(read(206, range, "234").ok()) << range;
  }
}

}  // namespace
}  // namespace feast
