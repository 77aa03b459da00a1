#include "plan/planner.h"

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "definitions/proto.h"
#include "feast/errors.h"
#include "plan/plan_test_repo.h"
#include "plan/render/render_json.h"
#include "plan/render/render_text.h"

namespace feast {
namespace {

using PlannerTest = PlanTestRepo;
using Texts = std::vector<std::string>;

TEST_F(PlannerTest, FirstApplyCreatesEverythingInTheOrderOfKinds) {
  const auto planned = Planned().ValueOrDie();
  EXPECT_EQ(Summary(planned.plan),
            Texts({"create project p", "create data source driver_stats", "create data source vals_to_add",
                   "create entity driver", "create feature view driver_hourly_stats",
                   "create on demand feature view conv_rate_plus", "create feature service model_v1"}));
  ASSERT_EQ(planned.plan.infra_changes.size(), 1u);
  EXPECT_EQ(planned.plan.infra_changes[0].name, "p_driver_hourly_stats");
  EXPECT_EQ(planned.plan.views_to_deploy, Texts({"driver_hourly_stats"}));
  EXPECT_EQ(store->commits, 0);
}

TEST_F(PlannerTest, ApplyCommitsOnceAndStoresWhatFeastExpects) {
  Apply();
  EXPECT_EQ(store->commits, 1);
  EXPECT_EQ(online.made, Texts({"driver_hourly_stats"}));
  const auto stored = Stored();
  const auto* view = stored->FindFeatureView("p", "driver_hourly_stats");
  ASSERT_NE(view, nullptr);
  EXPECT_GT(view->meta().created_timestamp().seconds(), 0);
  EXPECT_EQ(view->spec().entity_columns(0).name(), "driver_id");
  const auto* dummy = stored->FindEntity("p", "__dummy");
  ASSERT_NE(dummy, nullptr);
  EXPECT_EQ(dummy->spec().join_key(), "__dummy_id");
  ASSERT_EQ(stored->registry().project_metadata_size(), 1);
  EXPECT_EQ(stored->registry().project_metadata(0).project_uuid().size(), 36u);
  EXPECT_EQ(stored->registry().infra().infra_objects_size(), 1);
}

TEST_F(PlannerTest, AnOnlineStoreThatCannotSayItsTablesEndsThePlan) {
  online.infra_failure = arrow::Status::IOError("the table service is away");
  EXPECT_EQ(Error().message(), "the table service is away");
  EXPECT_EQ(store->commits, 0);
}

TEST_F(PlannerTest, SecondApplyChangesNothingAndWritesNothing) {
  Apply();
  const std::string bytes = store->bytes;
  const auto planned = Apply();
  EXPECT_TRUE(planned.plan.empty()) << RenderPlanText(planned.plan, false);
  EXPECT_EQ(store->commits, 1);
  EXPECT_EQ(store->bytes, bytes);
}

TEST_F(PlannerTest, UpdatesAreShownFieldByField) {
  Apply();
  stats->ttl = std::chrono::hours(48);
  stats->tags = {{"team", "a"}};
  stats->features = {MakeField("conv_rate", Type::Of(ValueType::kDouble)),
                     MakeField("city", Type::Of(ValueType::kString))};
  EXPECT_EQ(
      Summary(Planned().ValueOrDie().plan),
      Texts({"update feature view driver_hourly_stats spec.features[acc_rate]: {name: \"acc_rate\" value_type: FLOAT} "
             "-> ",
             "update feature view driver_hourly_stats spec.features[city]:  -> {name: \"city\" value_type: STRING}",
             "update feature view driver_hourly_stats spec.features[conv_rate].value_type: FLOAT -> DOUBLE",
             "update feature view driver_hourly_stats spec.tags[team]:  -> a",
             "update feature view driver_hourly_stats spec.ttl: 86400s -> 172800s",
             "update on demand feature view conv_rate_plus "
             "spec.sources[driver_hourly_stats].feature_view_projection.feature_columns[acc_rate]: "
             "{name: \"acc_rate\" value_type: FLOAT} -> ",
             "update on demand feature view conv_rate_plus "
             "spec.sources[driver_hourly_stats].feature_view_projection.feature_columns[city]:  -> "
             "{name: \"city\" value_type: STRING}",
             "update on demand feature view conv_rate_plus "
             "spec.sources[driver_hourly_stats].feature_view_projection.feature_columns[conv_rate].value_type: FLOAT "
             "-> DOUBLE",
             "update feature service model_v1 "
             "spec.features[driver_hourly_stats].feature_columns[conv_rate].value_type: FLOAT -> DOUBLE"}));
}

TEST_F(PlannerTest, TextThatIsNotUtf8IsRefusedBeforeAnythingIsDone) {
  stats->origin = {"repo.py", 12};
  stats->tags["team"] = "caf\xe9";
  const auto status = Planned().status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_TRUE(Says(status,
                   "The feature view 'driver_hourly_stats' (repo.py:12) cannot be registered: its "
                   "`tags.value` is 'caf\\xe9', which is not UTF-8 text from byte 4 on"));
}

TEST_F(PlannerTest, TablesThatCannotBeRemovedAfterTheCommitAreAWarning) {
  class Stubborn : public RecordingOnlineStore {
   public:
    arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext&) override {
      return views.empty() ? arrow::Status::OK() : arrow::Status::IOError("the database is locked");
    }
  };
  Apply();
  repo.feature_views.clear();
  repo.on_demand_feature_views.clear();
  repo.feature_services.clear();
  Stubborn online;
  ApplyOptions options;
  options.whole_project = true;
  const auto planned = PlanApply(repo, *Stored(), offline, &online, config, options).ValueOrDie();
  std::vector<std::string> warnings;
  EXPECT_TRUE(CommitPlan(planned, *registry, &online, {}, &warnings).ok());
  EXPECT_EQ(Stored()->FindFeatureView("p", "driver_hourly_stats"), nullptr);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("of 'driver_hourly_stats': the database is locked"), std::string::npos) << warnings[0];
}

