#include "plan/impact.h"

#include <algorithm>
#include <string>
#include <vector>

#include "definitions/proto.h"
#include "plan/plan_test_repo.h"

namespace feast {
namespace {

using Texts = std::vector<std::string>;

class ImpactTest : public PlanTestRepo {
 protected:
  /// "kind name: SEVERITY reason; touches …" for each impact.
  static Texts Impacts(const Plan& plan) {
    Texts lines;
    for (const auto& change : plan.changes) {
      for (const auto& impact : change.impacts) {
        lines.push_back(std::string(ObjectKindName(change.kind)) + " " + change.name + ": " +
                        std::string(SeverityName(impact.severity)) + " " + impact.reason + TouchedBy(impact, 10));
      }
    }
    return lines;
  }
  Texts Impacts() { return Impacts(Planned().ValueOrDie().plan); }

  void SetUp() override {
    PlanTestRepo::SetUp();
    model->tags = {{"stage", "production"}};
    model->owner = "ml@example.com";
    Apply();
  }
};

constexpr const char* kModel = "feature service model_v1 [stage=production] (owner ml@example.com)";

TEST_F(ImpactTest, NothingIsWrongWithNewObjects) {
  stats->features.push_back(MakeField("city", Type::Of(ValueType::kString)));
  stats->description = "described";
  const auto plan = Planned().ValueOrDie().plan;
  EXPECT_EQ(plan.severity(), Severity::kSafe);
  EXPECT_EQ(plan.Summary(), "0 to add, 2 to change, 0 to delete");
  EXPECT_EQ(plan.changes[0].origin.ToString(), "repo.py:9");
}

TEST_F(ImpactTest, ATtlIsRiskyForAllWhoUseTheViewDirectlyOrThroughAnother) {
  stats->ttl = std::chrono::hours(1);
  EXPECT_EQ(Impacts(), Texts({"feature view driver_hourly_stats: risky TTL changed from 86400s to 3600s; touches on "
                              "demand feature view conv_rate_plus, " +
                              std::string(kModel)}));
  EXPECT_EQ(Planned().ValueOrDie().plan.Summary(), "0 to add, 1 to change, 0 to delete — 1 risky");
}

TEST_F(ImpactTest, AFeatureTouchesOnlyThoseWhoSelectIt) {
  // The service takes conv_rate; the on-demand view is told to take that alone.
  FeatureViewProjection only;
  only.name = stats->name;
  only.features = {MakeField("conv_rate", Type())};
  std::get<FeatureViewProjection>(sum->sources[0].second) = only;
  Apply();
  stats->features.pop_back();
  EXPECT_EQ(Impacts(), Texts({"feature view driver_hourly_stats: breaking feature 'acc_rate' removed"}));
  EXPECT_TRUE(RefuseBreaking(Planned().ValueOrDie().plan).ok());
}

TEST_F(ImpactTest, ARetypedFeatureBreaksTheServiceThatTakesIt) {
  stats->features[0] = MakeField("conv_rate", Type::Of(ValueType::kDouble));
  const auto lines = Impacts();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0],
            "feature view driver_hourly_stats: breaking feature 'conv_rate' retyped from FLOAT to DOUBLE; "
            "touches on demand feature view conv_rate_plus, " +
                std::string(kModel));
  EXPECT_EQ(lines[1],
            "on demand feature view conv_rate_plus: risky input 'driver_hourly_stats:conv_rate' retyped from "
            "FLOAT to DOUBLE; touches " +
                std::string(kModel));
  EXPECT_EQ(lines[2],
            "feature service model_v1: breaking feature 'driver_hourly_stats:conv_rate' retyped from FLOAT to DOUBLE");
  const auto refused = RefuseBreaking(Planned().ValueOrDie().plan);
  EXPECT_TRUE(Says(refused, "feature view driver_hourly_stats (repo.py:9): feature 'conv_rate' retyped"));
  EXPECT_TRUE(Says(refused, "used by " + std::string(kModel)));
  EXPECT_TRUE(Says(refused, "--allow-breaking"));
}

TEST_F(ImpactTest, ARenamedFeatureIsSuggested) {
  model->features.erase(model->features.begin());
  stats->features[0] = MakeField("avg_daily_trips", Type::Of(ValueType::kFloat));
  EXPECT_TRUE(
      Impacts()[0].starts_with("feature view driver_hourly_stats: breaking feature 'conv_rate' removed; looks like a "
                               "rename to 'avg_daily_trips'"))
      << Impacts()[0];
}

TEST_F(ImpactTest, AJoinKeyBreaksThroughTheEntityAndTheView) {
  driver->join_key = "id";
  source->field_mapping = {{"driver_id", "id"}};
  const auto lines = Impacts();
  EXPECT_NE(std::find(lines.begin(), lines.end(),
                      "entity driver: breaking join key changed from 'driver_id' to 'id'; touches on demand feature "
                      "view conv_rate_plus, " +
                          std::string(kModel)),
            lines.end());
  EXPECT_TRUE(Says(RefuseBreaking(Planned().ValueOrDie().plan), "join key 'driver_id' removed"));
}

