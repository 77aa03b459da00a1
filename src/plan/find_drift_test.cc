#include "plan/find_drift.h"

#include <string>
#include <vector>

#include "plan/plan_test_repo.h"
#include "plan/render/render_drift.h"

namespace feast {
namespace {

using Texts = std::vector<std::string>;

/// Has the tables it was told to make, all with a column short when asked.
class InspectedStore : public RecordingOnlineStore {
 public:
  arrow::Result<std::vector<OnlineTableState>> Inspect(const std::vector<std::shared_ptr<FeatureView>>& views,
                                                       const CallContext&) override {
    std::vector<OnlineTableState> states;
    for (const auto& view : views) states.push_back({"p_" + view->name, exists, missing});
    return states;
  }
  bool exists = true;
  std::vector<std::string> missing;
};

class FindDriftTest : public PlanTestRepo {
 protected:
  Texts Found(OnlineStore* tables = nullptr) {
    const Drift drift = FindDrift(*Stored(), "p", offline, tables).ValueOrDie();
    Texts lines;
    for (const auto& item : drift.items) {
      lines.push_back(item.name + " | " + item.where + " | " + item.column + " | " + item.declared + " -> " +
                      item.actual);
    }
    return lines;
  }
  void SourceHas(const std::vector<std::shared_ptr<arrow::Field>>& fields) {
    offline.schemas["driver_stats"] = arrow::schema(fields);
  }
};

const auto kTime = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");

TEST_F(FindDriftTest, NothingRegisteredNothingDrifts) { EXPECT_EQ(Found(), Texts()); }

TEST_F(FindDriftTest, ASourceThatIsAsDeclaredIsNoDrift) {
  Apply();
  EXPECT_EQ(Found(), Texts());
  const Drift drift = FindDrift(*Stored(), "p", offline, nullptr).ValueOrDie();
  EXPECT_EQ(RenderDriftText(drift), "No drift: 1 source or table compared\n");
}

TEST_F(FindDriftTest, ColumnsThatWentOrChangedTheirKind) {
  Apply();
  SourceHas({arrow::field("driver_id", arrow::utf8()), arrow::field("conv_rate", arrow::float64()),
             arrow::field("event_timestamp", kTime), arrow::field("created", kTime),
             arrow::field("extra", arrow::utf8())});
  const auto found = Found();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], "driver_hourly_stats | data source driver_stats | acc_rate | Float32 -> missing");
  EXPECT_EQ(found[1], "driver_hourly_stats | data source driver_stats | driver_id | Int64 -> String");
}

TEST_F(FindDriftTest, ASourceThatCannotBeRead) {
  Apply();
  offline.schemas.clear();
  EXPECT_EQ(Found(), Texts({"driver_stats | data source driver_stats |  | readable -> cannot be read: no such file"}));
}

TEST_F(FindDriftTest, TablesAndTheirColumns) {
  Apply();
  InspectedStore tables;
  EXPECT_EQ(Found(&tables), Texts());
  tables.missing = {"value_text"};
  EXPECT_EQ(Found(&tables),
            Texts({"driver_hourly_stats | sqlite table p_driver_hourly_stats | value_text | there -> missing"}));
  tables.missing.clear();
  tables.exists = false;
  const Drift drift = FindDrift(*Stored(), "p", offline, &tables).ValueOrDie();
  EXPECT_EQ(RenderDriftText(drift),
            "Drifted feature view driver_hourly_stats\n\tsqlite table p_driver_hourly_stats: there -> missing\n\n"
            "1 difference: 2 sources and tables compared\n");
}

TEST_F(FindDriftTest, WhatCannotBeLookedIntoIsSaid) {
  Apply();
  const Drift drift = FindDrift(*Stored(), "p", offline, &online).ValueOrDie();
  ASSERT_EQ(drift.not_looked_at.size(), 1u);
  EXPECT_NE(RenderDriftText(drift).find("Not compared: This version cannot look into a sqlite table\n"),
            std::string::npos);
  EXPECT_NE(RenderDriftJson(drift).find("\"has_drift\": false"), std::string::npos);
}

}  // namespace
}  // namespace feast
