#include "arrow/type.h"

#include <string>

#include "arrow/extension/json.h"
#include "arrow/extension/uuid.h"
#include "feast/types.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(ValueTypeNames, EveryNumberHasANameThatReadsBack) {
  int named = 0;
  for (int number = 0; number <= 48; ++number) {
    const auto name = ValueTypeName(static_cast<ValueType>(number));
    if (name == "UNKNOWN" && number != 0) continue;
    ++named;
    EXPECT_EQ(static_cast<int>(*ParseValueType(name)), number);
  }
  EXPECT_EQ(named, 47);
  EXPECT_EQ(ValueTypeName(ValueType::kUnixTimestampList), "UNIX_TIMESTAMP_LIST");
  EXPECT_EQ(ValueTypeName(ValueType::kZonedTimestamp), "ZONED_TIMESTAMP");
  EXPECT_EQ(*ParseValueType("INVALID"), ValueType::kInvalid);
  EXPECT_EQ(ValueTypeName(static_cast<ValueType>(999)), "UNKNOWN");
}

TEST(ValueTypeNames, AWrongNameIsNamedWithAProposal) {
  EXPECT_EQ(ParseValueType("INT46").status().message(), "There is no value type 'INT46'. Did you mean 'INT64'?");
  EXPECT_FALSE(ParseValueType("").ok());
}

TEST(TypeText, ReadsBack) {
  for (const char* text : {"Int64", "Float32", "UnixTimestamp", "PdfBytes", "Invalid", "Array(String)", "Set(Uuid)",
                           "Array(Array(Set(Int32)))", "Struct({a: Int64, b c: Array(Struct({d: Map}))})",
                           "Array(Struct({a: Bool}))", "Set(Array(Float64))", "ScalarMap", "ZonedTimestamp"}) {
    const auto type = Type::Parse(text);
    ASSERT_TRUE(type.ok()) << type.status().ToString();
    EXPECT_EQ(type->ToString(), text);
    EXPECT_EQ(*Type::Parse(type->ToString()), *type);
  }
  EXPECT_EQ(*Type::Parse(" Struct( { a:Int64 ,b : String } ) "), *Type::Parse("Struct({b: String, a: Int64})"));
}

TEST(TypeText, WrongTextSaysWhereAndWhat) {
  EXPECT_EQ(Type::Parse("Array(Int65)").status().message(),
            "Type 'Array(Int65)' at character 12: there is no type 'Int65'. Did you mean 'Int64'?");
  for (const char* text : {"", "Array", "Array(", "Array(Int64", "Struct({})", "Struct({a})", "Int64)", "Array()",
                           "Array(ZonedTimestamp)", "Set(Map)", "Set(Struct({a: Int64}))", "int64"}) {
    EXPECT_FALSE(Type::Parse(text).ok()) << text;
  }
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "Array(";
  EXPECT_FALSE(Type::Parse(deep).ok());
}

TEST(Types, ValueTypesOfCollections) {
  EXPECT_EQ(Type::Array(Type::Of(ValueType::kInt64)).value_type(), ValueType::kInt64List);
  EXPECT_EQ(Type::Set(Type::Of(ValueType::kString)).value_type(), ValueType::kStringSet);
  EXPECT_EQ(Type::Parse("Array(Array(Int64))")->value_type(), ValueType::kValueList);
  EXPECT_EQ(Type::Parse("Set(Array(Int64))")->value_type(), ValueType::kValueSet);
  EXPECT_EQ(Type::Parse("Array(Struct({a: Map}))")->value_type(), ValueType::kStructList);
  EXPECT_FALSE(Type::Array(Type()).is_valid());
  EXPECT_FALSE(Type::Set(Type::Of(ValueType::kJson)).is_valid());
  EXPECT_EQ(Type::Of(ValueType::kDecimalSet), *Type::Parse("Set(Decimal)"));
  EXPECT_EQ(Type::Of(ValueType::kStructList).ToString(), "Array(Struct({_value: String}))");
  EXPECT_NE(Type::Of(ValueType::kInt64), Type::Of(ValueType::kInt32));
  EXPECT_NE(*Type::Parse("Array(Array(Int64))"), *Type::Parse("Array(Array(Int32))"));
  EXPECT_NE(*Type::Parse("Struct({a: Int64})"), *Type::Parse("Struct({b: Int64})"));
}