TEST_F(PlannerTest, NothingAndTheNamelessAreRefused) {
  ApplyOptions deleting;
  deleting.to_delete.feature_views = {nullptr};
  EXPECT_TRUE(Says(PlanApply(repo, *Stored(), offline, nullptr, config, deleting).status(),
                   "feature_views[0] of the definitions is a null pointer"));
  const Definitions whole = repo;
  repo.entities.push_back(nullptr);
  EXPECT_TRUE(Says(Planned().status(), "entities[1] of the definitions is a null pointer"));
  repo = whole;
  repo.data_sources.push_back(nullptr);
  EXPECT_TRUE(Says(Planned().status(), "is a null pointer"));
  repo = whole;
  repo.feature_services.push_back(std::make_shared<FeatureService>());
  EXPECT_TRUE(Says(Planned().status(), "The feature service feature_services[1] has no name"));
  repo = whole;
  repo.on_demand_feature_views[0]->sources.emplace_back("request", std::shared_ptr<RequestSource>());
  EXPECT_TRUE(
      Says(Planned().status(), "Source 'request' of on demand feature view 'conv_rate_plus' is a null pointer"));
  repo = whole;
  repo.saved_datasets.push_back(std::make_shared<SavedDataset>());
  EXPECT_TRUE(Says(Planned().status(), "has no name"));
}

TEST_F(PlannerTest, FeaturesThatChangePlacesAreShown) {
  Apply();
  std::swap(stats->features[0], stats->features[1]);
  const auto lines = Summary(Planned().ValueOrDie().plan);
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(lines[0], "update feature view driver_hourly_stats spec.features[acc_rate].position: 2 -> 1");
  EXPECT_EQ(lines[1], "update feature view driver_hourly_stats spec.features[conv_rate].position: 1 -> 2");
}

