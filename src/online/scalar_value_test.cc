#include "online/scalar_value.h"

#include <limits>
#include <string>

#include "feast/types/Value.pb.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

using Kind = ScalarValue::Kind;

std::string Bytes(const types::Value& value) { return value.SerializeAsString(); }

TEST(ScalarValue, IsWhatAMessageWouldSay) {
  types::Value value;
  value.set_int32_val(-7);
  auto read = ReadScalar(Bytes(value));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, Kind::kInteger);
  EXPECT_EQ(read->integer, -7);

  for (const int64_t number : {int64_t{0}, int64_t{300}, std::numeric_limits<int64_t>::min()}) {
    value.set_int64_val(number);
    EXPECT_EQ(ReadScalar(Bytes(value))->integer, number);
  }
  value.set_float_val(0.1F);
  EXPECT_EQ(ReadScalar(Bytes(value))->real, static_cast<double>(0.1F));
  value.set_double_val(-1e300);
  EXPECT_EQ(ReadScalar(Bytes(value))->real, -1e300);
  value.set_bool_val(true);
  EXPECT_EQ(ReadScalar(Bytes(value))->kind, Kind::kBoolean);
  EXPECT_EQ(ReadScalar(Bytes(value))->integer, 1);
  value.set_string_val(std::string(1000, 'x'));
  EXPECT_EQ(ReadScalar(Bytes(value))->text, std::string(1000, 'x'));
  value.set_bytes_val("\xff");
  EXPECT_EQ(ReadScalar(Bytes(value))->kind, Kind::kBytes);
  value.set_unix_timestamp_val(-5);
  EXPECT_EQ(ReadScalar(Bytes(value))->kind, Kind::kMoment);
  EXPECT_EQ(ReadScalar(Bytes(value))->integer, -5);
  value.set_null_val(types::NULL_);
  EXPECT_EQ(ReadScalar(Bytes(value))->kind, Kind::kNull);
  EXPECT_EQ(ReadScalar("")->kind, Kind::kNull);
  value.set_decimal_val("1.50");
  EXPECT_EQ(ReadScalar(Bytes(value))->type, ValueType::kDecimal);
}

TEST(ScalarValue, LeavesToAMessageWhatIsNoScalarOrDamaged) {
  types::Value value;
  value.mutable_int64_list_val()->add_val(1);
  EXPECT_FALSE(ReadScalar(Bytes(value)));
  value.set_int64_val(1 << 20);
  const std::string whole = Bytes(value);
  for (size_t size = 1; size < whole.size(); ++size) EXPECT_FALSE(ReadScalar(whole.substr(0, size))) << size;
  EXPECT_FALSE(ReadScalar(whole + whole));
  EXPECT_FALSE(ReadScalar(std::string(11, '\xff')));
  // A text that is longer than its bytes, and one that is no UTF-8.
  EXPECT_FALSE(ReadScalar(std::string("\x12\x7f", 2) + "abc"));
  EXPECT_FALSE(ReadScalar("\x12\x01\xff"));
}

TEST(ScalarValue, IsWrittenAsAMessageWritesIt) {
  types::Value value;
  std::string bytes;
  value.set_int32_val(-1);
  AppendIntegerValue(ValueType::kInt32, -1, &bytes);
  EXPECT_EQ(bytes, Bytes(value));
  value.set_json_val("{}");
  bytes.clear();
  AppendTextValue(ValueType::kJson, "{}", &bytes);
  EXPECT_EQ(bytes, Bytes(value));
}

}  // namespace
}  // namespace feast
