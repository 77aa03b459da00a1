// The store on SQLite files; tests/backends has it on PostgreSQL and beside real Feast.
#include "registry/stores/sql_registry_store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

#include "databases/sqlite_database.h"
#include "feast/call_context.h"
#include "gtest/gtest.h"
#include "registry/registry.h"
#include "registry/registry_test_edits.h"
#include "system/test_folder.h"

namespace feast {
namespace {

RepoConfig Config(const std::filesystem::path& file) {
  RepoConfig config;
  config.project = "p";
  config.registry.registry_type = "sql";
  config.registry.path = "sqlite:///" + file.string();
  return config;
}

std::unique_ptr<Registry> Open(const RepoConfig& config) { return Registry::Open(config).ValueOrDie(); }
std::unique_ptr<RegistryStore> Store(const RepoConfig& config) { return MakeRegistryStore(config).ValueOrDie(); }

void AddEntity(core::Registry* registry, const std::string& name, const std::string& project = "p") {
  auto* spec = registry->add_entities()->mutable_spec();
  spec->set_name(name);
  spec->set_project(project);
}

arrow::Status Apply(Registry& registry, const std::function<void(core::Registry*)>& change) {
  return registry.Commit([&](core::Registry& edited) -> arrow::Result<bool> {
    change(&edited);
    return true;
  });
}

/// What others do to the database: one statement, its rows as text with | between columns.
std::string Sql(const std::filesystem::path& file, const std::string& sql) {
  const auto database = OpenSqlite(file, true).ValueOrDie();
  std::string text;
  for (const SqlRow& row : database->Run(sql).ValueOrDie()) {
    for (size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : "|") + row[i].value_or("NULL");
    text += "\n";
  }
  return text;
}

TEST(SqlRegistryStore, ReadingMakesNoDatabase) {
  TestFolder folder;
  const auto loaded = Store(Config(folder / "a/r.db"))->Load().ValueOrDie();
  EXPECT_FALSE(loaded.exists);
  EXPECT_EQ(loaded.version, "");
  EXPECT_FALSE(std::filesystem::exists(folder / "a"));
  EXPECT_TRUE(Store(Config(folder / "a/r.db"))->Remove("").ok());
}

TEST(SqlRegistryStore, EveryKindOfObjectComesBack) {
  TestFolder folder;
  const RepoConfig config = Config(folder / "r.db");
  core::Registry made;
  ASSERT_TRUE(Apply(*Open(config), [&](core::Registry* r) {
                r->add_projects()->mutable_spec()->set_name("p");
                AddEntity(r, "driver");
                auto* source = r->add_data_sources();
                source->set_name("stats");
                source->set_project("p");
                const auto name = [](auto* object) {
                  object->mutable_spec()->set_name("x");
                  object->mutable_spec()->set_project("p");
                };
                name(r->add_feature_views());
                name(r->add_on_demand_feature_views());
                name(r->add_stream_feature_views());
                name(r->add_label_views());
                name(r->add_feature_services());
                name(r->add_saved_datasets());
                name(r->add_permissions());
                auto* reference = r->add_validation_references();
                reference->set_name("x");
                reference->set_project("p");
                r->mutable_infra()->add_infra_objects()->set_infra_object_class_type("table");
                auto* metadata = r->add_project_metadata();
                metadata->set_project("p");
                metadata->set_project_uuid("u-1");
                made = *r;
              }).ok());
  const auto snapshot = Open(config)->Current(false).ValueOrDie();
  core::Registry read = snapshot->registry();
  EXPECT_EQ(read.registry_schema_version(), "1");
  EXPECT_GT(read.last_updated().seconds(), 1'600'000'000);
  read.clear_registry_schema_version();
  read.clear_last_updated();
  EXPECT_FALSE(read.version_id().empty());
  read.clear_version_id();
  EXPECT_EQ(read.SerializeAsString(), made.SerializeAsString());
}

TEST(SqlRegistryStore, WritesOnlyTheRowsThatDiffer) {
  TestFolder folder;
  const RepoConfig config = Config(folder / "r.db");
  ASSERT_TRUE(Apply(*Open(config), [](core::Registry* r) {
                for (const char* name : {"city", "driver", "gone"}) AddEntity(r, name);
              }).ok());
  Sql(folder / "r.db", "UPDATE entities SET last_updated_timestamp = 7");
  ASSERT_TRUE(Apply(*Open(config), [](core::Registry* r) {
                r->mutable_entities(0)->mutable_spec()->set_description("new");
                r->mutable_entities()->RemoveLast();
              }).ok());
  EXPECT_EQ(
      Sql(folder / "r.db", "SELECT entity_name, CAST(last_updated_timestamp = 7 AS TEXT) FROM entities ORDER BY 1"),
      "city|0\ndriver|1\n");
}

TEST(SqlRegistryStore, ColumnsAndTablesOfOthersAreLeftAlone) {
  TestFolder folder;
  const RepoConfig config = Config(folder / "r.db");
  const auto add_view = [](core::Registry* r) {
    auto* spec = r->add_feature_views()->mutable_spec();
    spec->set_name("v");
    spec->set_project("p");
  };
  ASSERT_TRUE(Apply(*Open(config), add_view).ok());
  Sql(folder / "r.db", "UPDATE feature_views SET user_metadata = 'mine'");
  Sql(folder / "r.db", "INSERT INTO feast_metadata VALUES ('p', 'team', 'rides', 1)");
  Sql(folder / "r.db", "CREATE TABLE other (x)");
  ASSERT_TRUE(Apply(*Open(config), [](core::Registry* r) {
                r->mutable_feature_views(0)->mutable_spec()->set_description("new");
              }).ok());
  EXPECT_EQ(Sql(folder / "r.db", "SELECT user_metadata FROM feature_views"), "mine\n");
  EXPECT_EQ(Sql(folder / "r.db", "SELECT metadata_value FROM feast_metadata WHERE metadata_key = 'team'"), "rides\n");
  EXPECT_EQ(Store(config)->Remove("older").ValueOrDie(), CommitOutcome::kConflict);
  EXPECT_TRUE(Store(config)->Load().ValueOrDie().exists);
  ASSERT_TRUE(Open(config)->Remove(Always).ok());
  EXPECT_FALSE(Store(config)->Load().ValueOrDie().exists);
  EXPECT_EQ(Sql(folder / "r.db", "SELECT count(*) || '' FROM other"), "0\n");
}

TEST(SqlRegistryStore, EarlierVersionsGoWithTheirView) {
  TestFolder folder;
  const RepoConfig config = Config(folder / "r.db");
  ASSERT_TRUE(Apply(*Open(config), [](core::Registry* r) {
                for (const char* name : {"v", "w"}) {
                  auto* spec = r->add_feature_views()->mutable_spec();
                  spec->set_name(name);
                  spec->set_project("p");
                }
              }).ok());
  for (const char* name : {"v", "w"}) {
    Sql(folder / "r.db", "INSERT INTO feature_view_version_history VALUES ('" + std::string(name) +
                             "', 'p', 0, 'feature_view', x'', 1, '', 'id')");
  }
  ASSERT_TRUE(Apply(*Open(config), [](core::Registry* r) { r->mutable_feature_views()->DeleteSubrange(0, 1); }).ok());
  EXPECT_EQ(Sql(folder / "r.db", "SELECT feature_view_name FROM feature_view_version_history"), "w\n");
}

TEST(SqlRegistryStore, RefusesACommitOnAnOlderVersion) {
  TestFolder folder;
  const RepoConfig config = Config(folder / "r.db");
  const auto store = Store(config);
  core::Registry registry;
  AddEntity(&registry, "driver");
  ASSERT_EQ(store->Commit(registry.SerializeAsString(), "").ValueOrDie().outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(store->Commit(registry.SerializeAsString(), "").ValueOrDie().outcome, CommitOutcome::kConflict);
  const auto loaded = store->Load().ValueOrDie();
  EXPECT_EQ(store->LoadIfChanged(loaded.version).ValueOrDie().bytes, "");
  // As Feast would write it: in the same second, and with nothing counted anywhere.
  Sql(folder / "r.db",
      "INSERT INTO entities SELECT 'city', project_id, last_updated_timestamp, entity_proto FROM entities");
  EXPECT_NE(store->LoadIfChanged(loaded.version).ValueOrDie().bytes, "");
  EXPECT_EQ(store->Commit(registry.SerializeAsString(), loaded.version).ValueOrDie().outcome, CommitOutcome::kConflict);
}

TEST(SqlRegistryStore, ProjectsShareADatabase) {
  TestFolder folder;
  const RepoConfig mine = Config(folder / "r.db");
  RepoConfig theirs = mine;
  theirs.project = "q";
  const auto infra = [](const char* type) {
    return [type](core::Registry* r) {
      r->mutable_infra()->Clear();
      r->mutable_infra()->add_infra_objects()->set_infra_object_class_type(type);
    };
  };
  ASSERT_TRUE(Apply(*Open(mine), infra("mine")).ok());
  ASSERT_TRUE(Apply(*Open(theirs), infra("theirs")).ok());
  const auto snapshot = Open(mine)->Current(false).ValueOrDie();
  ASSERT_EQ(snapshot->registry().infra().infra_objects_size(), 1);
  EXPECT_EQ(snapshot->registry().infra().infra_objects(0).infra_object_class_type(), "mine");
}

TEST(SqlRegistryStore, EightProcessesLoseNoUpdate) {
  TestFolder folder;
  const RepoConfig config = Config(folder / "r.db");
  constexpr int kWriters = 8, kCommitsEach = 10;
  std::vector<pid_t> children;
  for (int writer = 0; writer < kWriters; ++writer) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    const auto registry = Open(config);
    for (int i = 0; i < kCommitsEach; ++i) {
      const std::string name = std::to_string(writer) + "_" + std::to_string(i);
      if (!Apply(*registry, [&](core::Registry* r) { AddEntity(r, name); }).ok()) _exit(1);
    }
    _exit(0);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(Open(config)->Current(false).ValueOrDie()->registry().entities_size(), kWriters * kCommitsEach);
}

TEST(SqlRegistryStore, ADatabaseThatOthersKeepLockedEndsTheCallInTime) {
  TestFolder folder;
  const RepoConfig config = Config(folder / "r.db");
  const auto registry = Open(config);
  const auto add = [](core::Registry* r) { AddEntity(r, "driver"); };
  ASSERT_TRUE(Apply(*registry, [](core::Registry* r) { AddEntity(r, "city"); }).ok());
  const auto other = OpenSqlite(folder / "r.db", true).ValueOrDie();
  ASSERT_TRUE(other->Run("BEGIN EXCLUSIVE").ok());
  const auto begin = std::chrono::steady_clock::now();
  {
    const CallScope scope({.deadline = Deadline::After(std::chrono::milliseconds(100))});
    EXPECT_TRUE(Apply(*registry, add).IsCancelled());
    EXPECT_TRUE(Store(config)->Load().status().IsCancelled());
  }
  // A store that is going away ends what other threads wait for in it.
  const auto store = Store(config);
  std::thread closing([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    store->Stop();
  });
  EXPECT_TRUE(store->Load().status().IsCancelled());
  closing.join();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  ASSERT_TRUE(other->Run("COMMIT").ok());
  EXPECT_TRUE(Apply(*registry, add).ok());
  EXPECT_EQ(registry->Current(false).ValueOrDie()->registry().entities_size(), 2);
}

TEST(SqlRegistryStore, SchemaModes) {
  TestFolder folder;
  RepoConfig config = Config(folder / "r.db");
  Sql(folder / "r.db", "CREATE TABLE other (x)");
  config.registry.options["schema_mode"] = ConfigValue(std::string("verify"));
  EXPECT_TRUE(Says(Store(config)->Load().status(), "lacks tables, and `registry.schema_mode` is verify"));
  const auto add = [](core::Registry* r) { AddEntity(r, "driver"); };
  EXPECT_TRUE(Says(Apply(*Open(config), add), "Set `registry.schema_mode: auto` once"));
  config.registry.options["schema_mode"] = ConfigValue(std::string("skip"));
  EXPECT_FALSE(Store(config)->Load().ValueOrDie().exists);
  EXPECT_TRUE(Says(Apply(*Open(config), add), "`registry.schema_mode` lets nobody make it"));
  config.registry.options["schema_mode"] = ConfigValue(std::string("auto"));
  EXPECT_TRUE(Apply(*Open(config), add).ok());
  config.registry.options["schema_mode"] = ConfigValue(std::string("verify"));
  EXPECT_TRUE(Apply(*Open(config), [](core::Registry* r) { AddEntity(r, "city"); }).ok());
}

TEST(SqlRegistryStore, ReadsFromTheReadPath) {
  TestFolder folder;
  RepoConfig config = Config(folder / "r.db");
  ASSERT_TRUE(Apply(*Open(config), [](core::Registry* r) { AddEntity(r, "driver"); }).ok());
  std::filesystem::copy_file(folder / "r.db", folder / "replica.db");
  config.registry.options["read_path"] = ConfigValue("sqlite:///" + (folder / "replica.db").string());
  // The replica lags behind; commits are made on what is really there.
  ASSERT_TRUE(Apply(*Open(config), [](core::Registry* r) { AddEntity(r, "city"); }).ok());
  ASSERT_TRUE(Apply(*Open(config), [](core::Registry* r) { AddEntity(r, "zone"); }).ok());
  EXPECT_EQ(Open(config)->Current(false).ValueOrDie()->registry().entities_size(), 1);
  EXPECT_EQ(Open(Config(folder / "r.db"))->Current(false).ValueOrDie()->registry().entities_size(), 3);
}

TEST(SqlRegistryStore, PurgedMetadataStaysAway) {
  TestFolder folder;
  RepoConfig config = Config(folder / "r.db");
  config.registry.options["purge_feast_metadata"] = ConfigValue(true);
  ASSERT_TRUE(Apply(*Open(config), [](core::Registry* r) { AddEntity(r, "driver"); }).ok());
  EXPECT_EQ(Sql(folder / "r.db", "SELECT count(*) || '' FROM feast_metadata"), "0\n");
}

TEST(SqlRegistryStore, DamageIsNamed) {
  struct Case {
    const char *sql, *says;
  };
  const Case cases[] = {
      {"UPDATE entities SET entity_proto = x'ff'",
       "A row of the registry's table 'entities' is damaged: 'driver' of project 'p'"},
      {"ALTER TABLE entities RENAME COLUMN entity_proto TO body", "it has no column 'entity_proto'"},
  };
  for (const Case& c : cases) {
    TestFolder folder;
    const RepoConfig config = Config(folder / "r.db");
    ASSERT_TRUE(Apply(*Open(config), [](core::Registry* r) { AddEntity(r, "driver"); }).ok());
    Sql(folder / "r.db", c.sql);
    EXPECT_TRUE(Says(Store(config)->Load().status(), c.says));
    EXPECT_TRUE(Says(Apply(*Open(config), [](core::Registry* r) { AddEntity(r, "city"); }), c.says));
  }
  TestFolder folder;
  WriteFile(folder / "r.db", "This is no database, but a text that is long enough to be mistaken for the head of one.");
  EXPECT_TRUE(Says(Store(Config(folder / "r.db"))->Load().status(), "file is not a database"));
}

}  // namespace
}  // namespace feast
