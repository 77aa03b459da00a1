#include "server/http/feature_answer.h"

#include <chrono>
#include <cmath>
#include <string>

#include "feast/types/Value.pb.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

std::string Json(const types::Value& value, Timestamp moment = {}) {
  const std::string bytes = value.SerializeAsString();
  ServedRows rows;
  rows.columns = std::make_shared<const std::vector<ServedColumn>>(std::vector<ServedColumn>{{"f", Type()}});
  rows.count = 1;
  rows.cells = {{bytes, FeatureStatus::kPresent, moment}};
  std::string json;
  EXPECT_TRUE(AppendAnswer(rows, &json).ok());
  return json;
}

std::string Shown(const types::Value& value) {
  const std::string json = Json(value);
  const std::string head = "{\"results\":[{\"values\":[";
  EXPECT_EQ(json.substr(0, head.size()), head);
  return json.substr(head.size(), json.find("],\"statuses\"") - head.size());
}

TEST(FeatureAnswer, ValuesAreWrittenAsFeastsServerWritesThem) {
  types::Value value;
  EXPECT_EQ(Shown(value), "null");
  value.set_null_val(types::NULL_);
  EXPECT_EQ(Shown(value), "null");
  value.set_unix_timestamp_val(5);
  EXPECT_EQ(Shown(value), "5");
  value.set_double_val(std::nan(""));
  EXPECT_EQ(Shown(value), "\"NaN\"");
  value.set_bytes_val("a");
  EXPECT_EQ(Shown(value), "\"YQ==\"");
  value.mutable_bytes_list_val()->add_val("a");
  EXPECT_EQ(Shown(value), "[\"YQ==\"]");
  value.mutable_float_list_val()->add_val(0.5F);
  value.mutable_float_list_val()->add_val(INFINITY);
  EXPECT_EQ(Shown(value), "[0.5,\"Infinity\"]");
  value.mutable_bool_set_val()->add_val(true);
  EXPECT_EQ(Shown(value), "[true]");
  (*value.mutable_map_val()->mutable_val())["a\n"].set_string_val("b");
  EXPECT_EQ(Shown(value), "{\"a\\n\":\"b\"}");
  value.mutable_list_val()->add_val()->mutable_string_list_val()->add_val("x");
  value.mutable_list_val()->add_val()->set_int64_val(1);
  EXPECT_EQ(Shown(value), "[[\"x\"],1]");
  value.mutable_zoned_timestamp_val()->set_unix_timestamp(60);
  EXPECT_EQ(Shown(value), "\"1970-01-01T00:01:00+00:00\"");
  value.mutable_scalar_map_val();
  EXPECT_EQ(Shown(value), "null");
}

TEST(FeatureAnswer, EventTimesHaveAsManyDigitsAsTheyNeed) {
  using std::chrono::nanoseconds;
  const auto at = [](int64_t nanos) {
    const std::string json = Json({}, Timestamp(nanoseconds(nanos)));
    const size_t begin = json.find("event_timestamps") + 19;
    return json.substr(begin, json.find(']', begin) - begin);
  };
  EXPECT_EQ(at(0), "\"1970-01-01T00:00:00Z\"");
  EXPECT_EQ(at(1'000'000'000), "\"1970-01-01T00:00:01Z\"");
  EXPECT_EQ(at(50'000'000), "\"1970-01-01T00:00:00.050Z\"");
  EXPECT_EQ(at(1'000), "\"1970-01-01T00:00:00.000001Z\"");
  EXPECT_EQ(at(1), "\"1970-01-01T00:00:00.000000001Z\"");
  EXPECT_EQ(at(-1'000'000'000), "\"1969-12-31T23:59:59Z\"");
}

TEST(FeatureAnswer, BytesThatAreNoValueAreAnError) {
  ServedRows rows;
  rows.columns = std::make_shared<const std::vector<ServedColumn>>(std::vector<ServedColumn>{{"f", Type()}});
  rows.count = 1;
  rows.cells = {{"\xff\xff", FeatureStatus::kPresent, {}}};
  std::string json;
  EXPECT_TRUE(AppendAnswer(rows, &json).IsInvalid());
}

}  // namespace
}  // namespace feast
