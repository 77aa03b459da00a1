// The table of docs/files.md: which type holds the values of two, and that each value comes out as it was.
#include "files/schema/type_union.h"

#include "files/schema/widened_values.h"
#include "files/test_files.h"

namespace feast::scan {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

const TypePtr kSeconds = arrow::timestamp(arrow::TimeUnit::SECOND);
const TypePtr kNanos = arrow::timestamp(arrow::TimeUnit::NANO);
const TypePtr kUtcMicros = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
const TypePtr kBerlinMicros = arrow::timestamp(arrow::TimeUnit::MICRO, "Europe/Berlin");

TypePtr Struct(const std::vector<std::pair<std::string, TypePtr>>& fields) {
  arrow::FieldVector made;
  for (const auto& [name, type] : fields) made.push_back(arrow::field(name, type));
  return arrow::struct_(made);
}

std::string Common(const TypePtr& a, const TypePtr& b) {
  const TypePtr one = CommonType(a, b), other = CommonType(b, a);
  if (one == nullptr || other == nullptr) return one == other ? "none" : "one way only";
  if (one->id() != arrow::Type::STRUCT && !one->Equals(*other)) return "not the same both ways";
  return one->ToString();
}

TEST(CommonType, Numbers) {
  EXPECT_EQ(Common(arrow::int8(), arrow::int64()), "int64");
  EXPECT_EQ(Common(arrow::int32(), arrow::uint32()), "int64");
  EXPECT_EQ(Common(arrow::int16(), arrow::uint8()), "int16");
  EXPECT_EQ(Common(arrow::uint16(), arrow::uint32()), "uint32");
  EXPECT_EQ(Common(arrow::int64(), arrow::uint64()), "decimal128(20, 0)");
  EXPECT_EQ(Common(arrow::int8(), arrow::uint64()), "decimal128(20, 0)");
  EXPECT_EQ(Common(arrow::float32(), arrow::float64()), "double");
  EXPECT_EQ(Common(arrow::int16(), arrow::float32()), "float");
  EXPECT_EQ(Common(arrow::int16(), arrow::float16()), "float");
  EXPECT_EQ(Common(arrow::uint8(), arrow::float16()), "halffloat");
  EXPECT_EQ(Common(arrow::int32(), arrow::float32()), "double");
  EXPECT_EQ(Common(arrow::int64(), arrow::float32()), "double");
  EXPECT_EQ(Common(arrow::decimal128(10, 2), arrow::decimal128(8, 4)), "decimal128(12, 4)");
  EXPECT_EQ(Common(arrow::decimal128(10, 2), arrow::int64()), "decimal128(21, 2)");
  EXPECT_EQ(Common(arrow::decimal128(38, 0), arrow::decimal128(38, 30)), "decimal256(68, 30)");
  EXPECT_EQ(Common(arrow::decimal256(76, 0), arrow::decimal128(38, 30)), "none");
  EXPECT_EQ(Common(arrow::decimal128(10, 2), arrow::float64()), "none");
  EXPECT_EQ(Common(arrow::boolean(), arrow::int8()), "none");
  EXPECT_EQ(Common(arrow::boolean(), arrow::utf8()), "none");
  EXPECT_EQ(Common(arrow::int64(), arrow::utf8()), "none");
  EXPECT_EQ(Common(arrow::int64(), kUtcMicros), "none");
}

TEST(CommonType, NullsAndTexts) {
  EXPECT_EQ(Common(arrow::null(), arrow::list(arrow::utf8())), "list<item: string>");
  EXPECT_EQ(Common(arrow::null(), arrow::dictionary(arrow::int8(), arrow::int64())), "int64");
  EXPECT_EQ(Common(arrow::utf8_view(), arrow::utf8()), "string");
  EXPECT_EQ(Common(arrow::utf8_view(), arrow::dictionary(arrow::int32(), arrow::utf8())), "string");
  EXPECT_EQ(Common(arrow::large_utf8(), arrow::utf8_view()), "large_string");
  EXPECT_EQ(Common(arrow::fixed_size_binary(4), arrow::fixed_size_binary(5)), "binary");
  EXPECT_EQ(Common(arrow::fixed_size_binary(4), arrow::large_binary()), "large_binary");
  EXPECT_EQ(Common(arrow::utf8(), arrow::binary()), "none");
}

TEST(CommonType, MomentsAndLengthsOfTime) {
  EXPECT_EQ(Common(arrow::date32(), kSeconds), "timestamp[s]");
  EXPECT_EQ(Common(arrow::date64(), kUtcMicros), "timestamp[us, tz=UTC]");
  EXPECT_EQ(Common(kSeconds, kUtcMicros), "timestamp[us, tz=UTC]");
  EXPECT_EQ(Common(kBerlinMicros, kNanos), "timestamp[ns, tz=UTC]");
  EXPECT_EQ(Common(kBerlinMicros, kBerlinMicros), "timestamp[us, tz=Europe/Berlin]");
  EXPECT_EQ(Common(arrow::time32(arrow::TimeUnit::SECOND), arrow::time64(arrow::TimeUnit::NANO)), "time64[ns]");
  EXPECT_EQ(Common(arrow::duration(arrow::TimeUnit::SECOND), arrow::duration(arrow::TimeUnit::MILLI)), "duration[ms]");
  EXPECT_EQ(Common(arrow::time32(arrow::TimeUnit::SECOND), kSeconds), "none");
}

TEST(CommonType, ListsStructsAndMapsByTheirParts) {
  EXPECT_EQ(Common(arrow::list(arrow::null()), arrow::list(arrow::int64())), "list<item: int64>");
  EXPECT_EQ(Common(arrow::list(arrow::float32()), arrow::large_list(arrow::float64())), "large_list<item: double>");
  EXPECT_EQ(Common(arrow::fixed_size_list(arrow::int8(), 2), arrow::fixed_size_list(arrow::int8(), 3)),
            "list<item: int8>");
  EXPECT_EQ(Common(arrow::list(arrow::int64()), arrow::list(arrow::utf8())), "none");
  EXPECT_EQ(Common(arrow::list(arrow::int64()), arrow::int64()), "none");
  EXPECT_EQ(Common(Struct({{"a", arrow::int32()}}), Struct({{"b", arrow::utf8_view()}, {"a", arrow::int64()}})),
            "struct<a: int64, b: string>");
  EXPECT_EQ(Common(Struct({{"a", arrow::int32()}}), Struct({{"a", arrow::utf8()}})), "none");
  EXPECT_EQ(Common(arrow::map(arrow::utf8(), arrow::int32()), arrow::map(arrow::utf8_view(), arrow::int64())),
            "map<string, int64>");
  EXPECT_EQ(Common(arrow::map(arrow::utf8(), arrow::int32()), arrow::list(arrow::int32())), "none");
}

/// The values of `from` as `to`, as text; what is wrong when they cannot be.
std::string As(const TypePtr& from, const std::string& values, const TypePtr& to) {
  const auto table = MakeTable({{"v", from, values}});
  // A slice, whose values do not begin where its buffers do.
  const auto column = table->Slice(1)->column(0);
  const auto widened = Widened(column, to);
  if (!widened.ok()) return "error: " + widened.status().message();
  EXPECT_TRUE((*widened)->ValidateFull().ok()) << (*widened)->ValidateFull();
  return Values(*arrow::Table::Make(arrow::schema({arrow::field("v", to)}), {*widened}), "v");
}

TEST(Widened, EveryValueStaysOrIsAnError) {
  EXPECT_EQ(As(arrow::int64(), "[0, 9007199254740992, null, -4611686018427387904]", arrow::float64()),
            "[9.007199254740992e+15,null,-4.611686018427388e+18]");
  EXPECT_NE(As(arrow::int64(), "[0, 9007199254740993]", arrow::float64()).find("no double is 9007199254740993"),
            std::string::npos);
  EXPECT_NE(As(arrow::int64(), "[0, 9223372036854775807]", arrow::float64()).find("error"), std::string::npos);
  EXPECT_NE(As(arrow::uint64(), "[0, 18446744073709551615]", arrow::float64()).find("error"), std::string::npos);
  EXPECT_EQ(As(arrow::uint64(), "[0, 18446744073709551615]", arrow::decimal128(20, 0)), "[18446744073709551615]");
  EXPECT_EQ(As(arrow::decimal128(4, 2), R"(["0.00", "1.25", null])", arrow::decimal256(50, 30)),
            "[1.250000000000000000000000000000,null]");
  EXPECT_EQ(As(arrow::float32(), "[0, 1.5]", arrow::float64()), "[1.5]");
  // What cannot be meant is not tried.
  EXPECT_NE(As(arrow::int64(), "[0, 1]", arrow::utf8()).find("may be another one"), std::string::npos);
  EXPECT_NE(As(arrow::float64(), "[0, 1]", arrow::float32()).find("may be another one"), std::string::npos);
}

TEST(Widened, Moments) {
  EXPECT_EQ(As(kSeconds, "[0, 1, null]", kUtcMicros), "[1970-01-0100:00:01.000000Z,null]");
  EXPECT_EQ(As(arrow::date32(), "[0, 1]", kUtcMicros), "[1970-01-0200:00:00.000000Z]");
  // Its clock shows another hour; the moment is the same.
  EXPECT_EQ(As(kBerlinMicros, "[0, 1]", kUtcMicros), "[1970-01-0100:00:00.000001Z]");
  EXPECT_NE(As(kSeconds, "[0, 253402214400]", kNanos).find("error"), std::string::npos);
  EXPECT_EQ(As(kNanos, "[0, 1000]", kUtcMicros), "[1970-01-0100:00:00.000001Z]");
  EXPECT_NE(As(kNanos, "[0, 1001]", kUtcMicros).find("error"), std::string::npos);
}

TEST(Widened, TextsListsStructsAndMaps) {
  EXPECT_EQ(As(arrow::utf8_view(), R"(["", "x", null, "a long text of a view"])", arrow::utf8()),
            R"(["x",null,"alongtextofaview"])");
  EXPECT_EQ(As(arrow::dictionary(arrow::int8(), arrow::int32()), "[0, 7, null, 7]", arrow::int64()), "[7,null,7]");
  EXPECT_EQ(As(arrow::dictionary(arrow::int8(), arrow::utf8_view()), R"(["", "x", null])", arrow::large_utf8()),
            R"(["x",null])");
  EXPECT_EQ(As(arrow::list(arrow::float32()), "[[0], [1.5, null], null, []]", arrow::large_list(arrow::float64())),
            "[[1.5,null],null,[]]");
  EXPECT_EQ(As(arrow::fixed_size_list(arrow::int8(), 2), "[[0, 0], [1, 2], null]", arrow::list(arrow::int64())),
            "[[1,2],null]");
  EXPECT_EQ(As(arrow::list(arrow::utf8_view()), R"([[], ["x"], null])", arrow::list(arrow::utf8())), R"([["x"],null])");
  const auto wide = Struct({{"b", arrow::utf8()}, {"a", arrow::int64()}, {"c", arrow::list(arrow::int64())}});
  const auto narrow = Struct({{"a", arrow::int32()}, {"b", arrow::utf8_view()}});
  EXPECT_EQ(As(arrow::list(narrow), R"([[], [{"a": 1, "b": "x"}], null])", arrow::list(wide)),
            "[--is_valid:allnotnull--child0type:string[\"x\"]--child1type:int64[1]--child2type:list<item:int64>[null],"
            "null]");
  EXPECT_EQ(As(arrow::map(arrow::utf8(), arrow::int32()), R"([null, [["k", 1]], null])",
               arrow::map(arrow::utf8(), arrow::int64())),
            "[keys:[\"k\"]values:[1],null]");
}

}  // namespace
}  // namespace feast::scan