TEST_F(ImpactTest, AServiceThatLosesAFeatureOrGoesIsBroken) {
  model->features.pop_back();
  EXPECT_EQ(Impacts(), Texts({"feature service model_v1: breaking loses every feature of view 'conv_rate_plus'"}));
  EXPECT_TRUE(Says(RefuseBreaking(Planned().ValueOrDie().plan), "feature service model_v1"));
  repo.feature_services.clear();
  EXPECT_EQ(Impacts(), Texts({"feature service model_v1: breaking feature service deleted: requests for it fail"}));
  EXPECT_FALSE(RefuseBreaking(Planned().ValueOrDie().plan).ok());
}

TEST_F(ImpactTest, AViewThatNothingUsesMayGo) {
  repo.feature_services.clear();
  Apply();
  repo.on_demand_feature_views.clear();
  const auto planned = Planned().ValueOrDie();
  EXPECT_EQ(Impacts(planned.plan), Texts({"on demand feature view conv_rate_plus: risky view deleted; nothing "
                                          "registered uses it, programs may name its features"}));
  EXPECT_TRUE(RefuseBreaking(planned.plan).ok());
}

TEST_F(ImpactTest, WhatIsDeletedAlongIsNotBroken) {
  repo = Definitions();
  repo.entities = {driver};
  const auto lines = Impacts();
  EXPECT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].find("touches"), std::string::npos);
}

TEST_F(ImpactTest, ObjectsInUseBreakWhenTheyAloneAreDeleted) {
  ApplyOptions options;
  repo = Definitions();
  options.to_delete.feature_views = {stats};
  EXPECT_EQ(
      Impacts(Planned(options).ValueOrDie().plan),
      Texts({"feature view driver_hourly_stats: breaking view deleted while in use; touches on demand feature view "
             "conv_rate_plus, " +
             std::string(kModel)}));
  options = {};
  options.to_delete.entities = {driver};
  EXPECT_EQ(Impacts(Planned(options).ValueOrDie().plan)[0].substr(0, 61),
            "entity driver: breaking entity deleted while views use it; to");
  options = {};
  options.to_delete.data_sources = {request};
  EXPECT_EQ(Impacts(Planned(options).ValueOrDie().plan)[0].substr(0, 67),
            "data source vals_to_add: breaking source deleted while views use it");
}

TEST_F(ImpactTest, RequestFieldsBreakTheirCallers) {
  auto fewer = std::make_shared<RequestSource>(*request);
  fewer->schema = {MakeField("other", Type::Of(ValueType::kInt64))};
  sum->sources[1].second = fewer;
  const auto lines = Impacts();
  const std::string touched = "; touches on demand feature view conv_rate_plus, " + std::string(kModel);
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(lines[0],
            "data source vals_to_add: breaking request field 'other' added: requests without it fail" + touched);
  EXPECT_EQ(lines[1], "data source vals_to_add: breaking request field 'val_to_add' removed" + touched);
}

TEST_F(ImpactTest, SavedDatasetsAreNamed) {
  auto dataset = std::make_shared<SavedDataset>();
  dataset->name = "training";
  dataset->features = {"driver_hourly_stats:acc_rate"};
  dataset->tags = {{"year", "2026"}};
  dataset->storage = source;
  repo.saved_datasets = {dataset};
  Apply();
  stats->features.pop_back();
  EXPECT_EQ(Impacts()[0],
            "feature view driver_hourly_stats: breaking feature 'acc_rate' removed; touches on demand "
            "feature view conv_rate_plus, " +
                std::string(kModel) + ", saved dataset training [year=2026]");
}

TEST_F(ImpactTest, AViewOfAnotherKindIsJudgedByItsFeatures) {
  auto push = std::make_shared<PushSource>();
  push->name = "push";
  push->batch_source = source;
  auto stream = std::make_shared<StreamFeatureView>();
  stream->name = stats->name;
  stream->entities = stats->entities;
  stream->features = {stats->features[0]};
  stream->batch_source = source;
  stream->stream_source = push;
  stream->ttl = stats->ttl;
  repo.feature_views = {stream};
  const auto lines = Impacts();
  const std::string view = "feature view driver_hourly_stats: ";
  EXPECT_EQ(lines[0],
            view + "breaking feature 'acc_rate' removed; touches on demand feature view conv_rate_plus, " + kModel);
  EXPECT_TRUE(lines[1].starts_with(view + "risky becomes a stream feature view")) << lines[1];
}

TEST_F(ImpactTest, RenamedObjectsAreSuggested) {
  stats->name = "driver_daily_stats";
  repo.on_demand_feature_views.clear();
  repo.feature_services.clear();
  const auto plan = Planned().ValueOrDie().plan;
  std::string looks_like;
  for (const auto& change : plan.changes) {
    if (change.name == "driver_daily_stats") looks_like = change.looks_like;
  }
  EXPECT_EQ(looks_like, "driver_hourly_stats");
}

TEST_F(ImpactTest, AMovedFileIsSuggestedForItsSource) {
  auto moved = std::make_shared<FileSource>(*source);
  moved->name = "moved_stats";
  moved->path = "elsewhere/" + source->path.substr(source->path.rfind('/') + 1);
  stats->batch_source = moved;
  offline.schemas["moved_stats"] = offline.schemas["driver_stats"];
  const auto plan = Planned().ValueOrDie().plan;
  ASSERT_EQ(plan.changes[1].name, "moved_stats");
  EXPECT_EQ(plan.changes[1].looks_like, "driver_stats");
}

}  // namespace
}  // namespace feast