TEST_F(PlannerTest, FunctionsAreComparedByTheirSourceTextNotByTheirPickle) {
  Apply();
  function->pickled_body = "another Python's pickle";
  EXPECT_TRUE(Planned().ValueOrDie().plan.empty());
  function->source_text = "def conv_rate_plus(inputs):\n    return inputs * 2\n";
  const auto planned = Apply();
  ASSERT_EQ(planned.plan.changes.size(), 1u);
  EXPECT_EQ(planned.plan.changes[0].fields[0].path, "spec.feature_transformation.user_defined_function.body_text");
  EXPECT_EQ(Stored()
                ->FindOnDemandFeatureView("p", "conv_rate_plus")
                ->spec()
                .feature_transformation()
                .user_defined_function()
                .body(),
            "another Python's pickle");
}

TEST_F(PlannerTest, AStalePickleDoesNotSurviveANewFunction) {
  Apply();
  function->pickled_body = "";
  function->source_text = "def conv_rate_plus(inputs):\n    return None\n";
  Apply();
  EXPECT_EQ(Stored()
                ->FindOnDemandFeatureView("p", "conv_rate_plus")
                ->spec()
                .feature_transformation()
                .user_defined_function()
                .body(),
            "");
}

TEST_F(PlannerTest, OnlineStoresHearOfEntitiesAndOfRemovalsAfterTheCommit) {
  Apply();
  EXPECT_EQ(online.updates, 1) << "nothing to remove: one update, before the commit";
  EXPECT_EQ(online.entities_kept, Texts({"driver"}));
  EXPECT_FALSE(online.partial);
  repo = Definitions();
  Apply();
  EXPECT_EQ(online.updates, 3);
  EXPECT_EQ(online.entities_removed, Texts({"driver", "driver"})) << "told before and after";
  EXPECT_EQ(online.dropped, Texts({"driver_hourly_stats"}));
  repo.entities = {driver};
  Apply(ApplyOptions());
  EXPECT_TRUE(online.partial);
}

TEST_F(PlannerTest, CarriedObjectsArePlannedLikeTheRest) {
  auto permission = std::make_shared<CarriedObject>(
      CarriedFromJson(CarriedObject::Kind::kPermission, R"({"spec": {"name": "readers", "actions": ["READ_ONLINE"]}})")
          .ValueOrDie());
  repo = Definitions();
  repo.carried_objects = {permission};
  EXPECT_EQ(Summary(Apply().plan), Texts({"create project p", "create permission readers"}));
  EXPECT_EQ(Stored()->registry().permissions(0).spec().project(), "p");
  EXPECT_GT(Stored()->registry().permissions(0).meta().created_timestamp().seconds(), 0);
  EXPECT_EQ(Summary(Planned().ValueOrDie().plan), Texts());
  *permission =
      CarriedFromJson(permission->kind, R"({"spec": {"name": "readers", "actions": ["WRITE_ONLINE"]}})").ValueOrDie();
  EXPECT_EQ(Apply().plan.changes.at(0).action, Action::kUpdate);
  repo.carried_objects.clear();
  EXPECT_EQ(Summary(Apply().plan), Texts({"delete permission readers"}));
  EXPECT_TRUE(CarriedFromJson(permission->kind, "{\"spec\": 1}").status().IsInvalid());
}

TEST_F(PlannerTest, WholeProjectDeletesWhatIsGoneAndPartialDoesNot) {
  Apply();
  repo.feature_services.clear();
  repo.on_demand_feature_views.clear();
  repo.feature_views.clear();
  EXPECT_TRUE(Planned(ApplyOptions()).ValueOrDie().plan.empty());
  const auto planned = Apply();
  EXPECT_EQ(Summary(planned.plan),
            Texts({"delete data source driver_stats", "delete data source vals_to_add",
                   "delete feature view driver_hourly_stats", "delete on demand feature view conv_rate_plus",
                   "delete feature service model_v1"}));
  EXPECT_EQ(planned.plan.views_to_remove, Texts({"driver_hourly_stats"}));
  EXPECT_EQ(online.dropped, Texts({"driver_hourly_stats"}));
  const auto stored = Stored();
  EXPECT_EQ(stored->registry().feature_views_size(), 0);
  EXPECT_EQ(stored->registry().infra().infra_objects_size(), 0);
  EXPECT_NE(stored->FindEntity("p", "driver"), nullptr);
  EXPECT_NE(stored->FindEntity("p", "__dummy"), nullptr);
}