TEST(Types, EveryValueTypeStandsForItself) {
  for (int number = 1; number <= 48; ++number) {
    const auto value_type = static_cast<ValueType>(number);
    if (ValueTypeName(value_type) == "UNKNOWN") continue;
    EXPECT_EQ(Type::Of(value_type).value_type(), value_type) << ValueTypeName(value_type);
  }
}

TEST(ArrowTypes, OfResults) {
  const auto arrow_type = [](const char* text) { return (*Type::Parse(text)->ToArrow())->ToString(); };
  EXPECT_EQ(arrow_type("UnixTimestamp"), "timestamp[us, tz=UTC]");
  EXPECT_EQ(arrow_type("Json"), "large_string");
  EXPECT_EQ(arrow_type("Map"), "map<string, string>");
  EXPECT_EQ(arrow_type("Bytes"), "binary");
  EXPECT_EQ(arrow_type("Decimal"), "string");
  EXPECT_EQ(arrow_type("Array(Float32)"), "list<item: float>");
  EXPECT_EQ(arrow_type("Set(Array(Int64))"), "list<item: list<item: int64>>");
  EXPECT_EQ(arrow_type("Struct({a: Int64, b: Array(String)})"), "struct<a: int64, b: list<item: string>>");
  EXPECT_TRUE(Type::Parse("ScalarMap")->ToArrow().status().IsTypeError());
  EXPECT_TRUE(Type().ToArrow().status().IsTypeError());
  EXPECT_TRUE(Type::Array(Type()).ToArrow().status().IsTypeError());
}

TEST(ArrowTypes, OfSourceColumns) {
  const auto feast_type = [](const std::shared_ptr<arrow::DataType>& type) {
    return Type::FromArrow(*type)->ToString();
  };
  EXPECT_EQ(feast_type(arrow::int8()), "Int32");
  EXPECT_EQ(feast_type(arrow::uint16()), "Int32");
  EXPECT_EQ(feast_type(arrow::uint32()), "Int64");
  EXPECT_EQ(feast_type(arrow::uint64()), "Int64");
  EXPECT_EQ(feast_type(arrow::float16()), "Float32");
  EXPECT_EQ(feast_type(arrow::utf8_view()), "String");
  EXPECT_EQ(feast_type(arrow::large_utf8()), "String");
  EXPECT_EQ(feast_type(arrow::large_binary()), "Bytes");
  EXPECT_EQ(feast_type(arrow::fixed_size_binary(3)), "Bytes");
  EXPECT_EQ(feast_type(arrow::date32()), "UnixTimestamp");
  EXPECT_EQ(feast_type(arrow::timestamp(arrow::TimeUnit::NANO)), "UnixTimestamp");
  EXPECT_EQ(feast_type(arrow::decimal128(10, 2)), "Decimal");
  EXPECT_EQ(feast_type(arrow::null()), "Null");
  EXPECT_EQ(feast_type(arrow::map(arrow::utf8(), arrow::int64())), "Map");
  EXPECT_EQ(feast_type(arrow::dictionary(arrow::int8(), arrow::utf8())), "String");
  EXPECT_EQ(feast_type(arrow::list(arrow::field("element", arrow::utf8()))), "Array(String)");
  EXPECT_EQ(feast_type(arrow::large_list(arrow::float64())), "Array(Float64)");
  EXPECT_EQ(feast_type(arrow::fixed_size_list(arrow::float32(), 8)), "Array(Float32)");
  EXPECT_EQ(feast_type(arrow::list(arrow::list(arrow::int32()))), "Array(Array(Int32))");
  EXPECT_EQ(feast_type(arrow::struct_({arrow::field("a", arrow::boolean())})), "Struct({a: Bool})");
  EXPECT_EQ(feast_type(arrow::extension::uuid()), "Uuid");
  EXPECT_EQ(feast_type(arrow::extension::json(arrow::utf8())), "Json");
}

TEST(ArrowTypes, WithoutAFeastTypeAreNamed) {
  const auto status = Type::FromArrow(*arrow::time32(arrow::TimeUnit::SECOND)).status();
  EXPECT_TRUE(status.IsTypeError());
  EXPECT_NE(status.message().find("time32[s]"), std::string::npos) << status.message();
  EXPECT_TRUE(Type::FromArrow(*arrow::list(arrow::null())).status().IsTypeError());
  EXPECT_TRUE(Type::FromArrow(*arrow::struct_({})).status().IsTypeError());
}

}  // namespace
}  // namespace feast
