#include "online/value_bytes.h"

#include <memory>
#include <string>

#include "arrow/array.h"
#include "arrow/json/from_string.h"
#include "feast/types/Value.pb.h"
#include "gtest/gtest.h"
#include "online/value_column.h"

namespace feast {
namespace {

std::shared_ptr<arrow::Array> Column(const Type& type, const std::string& json) {
  return arrow::json::ArrayFromJSONString(type.ToArrow().ValueOrDie(), json).ValueOrDie();
}

void ComesBack(const std::string& type_text, const std::string& json) {
  SCOPED_TRACE(type_text);
  const Type type = Type::Parse(type_text).ValueOrDie();
  const auto column = Column(type, json);
  const auto bytes = ValueBytesOf(*column, type);
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  const auto values = ValueColumn::Make(type).ValueOrDie();
  for (int64_t i = 0; i < column->length(); ++i) ASSERT_TRUE(values->Append((*bytes)->GetView(i)).ok());
  const auto back = values->Finish().ValueOrDie();
  EXPECT_TRUE(back->Equals(*column)) << back->ToString();
}

TEST(ValueBytes, EveryTypeComesBack) {
  ComesBack("Int32", "[1, null, -2147483648]");
  ComesBack("Int64", "[9223372036854775807, null, 0]");
  ComesBack("Float32", "[1.5, null, 0]");
  ComesBack("Float64", "[1e300, null, -0.0]");
  ComesBack("Bool", "[true, false, null]");
  ComesBack("String", R"(["", "a\u0000b", null])");
  ComesBack("Bytes", R"(["x", null])");
  ComesBack("UnixTimestamp", "[1714557600000000, null, -1000000]");
  ComesBack("Uuid", R"(["a8098c1a-f86e-11da-bd1a-00112444be1e", null])");
  ComesBack("Decimal", R"(["1.10", null])");
  ComesBack("Json", R"(["{}", null])");
  ComesBack("Array(Int64)", "[[1, 2], [], null]");
  ComesBack("Array(Float32)", "[[1.5], null]");
  ComesBack("Array(String)", R"([["a", ""], null])");
  ComesBack("Array(Bool)", "[[true], null]");
  ComesBack("Array(UnixTimestamp)", "[[1714557600000000], null]");
  ComesBack("Array(Int32)", "[[1, -2], null]");
  ComesBack("Array(Float64)", "[[1e300], null]");
  ComesBack("Array(Bytes)", R"([["x", ""], null])");
  ComesBack("Array(Json)", R"([["{}"], null])");
  ComesBack("Array(Uuid)", R"([["a8098c1a-f86e-11da-bd1a-00112444be1e"], null])");
  ComesBack("Array(Decimal)", R"([["1.10"], null])");
  ComesBack("Set(Int64)", "[[1], null]");
  ComesBack("Set(UnixTimestamp)", "[[1714557600000000], null]");
  ComesBack("Set(String)", R"([["a"], null])");
  ComesBack("Array(Array(Int32))", "[[[1], []], null]");
  ComesBack("Struct({a: Int64, b: String})", R"([{"a": 1, "b": "x"}, {"a": null, "b": null}, null])");
  ComesBack("Map", R"([[["a", "1"]], [], null])");
}

TEST(ValueBytes, AreTheMessageThatFeastReads) {
  const auto bytes = ValueBytesOf(*Column(Type::Of(ValueType::kInt64), "[0, null]"), Type::Of(ValueType::kInt64));
  types::Value value;
  ASSERT_TRUE(value.ParseFromString(std::string((*bytes)->GetView(0))));
  EXPECT_EQ(value.val_case(), types::Value::kInt64Val) << "a zero is a value";
  EXPECT_EQ((*bytes)->GetView(1), "") << "a null is none";
}

TEST(ValueBytes, WhatWouldChangeIsRefused) {
  const auto of_another_type = [](const std::string& written, const std::string& read, const std::string& json) {
    const Type type = Type::Parse(written).ValueOrDie();
    const auto bytes = ValueBytesOf(*Column(type, json), type).ValueOrDie();
    return ValueColumn::Make(Type::Parse(read).ValueOrDie()).ValueOrDie()->Append(bytes->GetView(0));
  };
  EXPECT_TRUE(of_another_type("Int32", "Int64", "[7]").ok());
  EXPECT_TRUE(of_another_type("Float32", "Float64", "[0.5]").ok());
  const auto narrowed = of_another_type("Int64", "Int32", "[7]");
  EXPECT_TRUE(narrowed.IsTypeError());
  EXPECT_NE(narrowed.message().find("Int32"), std::string::npos) << narrowed;
  EXPECT_NE(narrowed.message().find("int64_val"), std::string::npos) << narrowed;
  EXPECT_TRUE(of_another_type("String", "Float64", R"(["7"])").IsTypeError());
  EXPECT_TRUE(of_another_type("Array(Int64)", "Int64", "[[7]]").IsTypeError());
  EXPECT_TRUE(ValueColumn::Make(Type::Of(ValueType::kInt64)).ValueOrDie()->Append("\xff\xff").IsInvalid());
  const Type list = Type::Parse("Array(Int64)").ValueOrDie();
  EXPECT_TRUE(ValueBytesOf(*Column(list, "[[1, null]]"), list).status().IsInvalid());
}

}  // namespace
}  // namespace feast
