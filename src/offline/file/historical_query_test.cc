#include "offline/file/historical_query.h"

#include <fstream>

#include "offline/file/historical_request_test.h"

namespace feast {
namespace {

/// Drivers 1 and 2, times in seconds, one row per row group.
void WriteStats(const std::string& path, int64_t rows_per_group = 1) {
  WriteParquetTable(*MakeTable({{"driver", arrow::int64(), "[1, 2, 1, 2, 1]"},
                                {"t", kSeconds, "[10, 10, 20, 20, 20]"},
                                {"created", kSeconds, "[11, 11, 29, 21, 25]"},
                                {"trips", arrow::int64(), "[100, 200, 101, null, 102]"},
                                {"city", arrow::utf8(), R"(["a", "b", "c", "d", null])"}}),
                    path, rows_per_group);
}

ViewRequest Stats(const std::string& path) {
  ViewRequest view = ViewOf(path, "driver", {"trips", "city"});
  view.created_column = "created";
  return view;
}

std::shared_ptr<arrow::Table> Entities(const std::string& drivers, const std::string& times) {
  std::string labels = times == "[]" ? "[" : "[7";
  for (const char c : times) labels += c == ',' ? ",7" : "";
  labels += "]";
  return MakeTable(
      {{"label", arrow::int8(), labels}, {"event_timestamp", kSeconds, times}, {"driver", arrow::int64(), drivers}});
}

TEST(HistoricalQuery, EveryEntityRowOnceInOrder) {
  TemporaryFolder folder;
  WriteStats(folder / "stats.parquet");
  const auto rows = Entities("[2, 1, 1, 3, null, 1, 2, 1]", "[25, 25, 15, 25, 25, 9, 10, null]");
  const auto table = Retrieve(RequestFor(rows, {Stats(folder / "stats.parquet")})).ValueOrDie();
  EXPECT_EQ(table->schema()->ToString(),
            "label: int8\nevent_timestamp: timestamp[s, tz=UTC]\ndriver: int64\ntrips: int64\ncity: string");
  EXPECT_EQ(Values(*table, "driver"), "[2,1,1,3,null,1,2,1]");
  // Row 1: of two rows at 20, the one created later. Row 0: the winner's null stays null.
  EXPECT_EQ(Values(*table, "trips"), "[null,101,100,null,null,null,200,null]");
  EXPECT_EQ(Values(*table, "city"), R"(["d","c","a",null,null,null,"b",null])");
}

TEST(HistoricalQuery, TtlEndsInclusively) {
  TemporaryFolder folder;
  WriteStats(folder / "stats.parquet", 2);
  ViewRequest view = Stats(folder / "stats.parquet");
  view.ttl = std::chrono::seconds(5);
  const auto table = Retrieve(RequestFor(Entities("[1, 1, 1]", "[15, 16, 25]"), {view})).ValueOrDie();
  EXPECT_EQ(Values(*table, "trips"), "[100,null,101]");
}

TEST(HistoricalQuery, FilterByCreated) {
  TemporaryFolder folder;
  WriteStats(folder / "stats.parquet");
  ResolvedRequest request = RequestFor(Entities("[1, 1, 1]", "[20, 26, 30]"), {Stats(folder / "stats.parquet")});
  request.filter_by_created_timestamp = true;
  EXPECT_EQ(Values(*Retrieve(request).ValueOrDie(), "trips"), "[100,102,101]");
}

TEST(HistoricalQuery, SeveralViewsRenamedAndWithoutEntities) {
  TemporaryFolder folder;
  WriteStats(folder / "stats.parquet");
  WriteParquetTable(*MakeTable({{"t", arrow::date32(), "[0, 1]"}, {"rain", arrow::float32(), "[0.5, 1.5]"}}),
                    folder / "weather.parquet");
  ViewRequest stats = Stats(folder / "stats.parquet");
  stats.join_keys[0].entity_column = "rider";
  stats.features = {{"trips", "stats__trips", Type()}, {"trips", "again", Type()}};
  const ViewRequest weather = ViewOf(folder / "weather.parquet", "", {"rain"});
  const auto rows = MakeTable({{"rider", arrow::int32(), "[2, 1]"}, {"event_timestamp", kSeconds, "[15, 86400]"}});
  const auto table = Retrieve(RequestFor(rows, {stats, weather})).ValueOrDie();
  EXPECT_EQ(Values(*table, "stats__trips"), "[200,101]");
  EXPECT_EQ(Values(*table, "again"), "[200,101]");
  EXPECT_EQ(Values(*table, "rain"), "[0.5,1.5]");
}

TEST(HistoricalQuery, CompositeAndTextKeys) {
  TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"city", arrow::utf8(), R"(["Ulm", "Ulm", "Köln", null])"},
                                {"shop", arrow::int16(), "[1, 2, 1, 1]"},
                                {"t", kSeconds, "[1, 2, 3, 4]"},
                                {"v", arrow::int32(), "[10, 20, 30, 40]"}}),
                    folder / "a.parquet", 3);
  ViewRequest view = ViewOf(folder / "a.parquet", "city", {"v"});
  view.join_keys.push_back({"shop", "shop", "shop", Type()});
  const auto rows = MakeTable({{"event_timestamp", kSeconds, "[9, 9, 9, 9]"},
                               {"shop", arrow::int64(), "[1, 2, 2, 1]"},
                               {"city", arrow::large_utf8(), R"(["Köln", "Ulm", "Köln", null])"}});
  EXPECT_EQ(Values(*Retrieve(RequestFor(rows, {view})).ValueOrDie(), "v"), "[30,20,null,null]");
}

