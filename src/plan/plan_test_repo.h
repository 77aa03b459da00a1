// A small feature repo for tests, an offline store that knows its columns, and a registry in memory.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "arrow/array/util.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "feast/core/InfraObject.pb.h"
#include "feast/definitions.h"
#include "gtest/gtest.h"
#include "offline/offline_store.h"
#include "online/online_store.h"
#include "plan/planner.h"
#include "registry/registry.h"
#include "system/nothing_there.h"
#include "system/test_folder.h"

namespace feast {

/// Knows schemas by the source's name; everything else cannot be read.
class SchemaOnlyStore : public OfflineStore {
 public:
  std::map<std::string, std::shared_ptr<arrow::Schema>> schemas;
  /// Of these the data is not there yet.
  std::set<std::string> not_there;

  arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource& source, const CallContext&) override {
    if (source.kind() != DataSource::Kind::kFile) return arrow::Status::NotImplemented("not a file");
    if (not_there.count(source.name) != 0) return WithNothingThere(arrow::Status::IOError("nothing at the path"));
    const auto found = schemas.find(source.name);
    if (found == schemas.end()) return arrow::Status::IOError("no such file");
    return found->second;
  }
  arrow::Result<std::shared_ptr<Query>> PointInTime(const ResolvedRequest&) override {
    return arrow::Status::NotImplemented("");
  }
  arrow::Result<std::shared_ptr<Query>> Pull(const PullRequest&) override { return arrow::Status::NotImplemented(""); }
  arrow::Result<std::unique_ptr<RowWriter>> OpenWrite(const DataSource&, Overwrite, const CallContext&) override {
    return arrow::Status::NotImplemented("");
  }
};

/// Remembers what it was told.
class RecordingOnlineStore : public OnlineStore {
 public:
  std::vector<std::string> made, dropped, entities_kept, entities_removed;
  bool partial = false;
  int updates = 0;
  arrow::Status refusal;
  /// What InfraFor says instead of an answer.
  arrow::Status infra_failure;

  arrow::Status Check(const OnlineUpdate&, const CallContext&) override { return refusal; }

  arrow::Result<std::vector<core::InfraObject>> InfraFor(
      const std::vector<std::shared_ptr<FeatureView>>& views) const override {
    ARROW_RETURN_NOT_OK(infra_failure);
    std::vector<core::InfraObject> objects(views.size());
    for (size_t i = 0; i < views.size(); ++i) {
      objects[i].set_infra_object_class_type("sqlite");
      objects[i].mutable_sqlite_table()->set_path("/online.db");
      objects[i].mutable_sqlite_table()->set_name("p_" + views[i]->name);
    }
    return objects;
  }
  std::string infra_type() const override { return "sqlite table"; }
  arrow::Status Update(const OnlineUpdate& update, const CallContext& context) override {
    ++updates;
    for (const auto& view : update.keep) made.push_back(view->name);
    for (const auto& entity : update.entities_to_keep) entities_kept.push_back(entity->name);
    for (const auto& entity : update.entities_to_remove) entities_removed.push_back(entity->name);
    partial = update.partial;
    return Teardown(update.remove, context);
  }
  arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext&) override {
    for (const auto& view : views) dropped.push_back(view->name);
    return arrow::Status::OK();
  }
};

class MemoryRegistryStore : public RegistryStore {
 public:
  arrow::Result<RegistryBytes> Load() override {
    if (commits == 0) return RegistryBytes{};
    return RegistryBytes{true, bytes, std::to_string(commits)};
  }
  arrow::Result<RegistryBytes> LoadIfChanged(const std::string&) override { return Load(); }
  arrow::Result<CommitResult> Commit(const std::string& new_bytes, const std::string& expected) override {
    if (expected != (commits == 0 ? "" : std::to_string(commits))) return CommitResult{CommitOutcome::kConflict, {}};
    bytes = new_bytes;
    ++commits;
    return CommitResult{CommitOutcome::kCommitted, std::to_string(commits)};
  }
  arrow::Result<CommitOutcome> Remove(const std::string& expected) override {
    if (expected != (commits == 0 ? "" : std::to_string(commits))) return CommitOutcome::kConflict;
    commits = 0;
    return CommitOutcome::kCommitted;
  }
  std::string location() const override { return "memory"; }

  std::string bytes;
  int commits = 0;
};

/// Adds the column that the repo's on-demand view declares.
class TestTransformation : public Transformation {
 public:
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(
      const std::shared_ptr<arrow::RecordBatch>& input) const override {
    ARROW_ASSIGN_OR_RAISE(auto sum, arrow::MakeArrayOfNull(arrow::float64(), input->num_rows()));
    return input->AddColumn(input->num_columns(), "conv_rate_plus_val", std::move(sum));
  }
};

inline Field MakeField(const std::string& name, Type type) {
  Field field;
  field.name = name;
  field.type = std::move(type);
  return field;
}