TEST_F(PlannerTest, PartialApplyDeletesWhatItIsTold) {
  Apply();
  repo = Definitions();
  ApplyOptions options;
  options.to_delete.feature_services = {model};
  EXPECT_EQ(Summary(Apply(options).plan), Texts({"delete feature service model_v1"}));
  EXPECT_EQ(Stored()->FindFeatureService("p", "model_v1"), nullptr);
  EXPECT_NE(Stored()->FindFeatureView("p", "driver_hourly_stats"), nullptr);
}

TEST_F(PlannerTest, OtherProjectsAreLeftAlone) {
  Apply();
  config.project = "q";
  Apply();
  repo = Definitions();
  Apply();
  config.project = "p";
  EXPECT_NE(Stored()->FindFeatureView("p", "driver_hourly_stats"), nullptr);
  EXPECT_EQ(Stored()->FindFeatureView("q", "driver_hourly_stats"), nullptr);
  ASSERT_TRUE(Teardown(*registry, &online, "q").ok());
  EXPECT_EQ(Stored()->FindProject("q"), nullptr);
  EXPECT_EQ(Stored()->registry().project_metadata_size(), 1);
  ASSERT_TRUE(Teardown(*registry, &online, "p").ok());
  EXPECT_EQ(store->commits, 0);
}

/// Commits something while the tables of a project are removed.
class InterruptedOnlineStore : public RecordingOnlineStore {
 public:
  arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext& context) override {
    if (meanwhile) meanwhile();
    return RecordingOnlineStore::Teardown(views, context);
  }
  std::function<void()> meanwhile;
};

TEST_F(PlannerTest, TeardownLosesNothingThatCameMeanwhile) {
  Apply();
  InterruptedOnlineStore interrupted;
  const auto add_entity = [&](const std::string& project) {
    ASSERT_TRUE(registry
                    ->Commit([&](core::Registry& edited) -> arrow::Result<bool> {
                      auto* spec = edited.add_entities()->mutable_spec();
                      spec->set_name("new");
                      spec->set_project(project);
                      return true;
                    })
                    .ok());
  };
  interrupted.meanwhile = [&] { add_entity("p"); };
  EXPECT_TRUE(Says(Teardown(*registry, &interrupted, "p"), "Somebody else changed the project"));
  EXPECT_NE(Stored()->FindEntity("p", "new"), nullptr);
  EXPECT_NE(Stored()->FindFeatureView("p", "driver_hourly_stats"), nullptr);
  interrupted.meanwhile = [&] { add_entity("q"); };
  ASSERT_TRUE(Teardown(*registry, &interrupted, "p").ok());
  EXPECT_NE(Stored()->FindEntity("q", "new"), nullptr);
  EXPECT_EQ(Stored()->FindFeatureView("p", "driver_hourly_stats"), nullptr);
}