TEST(HistoricalQuery, NoEntityRows) {
  TemporaryFolder folder;
  WriteStats(folder / "stats.parquet");
  const auto table = Retrieve(RequestFor(Entities("[]", "[]"), {Stats(folder / "stats.parquet")}));
  ASSERT_TRUE(table.ok()) << table.status().ToString();
  EXPECT_EQ((*table)->num_rows(), 0);
  EXPECT_EQ((*table)->num_columns(), 5);
}

TEST(HistoricalQuery, SourceWithoutRows) {
  TemporaryFolder folder;
  WriteStats(folder / "full.parquet");
  const auto empty = MakeTable({{"driver", arrow::int64(), "[]"},
                                {"t", kSeconds, "[]"},
                                {"trips", arrow::int64(), "[]"},
                                {"city", arrow::utf8(), "[]"}});
  WriteParquetTable(*empty, folder / "empty.parquet");
  const auto table =
      Retrieve(RequestFor(Entities("[1]", "[15]"), {ViewOf(folder / "empty.parquet", "driver", {"trips", "city"})}));
  EXPECT_EQ(Values(*table.ValueOrDie(), "city"), "[null]");
}

TEST(HistoricalQuery, EntityRowsFromFiles) {
  TemporaryFolder folder;
  WriteStats(folder / "stats.parquet");
  WriteParquetTable(*Entities("[2, 1]", "[15, 25]"), folder / "entities.parquet", 1);
  scan::WriteText(folder / "entities.csv", "driver,event_timestamp\n2,1970-01-01 00:00:15\n1,1970-01-01T00:00:25\n");
  for (const char* name : {"entities.parquet", "entities.csv"}) {
    ResolvedRequest request = RequestFor(nullptr, {Stats(folder / "stats.parquet")});
    request.entity_rows = EntityFile{folder / name};
    EXPECT_EQ(Values(*Retrieve(request).ValueOrDie(), "trips"), "[200,101]") << name;
  }
}

TEST(HistoricalQuery, EntityTimesOfOtherKinds) {
  TemporaryFolder folder;
  WriteStats(folder / "stats.parquet");
  const auto trips = [&](const std::shared_ptr<arrow::DataType>& type, const std::string& times,
                         const std::string& column) {
    const auto rows = MakeTable({{"driver", arrow::int64(), "[1]"}, {column, type, times}});
    ResolvedRequest request = RequestFor(rows, {Stats(folder / "stats.parquet")});
    request.timestamp_column = "";
    const auto table = Retrieve(request);
    if (!table.ok()) return table.status().ToString();
    return (*table)->GetColumnByName(column)->type()->ToString() + Values(**table, "trips");
  };
  EXPECT_EQ(trips(arrow::timestamp(arrow::TimeUnit::MILLI), "[25000]", "event_timestamp"),
            "timestamp[ms, tz=UTC][101]");
  EXPECT_EQ(trips(arrow::timestamp(arrow::TimeUnit::NANO, "Europe/Berlin"), "[15000000000]", "when"),
            "timestamp[ns, tz=UTC][100]");
  EXPECT_EQ(trips(arrow::date32(), "[1]", "event_timestamp"), "timestamp[us, tz=UTC][101]");
  EXPECT_EQ(trips(arrow::utf8(), R"(["1970-01-01 00:00:15"])", "event_timestamp"), "timestamp[us, tz=UTC][100]");
  EXPECT_EQ(trips(arrow::utf8(), R"(["1970-01-01T02:00:15+02:00"])", "event_timestamp"), "timestamp[us, tz=UTC][100]");
  EXPECT_EQ(trips(arrow::null(), "[null]", "event_timestamp"), "timestamp[us, tz=UTC][null]");
  EXPECT_NE(trips(arrow::utf8(), R"(["yesterday"])", "event_timestamp").find("must hold timestamps"),
            std::string::npos);
  EXPECT_NE(trips(arrow::int64(), "[3]", "event_timestamp").find("holds int64"), std::string::npos);
  EXPECT_NE(trips(arrow::int64(), "[3]", "when").find("no timestamp column"), std::string::npos);
}

