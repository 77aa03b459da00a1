#include "offline/file/entities/entity_range.h"

#include "offline/file/historical_request_test.h"

namespace feast {
namespace {

Timestamp At(int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

ResolvedRequest RangeRequest(Timestamp start, Timestamp end, std::vector<ViewRequest> views) {
  ResolvedRequest request;
  request.entity_rows = EntityRange{start, end};
  request.timestamp_column = "event_timestamp";
  request.views = std::move(views);
  return request;
}

void WriteStats(const std::string& path) {
  WriteParquetTable(*MakeTable({{"driver", arrow::int64(), "[3, 1, 2, 1, null, 4]"},
                                {"t", kSeconds, "[10, 10, 20, 30, 30, 40]"},
                                {"v", arrow::int32(), "[30, 10, 20, 11, 99, 40]"}}),
                    path, 2);
}

TEST(EntityRange, OneRowForEachKeySeen) {
  TemporaryFolder folder;
  WriteStats(folder / "a.parquet");
  const auto table =
      Retrieve(RangeRequest(At(10), At(30), {ViewOf(folder / "a.parquet", "driver", {"v"})})).ValueOrDie();
  EXPECT_EQ(table->schema()->ToString(), "driver: int64\nevent_timestamp: timestamp[us, tz=UTC]\nv: int32");
  EXPECT_EQ(Values(*table, "driver"), "[1,2,3]");
  EXPECT_EQ(Values(*table, "v"), "[11,20,30]");
  EXPECT_EQ(Values(*table, "event_timestamp"),
            "[1970-01-0100:00:30.000000Z,1970-01-0100:00:30.000000Z,1970-01-0100:00:30.000000Z]");
}

TEST(EntityRange, RowsBeforeTheStartAndBeyondTheTtlDoNotCount) {
  TemporaryFolder folder;
  WriteStats(folder / "a.parquet");
  ViewRequest view = ViewOf(folder / "a.parquet", "driver", {"v"});
  EXPECT_EQ(Values(*Retrieve(RangeRequest(At(20), At(30), {view})).ValueOrDie(), "driver"), "[1,2]");
  // Seen in the range, but older than the TTL at its end.
  view.ttl = std::chrono::seconds(5);
  EXPECT_EQ(Values(*Retrieve(RangeRequest(At(10), At(30), {view})).ValueOrDie(), "v"), "[11,null,null]");
}

TEST(EntityRange, SeveralViewsGiveTheUnionOfTheirKeys) {
  TemporaryFolder folder;
  WriteStats(folder / "a.parquet");
  WriteParquetTable(
      *MakeTable(
          {{"id", arrow::int32(), "[7, 1]"}, {"t", kSeconds, "[12, 13]"}, {"w", arrow::utf8(), R"(["x", "y"])"}}),
      folder / "b.parquet");
  ViewRequest other = ViewOf(folder / "b.parquet", "", {"w"});
  const ViewRequest stats = ViewOf(folder / "a.parquet", "driver", {"v"});
  // A view without entities goes with any.
  EXPECT_EQ(Values(*Retrieve(RangeRequest(At(0), At(15), {other, stats})).ValueOrDie(), "w"), R"(["y","y"])");
  other.join_keys = {{"id", "driver", "driver", Type()}};
  const auto table = Retrieve(RangeRequest(At(0), At(15), {stats, other})).ValueOrDie();
  EXPECT_EQ(Values(*table, "driver"), "[1,3,7]");
  EXPECT_EQ(Values(*table, "v"), "[10,30,null]");
  EXPECT_EQ(Values(*table, "w"), R"(["y",null,"x"])");
  other.join_keys = {{"id", "customer", "customer", Type()}};
  EXPECT_NE(Error(Retrieve(RangeRequest(At(0), At(15), {stats, other}))).find("different join keys"),
            std::string::npos);
}

TEST(EntityRange, NoKeysAndNoRows) {
  TemporaryFolder folder;
  WriteStats(folder / "a.parquet");
  EXPECT_EQ(Values(*Retrieve(RangeRequest(At(0), At(15), {ViewOf(folder / "a.parquet", "", {"v"})})).ValueOrDie(), "v"),
            "[10]");
  const auto none = Retrieve(RangeRequest(At(0), At(5), {ViewOf(folder / "a.parquet", "driver", {"v"})})).ValueOrDie();
  EXPECT_EQ(none->num_rows(), 0);
  EXPECT_EQ(none->num_columns(), 3);
}

TEST(EntityRange, ExplainPrunesByTime) {
  TemporaryFolder folder;
  WriteStats(folder / "a.parquet");
  const auto query = FileStore()
                         ->PointInTime(RangeRequest(At(35), At(50), {ViewOf(folder / "a.parquet", "driver", {"v"})}))
                         .ValueOrDie();
  EXPECT_EQ(query->Explain({}).ValueOrDie().views[0].files[0].parts_read, 1);
}

}  // namespace
}  // namespace feast