TEST_F(PlannerTest, UpdateKeepsTimesIntervalsAndWhatIsUnknown) {
  Apply();
  ASSERT_TRUE(registry
                  ->Commit([](core::Registry& edited) -> arrow::Result<bool> {
                    auto* view = edited.mutable_feature_views(0);
                    view->mutable_meta()->add_materialization_intervals()->mutable_end_time()->set_seconds(77);
                    view->mutable_meta()->mutable_created_timestamp()->set_seconds(5);
                    view->mutable_meta()->mutable_last_updated_timestamp()->set_seconds(5);
                    const auto add_unknown = [](google::protobuf::Message* message) {
                      message->GetReflection()->MutableUnknownFields(message)->AddVarint(1000, 42);
                    };
                    add_unknown(view->mutable_spec());
                    add_unknown(view->mutable_spec()->mutable_features(0));
                    add_unknown(view->mutable_spec()->mutable_batch_source());
                    return true;
                  })
                  .ok());
  EXPECT_TRUE(Planned().ValueOrDie().plan.empty());
  stats->description = "new";
  Apply();
  const auto snapshot = Stored();
  const auto& view = *snapshot->FindFeatureView("p", "driver_hourly_stats");
  EXPECT_EQ(view.spec().description(), "new");
  EXPECT_EQ(view.meta().materialization_intervals(0).end_time().seconds(), 77);
  EXPECT_EQ(view.meta().created_timestamp().seconds(), 5);
  EXPECT_GT(view.meta().last_updated_timestamp().seconds(), 5);
  const auto unknown_of = [](const google::protobuf::Message& message) {
    return message.GetReflection()->GetUnknownFields(message).field_count();
  };
  EXPECT_EQ(unknown_of(view.spec()), 1);
  EXPECT_EQ(unknown_of(view.spec().features(0)), 1);
  EXPECT_EQ(unknown_of(view.spec().features(1)), 0);
  EXPECT_EQ(unknown_of(view.spec().batch_source()), 1);
}

TEST_F(PlannerTest, ProjectionsFollowTheirViewsWithoutBeingShown) {
  Apply();
  offline.schemas["moved"] = offline.schemas["driver_stats"];
  source->path = "elsewhere.parquet";
  const auto planned = Apply();
  for (const auto& change : planned.plan.changes) EXPECT_NE(change.kind, ObjectKind::kFeatureService);
  EXPECT_EQ(Stored()->FindFeatureService("p", "model_v1")->spec().features(0).batch_source().file_options().uri(),
            "elsewhere.parquet");
}

TEST_F(PlannerTest, OfflineViewsHaveTablesAsInFeast) {
  stats->online = false;
  ASSERT_EQ(Apply().plan.infra_changes.size(), 1u);
  stats->online = true;
  EXPECT_TRUE(Apply().plan.infra_changes.empty());
  EXPECT_EQ(online.dropped, Texts({}));
}

TEST_F(PlannerTest, WhatTheOnlineStoreRefusesIsRefusedByThePlan) {
  online.refusal = arrow::Status::NotImplemented("no such store");
  EXPECT_TRUE(Says(Error(), "no such store"));
}

TEST_F(PlannerTest, LabelViewsHaveTables) {
  core::LabelView labels;
  labels.mutable_spec()->set_name("labels");
  labels.mutable_spec()->set_online(true);
  repo.carried_objects.push_back(std::make_shared<CarriedObject>(FromProto(labels)));
  const auto planned = Apply();
  EXPECT_EQ(planned.plan.views_to_deploy, Texts({"driver_hourly_stats", "labels"}));
  ASSERT_EQ(planned.plan.infra_changes.size(), 2u);
  EXPECT_EQ(planned.plan.infra_changes[1].name, "p_labels");
  EXPECT_EQ(online.made, Texts({"driver_hourly_stats", "labels"}));
  EXPECT_TRUE(Planned().ValueOrDie().plan.empty());
  repo.carried_objects.clear();
  EXPECT_EQ(Apply().plan.views_to_remove, Texts({"labels"}));
  EXPECT_EQ(online.dropped, Texts({"labels"}));
}

TEST_F(PlannerTest, AViewRenamedInCaseKeepsItsTable) {
  Apply();
  repo.on_demand_feature_views.clear();
  repo.feature_services.clear();
  stats->name = "Driver_Hourly_Stats";
  const auto plan = Planned().ValueOrDie().plan;
  ASSERT_EQ(plan.infra_changes.size(), 1u);
  EXPECT_EQ(plan.infra_changes[0].action, Action::kUpdate);
  EXPECT_EQ(plan.views_to_remove, Texts({}));
}

