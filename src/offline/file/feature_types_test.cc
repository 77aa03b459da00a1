// Features of every type come back as the source has them, with nulls where there is no answer.
#include <random>

#include "offline/file/historical_request_test.h"

namespace feast {
namespace {

struct TypeCase {
  std::string name;
  std::shared_ptr<arrow::DataType> type;
  /// Three values.
  std::string values;
};

std::vector<TypeCase> TypeCases() {
  return {
      {"bool", arrow::boolean(), "[true, null, false]"},
      {"int8", arrow::int8(), "[1, null, -3]"},
      {"uint16", arrow::uint16(), "[1, null, 65535]"},
      {"int32", arrow::int32(), "[1, null, 3]"},
      {"int64", arrow::int64(), "[9007199254740993, null, 3]"},
      {"float", arrow::float32(), "[0.25, null, 3]"},
      {"double", arrow::float64(), "[0.1, null, 3]"},
      {"string", arrow::utf8(), R"(["", null, "Zürich"])"},
      {"large_string", arrow::large_utf8(), R"(["a", null, "c"])"},
      {"binary", arrow::binary(), R"(["a", null, "c"])"},
      {"fixed", arrow::fixed_size_binary(3), R"(["abc", null, "def"])"},
      {"date", arrow::date32(), "[1, null, 3]"},
      {"millis", arrow::timestamp(arrow::TimeUnit::MILLI), "[1, null, 3]"},
      {"nanos", arrow::timestamp(arrow::TimeUnit::NANO, "UTC"), "[1, null, 3]"},
      {"decimal", arrow::decimal128(10, 2), R"(["1.25", null, "-3.00"])"},
      {"decimal256", arrow::decimal256(50, 2), R"(["1.25", null, "-3.00"])"},
      {"list", arrow::list(arrow::int64()), "[[1, null], null, []]"},
      {"text_list", arrow::list(arrow::utf8()), R"([["x", "yy"], null, []])"},
      {"lists", arrow::list(arrow::list(arrow::float32())), "[[[1], [2, 3]], null, [null]]"},
      {"struct", arrow::struct_({arrow::field("a", arrow::int32()), arrow::field("b", arrow::utf8())}),
       R"([{"a": 1, "b": "x"}, null, {"a": null, "b": "z"}])"},
      {"map", arrow::map(arrow::utf8(), arrow::int32()), R"([[["k", 1]], null, []])"},
      {"fixed_list", arrow::fixed_size_list(arrow::float32(), 2), "[[1, 2], null, [5, 6]]"},
  };
}

TEST(FeatureTypes, EachTypeInSeveralRowGroups) {
  for (const TypeCase& type : TypeCases()) {
    for (const int64_t rows_per_group : {1, 3}) {
      TemporaryFolder folder;
      WriteParquetTable(
          *MakeTable({{"k", arrow::int64(), "[1, 2, 3]"}, {"t", kSeconds, "[1, 1, 1]"}, {"f", type.type, type.values}}),
          folder / "a.parquet", rows_per_group);
      const auto rows =
          MakeTable({{"k", arrow::int64(), "[3, 9, 1, 2, 3]"}, {"event_timestamp", kSeconds, "[5, 5, 5, 5, 0]"}});
      const auto table = Retrieve(RequestFor(rows, {ViewOf(folder / "a.parquet", "k", {"f"})}));
      ASSERT_TRUE(table.ok()) << type.name << ": " << table.status().ToString();
      const auto source = MakeTable({{"f", type.type, type.values}});
      const auto result = (*table)->GetColumnByName("f");
      EXPECT_TRUE(result->type()->Equals(type.type)) << type.name << " " << result->type()->ToString();
      const auto same = [&](int64_t row, int64_t source_row) {
        return result->GetScalar(row).ValueOrDie()->Equals(*source->column(0)->GetScalar(source_row).ValueOrDie());
      };
      EXPECT_TRUE(same(0, 2)) << type.name;
      EXPECT_TRUE(same(2, 0)) << type.name;
      for (const int64_t null : {1, 3, 4})
        EXPECT_FALSE(result->GetScalar(null).ValueOrDie()->is_valid) << type.name << " row " << null;
    }
  }
}

TEST(FeatureTypes, DictionariesComeBackPlain) {
  TemporaryFolder folder;
  const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  WriteParquetTable(
      *MakeTable({{"k", type, R"(["x", "y"])"}, {"t", kSeconds, "[1, 1]"}, {"f", type, R"(["low", "high"])"}}),
      folder / "a.parquet");
  const auto rows = MakeTable({{"k", type, R"(["y", "x"])"}, {"event_timestamp", kSeconds, "[5, 5]"}});
  const auto table = Retrieve(RequestFor(rows, {ViewOf(folder / "a.parquet", "k", {"f"})})).ValueOrDie();
  EXPECT_TRUE(table->GetColumnByName("f")->type()->Equals(arrow::utf8()));
  EXPECT_EQ(Values(*table, "f"), R"(["high","low"])");
}

/// More rows than are built at a time, several files and threads, against the plainest search.
TEST(FeatureTypes, ManyRowsMatchAPlainSearch) {
  TemporaryFolder folder;
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto number = [&](int bound) { return static_cast<int64_t>(random() % bound); };
  struct Row {
    int64_t key, time, value;
  };
  std::vector<Row> source;
  for (int file = 0; file < 3; ++file) {
    std::string keys = "[", times = "[", values = "[", texts = "[";
    for (int i = 0; i < 2000; ++i) {
      source.push_back({number(50), number(10000), static_cast<int64_t>(source.size())});
      const char* comma = i ? "," : "";
      keys += comma + std::to_string(source.back().key);
      times += comma + std::to_string(source.back().time);
      values += comma + std::to_string(source.back().value);
      texts += comma + ("\"text " + std::to_string(source.back().value) + "\"");
    }
    WriteParquetTable(*MakeTable({{"k", arrow::int64(), keys + "]"},
                                  {"t", kSeconds, times + "]"},
                                  {"v", arrow::int64(), values + "]"},
                                  {"s", arrow::utf8(), texts + "]"}}),
                      folder / ("source/" + std::to_string(file) + ".parquet"), 300);
  }
  const int rows = 70000;
  std::string keys = "[", times = "[";
  std::vector<Row> entities;
  for (int i = 0; i < rows; ++i) {
    entities.push_back({number(55), number(11000), -1});
    keys += (i ? "," : "") + std::to_string(entities.back().key);
    times += (i ? "," : "") + std::to_string(entities.back().time);
  }
  ViewRequest view = ViewOf(folder / "source", "k", {"v", "s"});
  view.ttl = std::chrono::seconds(100);
  const auto table =
      Retrieve(RequestFor(MakeTable({{"k", arrow::int64(), keys + "]"}, {"event_timestamp", kSeconds, times + "]"}}),
                          {view}))
          .ValueOrDie();
  const auto combined = table->CombineChunks().ValueOrDie();
  int64_t wrong = 0;
  for (int i = 0; i < rows; i += 7) {
    const Row* best = nullptr;
    for (const Row& row : source) {
      const bool matches =
          row.key == entities[i].key && row.time <= entities[i].time && row.time >= entities[i].time - 100;
      if (matches && (!best || row.time >= best->time)) best = &row;
    }
    const auto value = combined->GetColumnByName("v")->GetScalar(i).ValueOrDie();
    const auto text = combined->GetColumnByName("s")->GetScalar(i).ValueOrDie();
    const std::string expected = best ? std::to_string(best->value) : "null";
    wrong += value->ToString() != expected || text->ToString() != (best ? "text " + expected : "null");
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace feast
