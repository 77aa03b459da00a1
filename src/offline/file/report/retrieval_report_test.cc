#include "feast/retrieval_report.h"

#include "offline/file/historical_request_test.h"

namespace feast {
namespace {

/// Row groups of one row: some are left out of the join by time, or by key.
ViewRequest Stats(const TemporaryFolder& folder) {
  const std::string path = folder / "stats.parquet";
  WriteParquetTable(*MakeTable({{"driver", arrow::int64(), "[1, 2, 1, 2, 1, 1, 3, 99]"},
                                {"t", kSeconds, "[10, 10, 20, 20, 20, 40, 900, 10]"},
                                {"created", kSeconds, "[11, 11, 29, 21, 25, null, 901, 10]"},
                                {"trips", arrow::int64(), "[100, 200, 101, null, 102, 103, 104, 1]"},
                                {"city", arrow::utf8(), R"(["a", "b", "c", "d", null, "e", "f", "g"])"}}),
                    path, 1);
  ViewRequest view = ViewOf(path, "driver", {"trips", "city"});
  view.created_column = "created";
  view.ttl = std::chrono::seconds(100);
  return view;
}

std::shared_ptr<arrow::Table> Entities() {
  return MakeTable({{"driver", arrow::int64(), "[2, 1, 1, 3, null, 1, 2, 1, 7, 1]"},
                    {"event_timestamp", kSeconds, "[25, 25, 15, 25, 25, 9, 200, null, 25, 45]"}});
}

RetrievalReport ReportOn(const ResolvedRequest& request) {
  const auto query = FileStore()->PointInTime(request).ValueOrDie();
  auto report = std::make_shared<RetrievalReport>();
  const auto rows = query->Run({.batch_rows = 3, .report = report}).ValueOrDie()->ToTable().ValueOrDie();
  EXPECT_TRUE(rows->Equals(*ToTable(*query).ValueOrDie())) << "the rows are those of a run without a report";
  return *report;
}

std::vector<double> Figures(const RetrievalReport& report) {
  std::vector<double> figures{static_cast<double>(report.entity_rows)};
  const auto add = [&](auto value) { figures.push_back(static_cast<double>(value)); };
  for (const RetrievalReport::View& view : report.views) {
    for (const int64_t count : {view.created_later.value_or(-1), view.ties_by_created, view.ties_by_position}) {
      add(count);
    }
    for (const RetrievalReport::Feature& feature : view.features) {
      for (const int64_t count : {feature.nulls.no_entity, feature.nulls.nothing_before, feature.nulls.outside_ttl,
                                  feature.nulls.null_in_source}) {
        add(count);
      }
      add(feature.age ? feature.age->p50_s : -1);
      add(feature.age ? feature.age->max_s : -1);
    }
  }
  return figures;
}

TEST(RetrievalReport, IsTheSameWhenEntityRowsAreJoinedInParts) {
  const TemporaryFolder folder;
  std::vector<std::shared_ptr<arrow::Table>> many(40, Entities());
  const ResolvedRequest request =
      RequestFor(arrow::ConcatenateTables(many).ValueOrDie(), {Stats(folder), Stats(folder)});
  const std::vector<double> whole = Figures(ReportOn(request));
  setenv("FEAST_MEMORY_LIMIT", "2KB", 1);
  const std::vector<double> in_parts = Figures(ReportOn(request));
  unsetenv("FEAST_MEMORY_LIMIT");
  EXPECT_EQ(in_parts, whole);
}

TEST(RetrievalReport, CountsReasonsAgesLeakageAndTies) {
  const TemporaryFolder folder;
  const RetrievalReport report = ReportOn(RequestFor(Entities(), {Stats(folder)}));
  EXPECT_EQ(report.entity_rows, 10);
  ASSERT_EQ(report.views.size(), 1u);
  const RetrievalReport::View& view = report.views[0];
  EXPECT_EQ(view.name, "stats");
  ASSERT_EQ(view.features.size(), 2u);
  const RetrievalReport::Feature &trips = view.features[0], &city = view.features[1];
  EXPECT_EQ(trips.nulls.no_entity, 2) << "driver 7, and no driver";
  EXPECT_EQ(trips.nulls.nothing_before, 3)
      << "driver 3 (its only row group is pruned by time), driver 1 at 9 and at no time";
  EXPECT_EQ(trips.nulls.outside_ttl, 1);
  EXPECT_EQ(trips.nulls.null_in_source, 1) << "driver 2 at 25";
  EXPECT_EQ(trips.nulls.total(), 7);
  EXPECT_EQ(city.nulls.null_in_source, 0);
  // Answers: 2@25 from 20, 1@25 from 20, 1@15 from 10, 1@45 from 40.
  EXPECT_EQ(city.age->p50_s, 5.0);
  EXPECT_EQ(city.age->max_s, 5.0);
  EXPECT_EQ(trips.age->max_s, 5.0);
  EXPECT_EQ(view.created_later, 1) << "driver 1 at 25 is told what was created at 29";
  EXPECT_EQ(view.duplicate_source_rows, 1);
  EXPECT_EQ(view.ties_by_created, 1);
  EXPECT_EQ(view.ties_by_position, 0);
}

TEST(RetrievalReport, FilteringByCreatedEndsLeakage) {
  const TemporaryFolder folder;
  ResolvedRequest request = RequestFor(Entities(), {Stats(folder)});
  request.filter_by_created_timestamp = true;
  const RetrievalReport report = ReportOn(request);
  EXPECT_EQ(report.views[0].created_later, 0);
  EXPECT_EQ(report.views[0].features[0].age->max_s, 15.0 - 10.0);
  ViewRequest view = Stats(folder);
  view.created_column.clear();
  EXPECT_FALSE(ReportOn(RequestFor(Entities(), {view})).views[0].created_later.has_value());
}

TEST(RetrievalReport, PercentilesAreNearestRanks) {
  const TemporaryFolder folder;
  WriteParquetTable(
      *MakeTable({{"driver", arrow::int64(), "[1]"}, {"t", kSeconds, "[0]"}, {"x", arrow::int8(), "[1]"}}),
      folder / "one.parquet");
  std::string drivers = "[1", times = "[1";
  for (int i = 2; i <= 200; ++i) {
    drivers += ",1";
    times += "," + std::to_string(i);
  }
  const auto rows = MakeTable({{"driver", arrow::int64(), drivers + "]"}, {"event_timestamp", kSeconds, times + "]"}});
  const RetrievalReport report = ReportOn(RequestFor(rows, {ViewOf(folder / "one.parquet", "driver", {"x"})}));
  const RetrievalReport::Ages ages = report.views[0].features[0].age.value();
  EXPECT_EQ(ages.p50_s, 100.0);
  EXPECT_EQ(ages.p90_s, 180.0);
  EXPECT_EQ(ages.p99_s, 198.0);
  EXPECT_EQ(ages.max_s, 200.0);
}

TEST(RetrievalReport, FeaturesWithNullsHaveAgesOfTheirOwn) {
  const TemporaryFolder folder;
  WriteParquetTable(*MakeTable({{"driver", arrow::int64(), "[1, 2]"},
                                {"t", kSeconds, "[0, 50]"},
                                {"x", arrow::int8(), "[null, 1]"},
                                {"y", arrow::int8(), "[1, 1]"},
                                {"z", arrow::int8(), "[null, null]"}}),
                    folder / "two.parquet");
  const auto rows = MakeTable({{"driver", arrow::int64(), "[1, 2]"}, {"event_timestamp", kSeconds, "[100, 100]"}});
  const RetrievalReport report =
      ReportOn(RequestFor(rows, {ViewOf(folder / "two.parquet", "driver", {"x", "y", "z"})}));
  const auto& features = report.views[0].features;
  EXPECT_EQ(features[0].age->max_s, 50.0);
  EXPECT_EQ(features[1].age->max_s, 100.0);
  EXPECT_FALSE(features[2].age.has_value());
}

TEST(RetrievalReport, RangesAndNoRows) {
  const TemporaryFolder folder;
  ResolvedRequest request = RequestFor(nullptr, {Stats(folder)});
  const auto at = [](int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); };
  request.entity_rows = EntityRange{at(15), at(50)};
  const RetrievalReport report = ReportOn(request);
  EXPECT_EQ(report.entity_rows, 2);
  EXPECT_EQ(report.views[0].features[1].nulls.total(), 0);
  EXPECT_EQ(report.views[0].features[1].age->max_s, 30.0);

  const RetrievalReport none = ReportOn(RequestFor(Entities()->Slice(0, 0), {Stats(folder)}));
  EXPECT_EQ(none.entity_rows, 0);
  EXPECT_EQ(none.views[0].features[0].nulls.total(), 0);
  EXPECT_FALSE(none.views[0].features[0].age.has_value());
}

}  // namespace
}  // namespace feast
