#include "plan/resolve/resolve.h"

#include "feast/errors.h"
#include "plan/plan_test_repo.h"

namespace feast {
namespace {

class ResolveTest : public PlanTestRepo {
 protected:
  Definitions Resolved() { return Planned().ValueOrDie().resolved; }

  static std::vector<std::string> Described(const std::vector<Field>& fields) {
    std::vector<std::string> texts;
    for (const auto& field : fields) texts.push_back(field.name + ": " + field.type.ToString());
    return texts;
  }

  std::shared_ptr<FeatureView> AddView(const std::string& name) {
    auto view = std::make_shared<FeatureView>(*stats);
    view->name = name;
    view->origin = {"repo.py", 40};
    repo.feature_views.push_back(view);
    return view;
  }
};

using Texts = std::vector<std::string>;

TEST_F(ResolveTest, JoinKeyTypeComesFromTheSourceWhenNobodySays) {
  const auto view = Resolved().feature_views.at(0);
  EXPECT_EQ(Described(view->entity_columns), Texts({"driver_id: Int64"}));
  EXPECT_EQ(Described(view->features), Texts({"conv_rate: Float32", "acc_rate: Float32"}));
}

TEST_F(ResolveTest, WhatTheUserDeclaredStaysAsItWas) {
  Resolved();
  EXPECT_TRUE(stats->entity_columns.empty());
  EXPECT_TRUE(repo.data_sources.empty());
}

TEST_F(ResolveTest, JoinKeyTypeComesFromTheEntityBeforeTheSource) {
  driver->value_type = ValueType::kInt32;
  EXPECT_EQ(Described(Resolved().feature_views.at(0)->entity_columns), Texts({"driver_id: Int32"}));
}

TEST_F(ResolveTest, JoinKeyInTheSchemaIsNoFeature) {
  stats->features.push_back(MakeField("driver_id", Type::Of(ValueType::kInt64)));
  const auto view = Resolved().feature_views.at(0);
  EXPECT_EQ(Described(view->entity_columns), Texts({"driver_id: Int64"}));
  EXPECT_EQ(view->features.size(), 2u);
}

TEST_F(ResolveTest, JoinKeyTypesMustAgree) {
  driver->value_type = ValueType::kString;
  stats->features.push_back(MakeField("driver_id", Type::Of(ValueType::kInt64)));
  EXPECT_TRUE(
      Says(Error(), "gives join key 'driver_id' the type Int64, but its entity 'driver' (repo.py:3) says STRING"));
}

TEST_F(ResolveTest, ViewWithoutSchemaTakesTheSourcesColumns) {
  AddView("inferred")->features.clear();
  EXPECT_EQ(Described(Resolved().feature_views.at(1)->features),
            Texts({"conv_rate: Float64", "acc_rate: Float32", "avg_daily_trips: Int32", "city: String"}));
}

TEST_F(ResolveTest, FieldMappingNamesFeaturesAndKeys) {
  source->field_mapping = {{"conv_rate", "rate"}, {"city", "town"}};
  auto town = std::make_shared<Entity>();
  town->name = "town";
  repo.entities.push_back(town);
  stats->entities = {"town"};
  stats->features = {MakeField("rate", Type::Of(ValueType::kDouble))};
  repo.on_demand_feature_views.clear();
  repo.feature_services.clear();
  const auto view = Resolved().feature_views.at(0);
  EXPECT_EQ(Described(view->entity_columns), Texts({"town: String"}));
  stats->features = {MakeField("conv_rate", Type::Of(ValueType::kDouble))};
  EXPECT_TRUE(Says(Error(), "Declare 'rate' instead"));
}

TEST_F(ResolveTest, ViewWithoutEntitiesHasTheDummyEntity) {
  stats->entities.clear();
  const auto view = Resolved().feature_views.at(0);
  EXPECT_EQ(view->entities, Texts({"__dummy"}));
  EXPECT_EQ(Described(view->entity_columns), Texts({"__dummy_id: String"}));
}

TEST_F(ResolveTest, TimestampFieldIsInferredWhenThereIsOne) {
  source->timestamp_field = "";
  const auto resolved = Resolved();
  EXPECT_EQ(resolved.feature_views.at(0)->batch_source->timestamp_field, "event_timestamp");
  EXPECT_EQ(resolved.data_sources.at(0)->timestamp_field, "event_timestamp");
  EXPECT_EQ(source->timestamp_field, "");
  source->created_timestamp_column = "";
  const auto error = Error();
  EXPECT_EQ(ErrorClass(error), "RegistryInferenceFailure");
  EXPECT_TRUE(Says(error, "'event_timestamp' and 'created'"));
}

TEST_F(ResolveTest, PushSourceGetsTheResolvedBatchSource) {
  source->timestamp_field = "";
  auto push = std::make_shared<PushSource>();
  push->name = "pushed";
  push->batch_source = source;
  stats->stream_source = push;
  const auto resolved = Resolved();
  const auto& stream = static_cast<const PushSource&>(*resolved.feature_views.at(0)->stream_source);
  EXPECT_EQ(stream.batch_source->timestamp_field, "event_timestamp");
  EXPECT_EQ(stream.timestamp_field, "event_timestamp");
  EXPECT_EQ(resolved.data_sources.size(), 3u);
}

TEST_F(ResolveTest, UnlistedSourcesAreListed) {
  Texts names;
  for (const auto& listed : Resolved().data_sources) names.push_back(listed->name);
  EXPECT_EQ(names, Texts({"driver_stats", "vals_to_add"}));
}

TEST_F(ResolveTest, ServiceAndOnDemandViewGetTheirFeatures) {
  const auto resolved = Resolved();
  const auto& service = resolved.feature_services.at(0)->features;
  EXPECT_EQ(Described(service.at(0).features), Texts({"conv_rate: Float32"}));
  EXPECT_EQ(Described(service.at(1).features), Texts({"conv_rate_plus_val: Float64"}));
  const auto& from_stats =
      std::get<FeatureViewProjection>(resolved.on_demand_feature_views.at(0)->sources.at(0).second);
  EXPECT_EQ(Described(from_stats.features), Texts({"conv_rate: Float32", "acc_rate: Float32"}));
  EXPECT_EQ(resolved.on_demand_feature_views.at(0)->entities, Texts({"__dummy"}));
}

TEST_F(ResolveTest, UnknownEntityIsNamedWithItsUserAndANearName) {
  stats->entities = {"drivr"};
  const auto error = Error();
  EXPECT_TRUE(error.IsKeyError());
  EXPECT_EQ(ErrorClass(error), "EntityNotFoundException");
  EXPECT_TRUE(Says(error, "Feature view 'driver_hourly_stats' (repo.py:9) uses entity 'drivr'"));
  EXPECT_TRUE(Says(error, "Did you mean 'driver'?"));
}

TEST_F(ResolveTest, UnknownViewAndUnknownFeatureOfAService) {
  model->features.at(0).features = {MakeField("conv_rat", Type())};
  auto error = Error();
  EXPECT_EQ(ErrorClass(error), "SpecifiedFeaturesNotPresentError");
  EXPECT_TRUE(Says(error, "Feature service 'model_v1' (repo.py:25) selects feature 'conv_rat'"));
  EXPECT_TRUE(Says(error, "Did you mean 'conv_rate'?"));
  model->features.at(0).name = "driver_hourly_stat";
  error = Error();
  EXPECT_EQ(ErrorClass(error), "FeatureViewNotFoundException");
  EXPECT_TRUE(Says(error, "Did you mean 'driver_hourly_stats'?"));
}

TEST_F(ResolveTest, UnknownJoinKeyOfAService) {
  model->features.at(0).join_key_map = {{"driver", "origin_id"}};
  EXPECT_TRUE(
      Says(Error(), "renames join key 'driver' of feature view 'driver_hourly_stats', which has no such join key"));
}

TEST_F(ResolveTest, MissingColumnsAreListedWithWhatThereIs) {
  stats->features.push_back(MakeField("convrate", Type::Of(ValueType::kFloat)));
  auto error = Error();
  EXPECT_TRUE(error.IsInvalid());
  EXPECT_TRUE(
      Says(error, "(repo.py:9) needs feature 'convrate', which its source 'driver_stats' (repo.py:5) does not have"));
  EXPECT_TRUE(Says(error, "Did you mean 'conv_rate'?"));
  EXPECT_TRUE(Says(error, "The source has 'event_timestamp', 'driver_id'"));
  driver->join_key = "driver";
  source->timestamp_field = "time";
  EXPECT_TRUE(Says(Error(), "needs timestamp field 'time', join key 'driver' (entity 'driver'), feature 'convrate'"));
}

TEST_F(ResolveTest, TypeThatCannotBeMeantIsAnError) {
  stats->features = {MakeField("city", Type::Of(ValueType::kDouble))};
  EXPECT_TRUE(
      Says(Error(), "declares feature 'city' as Float64, but column 'city' of its source 'driver_stats' is string"));
  stats->features = {MakeField("conv_rate", Type::Array(Type::Of(ValueType::kDouble)))};
  EXPECT_TRUE(Says(Error(), "Declare it as Float64"));
}

TEST_F(ResolveTest, SourceThatCannotBeReadIsNamed) {
  offline.schemas.clear();
  const auto error = Error();
  EXPECT_TRUE(error.IsIOError());
  EXPECT_TRUE(Says(error, "Data source 'driver_stats' (repo.py:5) cannot be read: no such file"));
  whole.skip_source_validation = true;
  EXPECT_TRUE(Error().ok());
}

TEST_F(ResolveTest, DataThatIsNotThereYetIsAWarningWhenNothingIsToBeFoundOut) {
  offline.not_there = {"driver_stats"};
  EXPECT_TRUE(Says(Error(), "Data source 'driver_stats' (repo.py:5) cannot be read: nothing at the path"))
      << "the join key's type";
  driver->value_type = ValueType::kInt64;
  const auto planned = Planned().ValueOrDie();
  EXPECT_EQ(planned.plan.warnings,
            Texts({"Data source 'driver_stats' (repo.py:5) cannot be read: nothing at the path"}));
  EXPECT_EQ(Described(planned.resolved.feature_views.at(0)->entity_columns), Texts({"driver_id: Int64"}));
  AddView("another");
  EXPECT_EQ(Planned().ValueOrDie().plan.warnings.size(), 1u) << "said once for each source";
  AddView("inferred")->features.clear();
  EXPECT_TRUE(Says(Error(), "nothing at the path")) << "the features";
  repo.feature_views.pop_back();
  source->timestamp_field = "";
  EXPECT_TRUE(Says(Error(), "nothing at the path")) << "the timestamp field";
}

TEST_F(ResolveTest, CredentialsInASourcesUriAreRefused) {
  source->path = "s3://AKIA:S3CR3T/x@bucket/a.parquet";
  const auto error = Error();
  EXPECT_TRUE(Says(error, "Data source 'driver_stats' (repo.py:5) has a password or key in its uri"));
  EXPECT_EQ(error.message().find("S3CR3T"), std::string::npos);
}

TEST_F(ResolveTest, OrAreLeftOutWhereThatIsAskedFor) {
  source->path = source->name = "s3://AKIA:S3CR3T/x@bucket/a.parquet";
  offline.schemas["s3://bucket/a.parquet"] = offline.schemas["driver_stats"];
  whole.leave_out_uri_credentials = true;
  const auto planned = Planned().ValueOrDie();
  const auto& settled = static_cast<const FileSource&>(*planned.resolved.feature_views.at(0)->batch_source);
  EXPECT_EQ(settled.path, "s3://bucket/a.parquet");
  EXPECT_EQ(settled.name, "s3://bucket/a.parquet");
  EXPECT_EQ(planned.resolved.data_sources.at(0)->name, settled.name);
  ASSERT_EQ(planned.plan.warnings.size(), 1u);
  EXPECT_EQ(planned.plan.warnings[0].find("S3CR3T"), std::string::npos);
  EXPECT_EQ(static_cast<const FileSource&>(*stats->batch_source).path, "s3://AKIA:S3CR3T/x@bucket/a.parquet");
}

TEST_F(ResolveTest, SourcesOfOtherStoresAreTakenAtTheirWord) {
  auto warehouse = std::make_shared<BigQuerySource>();
  warehouse->name = "warehouse";
  warehouse->table = "t";
  warehouse->timestamp_field = "event_timestamp";
  stats->batch_source = warehouse;
  EXPECT_TRUE(Error().ok()) << Error().ToString();
  stats->features.clear();
  EXPECT_EQ(ErrorClass(Error()), "RegistryInferenceFailure");
}

TEST_F(ResolveTest, EqualDuplicatesAreMergedAndDifferentOnesNamed) {
  repo.entities.push_back(std::make_shared<Entity>(*driver));
  EXPECT_EQ(Resolved().entities.size(), 1u);
  repo.entities.back()->description = "another";
  repo.entities.back()->origin = {"other.py", 7};
  EXPECT_TRUE(Says(Error(), "Two entity definitions named 'driver' differ: at repo.py:3 and at other.py:7"));
}

TEST_F(ResolveTest, TwoSourcesOfOneNameAreAnError) {
  auto other = std::make_shared<FileSource>(*source);
  other->name = "DRIVER_STATS";
  repo.data_sources.push_back(other);
  const auto error = Error();
  EXPECT_EQ(ErrorClass(error), "DataSourceRepeatNamesException");
  EXPECT_TRUE(Says(error, "Multiple data sources share the same case-insensitive name '"));
}

TEST_F(ResolveTest, ReferencesMayComeLaterWhereObjectsAreWrittenOneByOne) {
  repo.entities.clear();
  ApplyOptions options;
  EXPECT_EQ(ErrorClass(Planned(options).status()), "EntityNotFoundException");
  options.references_may_be_missing = true;
  EXPECT_EQ(Planned(options).ValueOrDie().resolved.feature_views.at(0)->entities, Texts({"driver"}));
  repo.feature_views.clear();
  EXPECT_TRUE(Planned(options).ok());
}

TEST_F(ResolveTest, ViewsOfAllKindsShareOneNamespace) {
  sum->name = "Driver_Hourly_Stats";
  const auto error = Error();
  EXPECT_EQ(ErrorClass(error), "ConflictingFeatureViewNames");
  EXPECT_TRUE(Says(error, "(repo.py:9)"));
  EXPECT_TRUE(Says(error, "(repo.py:15)"));
}

TEST_F(ResolveTest, TwoDifferentViewsOfOneName) {
  AddView("driver_hourly_stats")->ttl = std::chrono::hours(1);
  EXPECT_TRUE(Says(Error(),
                   "Multiple FeatureViews with name 'driver_hourly_stats' found. Feature view names must be "
                   "case-insensitively unique. They are at repo.py:9 and at repo.py:40; rename one of them"));
  EXPECT_EQ(ErrorClass(Error()), "ConflictingFeatureViewNames");
}

TEST_F(ResolveTest, AViewInTwoFilesIsTwoViewsUnlessItIsImported) {
  repo.feature_views.push_back(repo.feature_views[0]);
  EXPECT_EQ(Resolved().feature_views.size(), 1u);
  // Loaded twice, under two names of its module.
  auto again = std::make_shared<FeatureView>(*stats);
  repo.feature_views.back() = again;
  EXPECT_EQ(Resolved().feature_views.size(), 1u);
  again->origin = {"copy.py", 9};
  EXPECT_EQ(ErrorClass(Error()), "ConflictingFeatureViewNames");
}

TEST_F(ResolveTest, NamesThatReferencesUseAreReserved) {
  stats->name = "stats:v2";
  EXPECT_TRUE(Says(Error(), "cannot contain '@' or ':'"));
  stats->name = "";
  EXPECT_TRUE(Says(Error(), "has no name (repo.py:9)"));
}

TEST_F(ResolveTest, EntitiesMustNotShareAJoinKey) {
  auto other = std::make_shared<Entity>(*driver);
  other->name = "rider";
  repo.entities.push_back(other);
  stats->entities.push_back("rider");
  EXPECT_TRUE(Says(Error(), "has two entities with the join key 'driver_id'"));
}

TEST_F(ResolveTest, FieldDeclaredTwice) {
  stats->features.push_back(stats->features.front());
  EXPECT_TRUE(Says(Error(), "declares 'conv_rate' twice"));
}

TEST_F(ResolveTest, OnDemandViewNeedsASchemaAndAFunction) {
  sum->transformation = nullptr;
  EXPECT_TRUE(Says(Error(), "'conv_rate_plus' (repo.py:15) has no function"));
  sum->features.clear();
  EXPECT_EQ(ErrorClass(Error()), "RegistryInferenceFailure");
}

TEST_F(ResolveTest, ProjectMustBeTheConfiguredOne) {
  repo.project = std::make_shared<Project>();
  repo.project->name = "q";
  EXPECT_TRUE(Says(Error(), "Project 'q' is not the project of feature_store.yaml, which is 'p'"));
}

TEST_F(ResolveTest, PartialApplyFindsRegisteredObjects) {
  Apply();
  repo = Definitions();
  auto service = std::make_shared<FeatureService>();
  service->name = "model_v2";
  service->features = model->features;
  repo.feature_services = {service};
  const auto planned = Planned(ApplyOptions()).ValueOrDie();
  EXPECT_EQ(Described(planned.resolved.feature_services.at(0)->features.at(0).features), Texts({"conv_rate: Float32"}));
  // What is about to be deleted is not found.
  EXPECT_EQ(ErrorClass(Error()), "FeatureViewNotFoundException");
}

TEST_F(ResolveTest, PartialApplyMayNotTakeARegisteredNameForAnotherKind) {
  Apply();
  repo = Definitions();
  auto clash = std::make_shared<OnDemandFeatureView>(*sum);
  clash->name = "driver_hourly_stats";
  repo.on_demand_feature_views = {clash};
  EXPECT_EQ(ErrorClass(Planned(ApplyOptions()).status()), "ConflictingFeatureViewNames");
}

}  // namespace
}  // namespace feast