TEST_F(PlannerTest, NoSecretIsInAPlan) {
  driver->tags = {{"db_password", "S3CR3T-1"}, {"url", "redis://:S3CR3T-2@h"}};
  model->tags = {{"token", "S3CR3T-3"}};
  Apply();
  driver->tags = {{"db_password", "S3CR3T-4"}, {"url", "redis://:S3CR3T-5@h/1"}};
  stats->ttl = std::chrono::hours(1);
  stats->features[0].tags = {{"api_key", "S3CR3T-6"}};
  const auto plan = Planned().ValueOrDie().plan;
  EXPECT_EQ(plan.changes.size(), 4u) << "a secret that changes is a change, also where the feature is carried along";
  const std::string text = RenderPlanText(plan, false);
  EXPECT_EQ(text.find("S3CR3T"), std::string::npos) << text;
  EXPECT_NE(text.find("spec.tags[db_password]: ******** -> ********"), std::string::npos) << text;
}

TEST_F(PlannerTest, WithoutAnOnlineStoreThereIsNoInfrastructure) {
  use_online = false;
  const auto planned = Apply();
  EXPECT_TRUE(planned.plan.infra_changes.empty());
  EXPECT_EQ(planned.plan.views_to_deploy, Texts({"driver_hourly_stats"}));
  EXPECT_TRUE(Planned().ValueOrDie().plan.empty());
}

TEST_F(PlannerTest, TextIsThatOfFeast) {
  Apply();
  stats->ttl = std::chrono::hours(48);
  stats->name = "renamed";
  model->features.clear();
  repo.on_demand_feature_views.clear();
  driver->description = "a driver";
  EXPECT_EQ(RenderPlanText(Planned().ValueOrDie().plan, false),
            "Deleted data source vals_to_add\n"
            "Updated entity driver\n"
            "\tspec.description:  -> a driver\n"
            "Deleted feature view driver_hourly_stats\n"
            "\tBREAKING: view deleted while in use; touches feature service model_v1\n"
            "Created feature view renamed\n"
            "Deleted on demand feature view conv_rate_plus\n"
            "\tBREAKING: view deleted while in use; touches feature service model_v1\n"
            "Updated feature service model_v1\n"
            "\tspec.features[conv_rate_plus]: {feature_view_name: \"conv_rate_plus\" feature_columns { name: "
            "\"conv_rate_plus_val\" value_type: DOUBLE } view_type: \"featureView\"} -> \n"
            "\tspec.features[driver_hourly_stats]: " +
                Planned().ValueOrDie().plan.changes.back().fields.back().before +
                " -> \n"
                "\tBREAKING: loses every feature of view 'conv_rate_plus'\n"
                "\tBREAKING: loses every feature of view 'driver_hourly_stats'\n"
                "\n"
                "Deleted sqlite table p_driver_hourly_stats\n"
                "Created sqlite table p_renamed\n"
                "\n"
                "1 to add, 2 to change, 3 to delete — 3 breaking\n");
}

TEST(RenderPlanText, NothingToDo) {
  EXPECT_EQ(RenderPlanText(Plan(), false),
            "No changes to registry\n\nNo changes to infrastructure\n\n0 to add, 0 to change, 0 to delete\n");
}

TEST(RenderPlanText, TextsOfSeveralLinesAreComparedByLine) {
  Plan plan;
  plan.changes.push_back(
      {Action::kUpdate, ObjectKind::kOnDemandFeatureView, "v", {{"body_text", "a\nb\nc\n", "a\nB\nc\nd\n"}}});
  EXPECT_EQ(
      RenderPlanText(plan, false),
      "Updated on demand feature view v\n\tbody_text:\n\t\t- b\n\t\t+ B\n\t\t+ d\n\nNo changes to infrastructure\n"
      "\n0 to add, 1 to change, 0 to delete\n");
}