/// The repo of most tests: drivers, their hourly statistics, an on-demand view and a service. Fields are public for
/// tests to change.
class PlanTestRepo : public testing::Test {
 protected:
  PlanTestRepo() {
    config.project = "p";
    auto stored = std::make_unique<MemoryRegistryStore>();
    store = stored.get();
    registry = std::make_unique<Registry>(std::move(stored), std::chrono::seconds(600));

    driver = std::make_shared<Entity>();
    driver->name = "driver";
    driver->join_key = "driver_id";
    driver->origin = {"repo.py", 3};

    source = std::make_shared<FileSource>();
    source->name = "driver_stats";
    source->path = "driver_stats.parquet";
    source->timestamp_field = "event_timestamp";
    source->created_timestamp_column = "created";
    source->origin = {"repo.py", 5};
    const auto time = arrow::timestamp(arrow::TimeUnit::NANO, "UTC");
    offline.schemas["driver_stats"] =
        arrow::schema({arrow::field("event_timestamp", time), arrow::field("driver_id", arrow::int64()),
                       arrow::field("conv_rate", arrow::float64()), arrow::field("acc_rate", arrow::float32()),
                       arrow::field("avg_daily_trips", arrow::int32()), arrow::field("city", arrow::utf8()),
                       arrow::field("__index", arrow::int64()), arrow::field("created", time)});

    stats = std::make_shared<FeatureView>();
    stats->name = "driver_hourly_stats";
    stats->entities = {"driver"};
    stats->batch_source = source;
    stats->ttl = std::chrono::hours(24);
    stats->features = {MakeField("conv_rate", Type::Of(ValueType::kFloat)),
                       MakeField("acc_rate", Type::Of(ValueType::kFloat))};
    stats->origin = {"repo.py", 9};

    request = std::make_shared<RequestSource>();
    request->name = "vals_to_add";
    request->schema = {MakeField("val_to_add", Type::Of(ValueType::kInt64))};

    sum = std::make_shared<OnDemandFeatureView>();
    sum->name = "conv_rate_plus";
    sum->features = {MakeField("conv_rate_plus_val", Type::Of(ValueType::kDouble))};
    FeatureViewProjection of_stats;
    of_stats.name = stats->name;
    sum->sources = {{stats->name, of_stats}, {request->name, request}};
    function = std::make_shared<TestTransformation>();
    function->name = "conv_rate_plus";
    function->mode = "pandas";
    function->source_text = "def conv_rate_plus(inputs):\n    return inputs\n";
    function->pickled_body = "pickle";
    sum->transformation = function;
    sum->origin = {"repo.py", 15};

    model = std::make_shared<FeatureService>();
    model->name = "model_v1";
    FeatureViewProjection of_sum;
    of_sum.name = sum->name;
    of_stats.features = {MakeField("conv_rate", Type())};
    model->features = {of_stats, of_sum};
    model->origin = {"repo.py", 25};

    repo.entities = {driver};
    repo.feature_views = {stats};
    repo.on_demand_feature_views = {sum};
    repo.feature_services = {model};
    whole.whole_project = true;
  }

  arrow::Result<PlannedApply> Planned(const ApplyOptions& options) {
    ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry->Current(false));
    return PlanApply(repo, *snapshot, offline, use_online ? &online : nullptr, config, options);
  }
  arrow::Result<PlannedApply> Planned() { return Planned(whole); }
  arrow::Status Error() { return Planned().status(); }

  /// Plans and commits; gives the plan.
  PlannedApply Apply(const ApplyOptions& options) {
    auto planned = Planned(options).ValueOrDie();
    const auto status = CommitPlan(planned, *registry, use_online ? &online : nullptr);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return planned;
  }
  PlannedApply Apply() { return Apply(whole); }

  std::shared_ptr<const Snapshot> Stored() { return registry->Current(false).ValueOrDie(); }

  /// "create entity driver", … and "update … name path: before -> after".
  static std::vector<std::string> Summary(const Plan& plan) {
    std::vector<std::string> lines;
    for (const auto& change : plan.changes) {
      const char* action = change.action == Action::kCreate   ? "create "
                           : change.action == Action::kUpdate ? "update "
                                                              : "delete ";
      const std::string line = action + std::string(ObjectKindName(change.kind)) + " " + change.name;
      if (change.fields.empty()) lines.push_back(line);
      for (const auto& field : change.fields) {
        lines.push_back(line + " " + field.path + ": " + field.before + " -> " + field.after);
      }
    }
    return lines;
  }

  RepoConfig config;
  SchemaOnlyStore offline;
  RecordingOnlineStore online;
  bool use_online = true;
  MemoryRegistryStore* store;
  std::unique_ptr<Registry> registry;
  ApplyOptions whole;

  std::shared_ptr<Entity> driver;
  std::shared_ptr<FileSource> source;
  std::shared_ptr<FeatureView> stats;
  std::shared_ptr<RequestSource> request;
  std::shared_ptr<OnDemandFeatureView> sum;
  std::shared_ptr<TestTransformation> function;
  std::shared_ptr<FeatureService> model;
  Definitions repo;
};

}  // namespace feast