TEST(HistoricalQuery, BatchesShareTheResult) {
  TemporaryFolder folder;
  WriteStats(folder / "stats.parquet");
  const auto query =
      FileStore()
          ->PointInTime(RequestFor(Entities("[1, 2, 1]", "[15, 15, 25]"), {Stats(folder / "stats.parquet")}))
          .ValueOrDie();
  int64_t done = 0, total = 0;
  const auto reader =
      query->Run({.batch_rows = 2, .progress = [&](int64_t d, int64_t t) { done = d, total = t; }}).ValueOrDie();
  EXPECT_EQ(reader->Next().ValueOrDie()->num_rows(), 2);
  EXPECT_EQ(reader->Next().ValueOrDie()->num_rows(), 1);
  EXPECT_EQ(reader->Next().ValueOrDie(), nullptr);
  EXPECT_GT(done, 0);
  EXPECT_EQ(done, total);
  // A query may run again.
  EXPECT_EQ(Values(*ToTable(*query).ValueOrDie(), "trips"), "[100,200,101]");
}

TEST(HistoricalQuery, ExplainPrunesByTimeAndKey) {
  TemporaryFolder folder;
  WriteStats(folder / "stats.parquet");
  const auto plan_for = [&](const std::string& drivers, const std::string& times) {
    ViewRequest view = Stats(folder / "stats.parquet");
    view.ttl = std::chrono::seconds(6);
    return FileStore()
        ->PointInTime(RequestFor(Entities(drivers, times), {view}))
        .ValueOrDie()
        ->Explain({})
        .ValueOrDie();
  };
  const ReadPlan late = plan_for("[1, 2]", "[25, 22]");
  EXPECT_EQ(late.entity_rows, 2);
  ASSERT_EQ(late.views.size(), 1U);
  EXPECT_EQ(late.views[0].columns, (std::vector<std::string>{"driver", "t", "created", "trips", "city"}));
  ASSERT_EQ(late.views[0].files.size(), 1U);
  EXPECT_EQ(late.views[0].files[0].parts_total, 5);
  EXPECT_EQ(late.views[0].files[0].parts_read, 3);
  EXPECT_EQ(late.views[0].files[0].rows, 3);
  EXPECT_GT(late.views[0].files[0].bytes, 0);
  EXPECT_EQ(plan_for("[2, 2]", "[25, 22]").views[0].files[0].parts_read, 1);
  EXPECT_EQ(plan_for("[2, 2]", "[2500, 2200]").views[0].files[0].parts_read, 0);
}

TEST(HistoricalQuery, ExplainTakesEntityRowsOfAFilePieceByPiece) {
  TemporaryFolder folder;
  WriteStats(folder / "stats.parquet");
  ViewRequest view = Stats(folder / "stats.parquet");
  view.ttl = std::chrono::seconds(6);
  const auto parts_read = [&](EntityRows rows) {
    ResolvedRequest request;
    request.entity_rows = std::move(rows);
    request.timestamp_column = "event_timestamp";
    request.views = {view};
    const ReadPlan plan = FileStore()->PointInTime(request).ValueOrDie()->Explain({}).ValueOrDie();
    EXPECT_EQ(plan.entity_rows, 2);
    return plan.views[0].files[0].parts_read;
  };
  for (const auto& [drivers, times] :
       {std::pair{"[1, 2]", "[25, 22]"}, {"[2, 2]", "[25, 22]"}, {"[1, 2]", "[15, 2500]"}, {"[2, null]", "[25, 22]"}}) {
    const auto rows = Entities(drivers, times);
    WriteParquetTable(*rows, folder / "rows.parquet", 1);
    EXPECT_EQ(parts_read(EntityFile{folder / "rows.parquet"}), parts_read(rows)) << drivers << times;
  }
}