TEST(RenderPlanText, ColoursTheName) {
  Plan plan;
  plan.changes.push_back({Action::kCreate, ObjectKind::kEntity, "driver", {}});
  EXPECT_NE(RenderPlanText(plan, true).find("Created entity \033[92mdriver\033[0m\n"), std::string::npos);
}

TEST(RenderPlanJson, HasTheDocumentedKeys) {
  Plan plan;
  plan.project = "p";
  plan.changes.push_back({Action::kUpdate, ObjectKind::kFeatureView, "v", {{"spec.ttl", "1s", "\xff"}}});
  plan.infra_changes.push_back({Action::kDelete, "sqlite table", "p_v"});
  const std::string json = RenderPlanJson(plan);
  EXPECT_EQ(json.find("{\n  \"format_version\": 1,\n  \"project\": \"p\",\n  \"has_changes\": true,"), 0u) << json;
  EXPECT_NE(json.find("\"kind\": \"feature view\""), std::string::npos);
  EXPECT_NE(json.find("\"path\": \"spec.ttl\""), std::string::npos);
  EXPECT_NE(RenderPlanJson(Plan()).find("\"has_changes\": false"), std::string::npos);
}

class FeastWroteIt : public PlanTestRepo {
 protected:
  void Load(const std::string& project) {
    std::ifstream file(FEAST_SOURCE_DIR "/tests/data/registries/" + project + ".pb", std::ios::binary);
    store->bytes.assign(std::istreambuf_iterator<char>(file), {});
    ASSERT_FALSE(store->bytes.empty());
    store->commits = 1;
    config.project = project;
    use_online = false;
    whole.skip_source_validation = true;
    TakeStoredDefinitions();
  }
  void TakeStoredDefinitions() { repo = FromProto(Stored()->registry(), config.project).ValueOrDie(); }
};

TEST_F(FeastWroteIt, PlanOfTheSameDefinitionsIsEmpty) {
  Load("local");
  EXPECT_EQ(Summary(Planned().ValueOrDie().plan), Texts());
}

TEST_F(FeastWroteIt, WhatWasNeverAppliedIsCompletedOnce) {
  // These objects were stored without apply's inference, so some lack their entity columns; and a service selects a
  // join key.
  Load("warehouse");
  for (const auto& change : Apply().plan.changes) {
    EXPECT_EQ(change.action, Action::kUpdate);
    for (const auto& field : change.fields) EXPECT_NE(field.path.find("[driver_id]"), std::string::npos) << field.path;
  }
  TakeStoredDefinitions();
  EXPECT_EQ(Summary(Planned().ValueOrDie().plan), Texts());
}

TEST_F(PlannerTest, FiveHundredViewsOfTwentyFeaturesAreNoChangeTheSecondTime) {
  repo = Definitions();
  repo.entities = {driver};
  std::vector<std::shared_ptr<arrow::Field>> columns = offline.schemas["driver_stats"]->fields();
  std::vector<Field> features;
  for (int i = 0; i < 20; ++i) {
    features.push_back(MakeField("feature_" + std::to_string(i), Type::Of(ValueType::kDouble)));
    columns.push_back(arrow::field(features.back().name, arrow::float64()));
  }
  for (int i = 0; i < 500; ++i) {
    auto its_source = std::make_shared<FileSource>(*source);
    its_source->name = "source_" + std::to_string(i);
    offline.schemas[its_source->name] = arrow::schema(columns);
    auto view = std::make_shared<FeatureView>(*stats);
    view->name = "view_" + std::to_string(i);
    view->batch_source = its_source;
    view->features = features;
    repo.feature_views.push_back(view);
  }
  Apply();
  EXPECT_TRUE(Planned().ValueOrDie().plan.empty());
}

}  // namespace
}  // namespace feast