TEST(HistoricalQuery, ExplainDoesNotKnowTheRowsOfText) {
  TemporaryFolder folder;
  scan::WriteText(folder / "stats.csv", "driver,t,v\n1,1970-01-01T00:00:10Z,5\n");
  const auto request = RequestFor(Entities("[1]", "[15]"), {ViewOf(folder / "stats.csv", "driver", {"v"})});
  const ReadPlan plan = FileStore()->PointInTime(request).ValueOrDie()->Explain({}).ValueOrDie();
  EXPECT_EQ(plan.views[0].files[0].parts_read, 1);
  EXPECT_EQ(plan.views[0].files[0].rows, std::nullopt);
  EXPECT_GT(plan.views[0].files[0].bytes, 0);
}

TEST(HistoricalQuery, RunsNoQueries) {
  ResolvedRequest request;
  request.entity_rows = EntityQuery{"SELECT 1"};
  EXPECT_TRUE(FileStore()->PointInTime(request).status().IsInvalid());
}

TEST(HistoricalQuery, LatestRowsAreTakenFromTheNewestFragmentsAlone) {
  TemporaryFolder folder;
  const std::string path = folder / "stats.parquet";
  std::string drivers, times, trips;
  for (int hour = 0; hour < 20; ++hour) {
    for (int driver = 1; driver <= 2; ++driver) {
      const std::string comma = drivers.empty() ? "" : ",";
      drivers += comma + std::to_string(driver);
      times += comma + std::to_string(hour * 3600);
      trips += comma + std::to_string(hour * 10 + driver);
    }
  }
  WriteParquetTable(*MakeTable({{"driver", arrow::int64(), "[" + drivers + "]"},
                                {"t", kSeconds, "[" + times + "]"},
                                {"trips", arrow::int64(), "[" + trips + "]"}}),
                    path, 2);
  // Whoever reads the oldest row group notices.
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4) << std::string(40, '\xff');
  file.close();

  const auto retrieve = [&](const std::string& drivers_asked, const std::string& times_asked) {
    return Retrieve(RequestFor(Entities(drivers_asked, times_asked), {ViewOf(path, "driver", {"trips"})}));
  };
  EXPECT_EQ(Values(*retrieve("[2, 1]", "[90000, 90000]").ValueOrDie(), "trips"), "[192,191]");
  EXPECT_FALSE(retrieve("[2, 1]", "[10, 90000]").ok());
  // Who is not found in the newest ones is looked for in all.
  EXPECT_FALSE(retrieve("[2, 3]", "[90000, 90000]").ok());
}

TEST(HistoricalQuery, WhatIsMissingIsNamed) {
  TemporaryFolder folder;
  WriteStats(folder / "stats.parquet");
  const std::string path = folder / "stats.parquet";
  const auto rows = Entities("[1]", "[15]");
  const auto status = [&](const ViewRequest& view) { return Retrieve(RequestFor(rows, {view})).status(); };

  ViewRequest view = Stats(path);
  view.join_keys[0].entity_column = "drivr";
  EXPECT_TRUE(status(view).IsKeyError());
  EXPECT_NE(status(view).message().find("'drivr'. Did you mean 'driver'? Columns: label, event_timestamp, driver"),
            std::string::npos)
      << status(view).message();

  view = ViewOf(path, "driver", {"tripz"});
  EXPECT_TRUE(status(view).IsKeyError());
  EXPECT_NE(
      status(view).message().find("Feature view 'stats' needs a column that '" + path + "' does not have: 'tripz'"),
      std::string::npos);

  view = ViewOf(path, "driver", {"trips"});
  view.timestamp_column = "city";
  EXPECT_TRUE(status(view).IsTypeError());
  EXPECT_NE(status(view).message().find("must hold timestamps or dates, and holds string"), std::string::npos);

  view = ViewOf(path, "driver", {"trips"});
  view.join_keys = {{"city", "driver", "driver", Type()}};
  EXPECT_TRUE(status(view).IsTypeError()) << status(view).ToString();

  EXPECT_TRUE(status(ViewOf(folder / "gone.parquet", "driver", {"trips"})).IsIOError());
}

}  // namespace
}  // namespace feast
