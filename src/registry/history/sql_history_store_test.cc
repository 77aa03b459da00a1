// The history of registries in SQLite files; tests/backends has it on PostgreSQL and beside real Feast.
#include "registry/history/sql_history_store.h"

#include <string>

#include "databases/sqlite_database.h"
#include "gtest/gtest.h"
#include "registry/history/sql_history_table.h"
#include "registry/registry.h"
#include "registry/registry_test_edits.h"
#include "registry/registry_versions.h"
#include "system/test_folder.h"

namespace feast {
namespace {

RepoConfig Config(const TestFolder& folder, int64_t records_max = 100) {
  RepoConfig config;
  config.project = "p";
  config.registry.registry_type = "sql";
  config.registry.path = "sqlite:///" + (folder / "r.db").string();
  config.registry.options["history_max"] = ConfigValue(records_max);
  return config;
}

arrow::Status CommitEntity(const RepoConfig& config, const std::string& name) {
  HistoryEntry entry;
  entry.command = "add " + name;
  return Registry::Open(config).ValueOrDie()->Commit(AddEntity(name), entry);
}

/// "3 add c, 2 add b": number and command of each version, newest first.
std::string Log(const RepoConfig& config) {
  const auto registry = Registry::Open(config).ValueOrDie();
  const std::string head = registry->Current(false).ValueOrDie()->registry().version_id();
  const auto records = registry->history()->Log(head, 100).ValueOrDie();
  std::string text;
  for (const auto& record : records) {
    const std::string& what = record.entry.command.empty() ? record.entry.summary : record.entry.command;
    text += (text.empty() ? "" : ", ") + std::to_string(record.number) + " " + what;
  }
  return text;
}

int EntitiesIn(const RepoConfig& config, const std::string& version) {
  const auto registry = Registry::Open(config).ValueOrDie();
  const auto current = registry->Current(false).ValueOrDie();
  return VersionOf(*registry, version, *current).ValueOrDie()->registry().entities_size();
}

std::string Id(const RepoConfig& config) {
  return Registry::Open(config).ValueOrDie()->Current(false).ValueOrDie()->registry().version_id();
}

/// What others do to the database.
void Sql(const TestFolder& folder, const std::string& sql) {
  ASSERT_TRUE(OpenSqlite(folder / "r.db", true).ValueOrDie()->Run(sql).ok());
}

TEST(SqlHistory, EveryCommitIsAVersionThatCanBeHadBack) {
  TestFolder folder;
  const RepoConfig config = Config(folder);
  EXPECT_EQ(Log(config), "");
  EXPECT_FALSE(std::filesystem::exists(folder / "r.db"));
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(CommitEntity(config, name).ok());
  EXPECT_EQ(Log(config), "3 add c, 2 add b, 1 add a");
  EXPECT_EQ(EntitiesIn(config, "1"), 1);
  EXPECT_EQ(EntitiesIn(config, "2"), 2);
  EXPECT_EQ(EntitiesIn(config, Id(config).substr(0, 8)), 3);
}

TEST(SqlHistory, OldVersionsAreForgotten) {
  TestFolder folder;
  const RepoConfig config = Config(folder, 2);
  for (const char* name : {"a", "b", "c", "d"}) ASSERT_TRUE(CommitEntity(config, name).ok());
  EXPECT_EQ(Log(config), "4 add d, 3 add c");
  const auto rows = OpenSqlite(folder / "r.db", false).ValueOrDie()->Run("SELECT name FROM feast_cpp_history");
  // Two records, two registries, the pointer to the latest, and the head.
  EXPECT_EQ(rows.ValueOrDie().size(), 6u);
}

TEST(SqlHistory, WhatAnotherProgramWroteIsTakenUp) {
  TestFolder folder;
  const RepoConfig config = Config(folder);
  ASSERT_TRUE(CommitEntity(config, "a").ok());
  const std::string first = Id(config);
  // As Feast would: it counts nothing, and leaves the history as it is.
  Sql(folder,
      "INSERT INTO entities SELECT 'z', project_id, last_updated_timestamp, entity_proto FROM entities WHERE "
      "entity_name = 'a'");
  EXPECT_NE(Id(config), first);
  EXPECT_EQ(Id(config), Id(config));
  EXPECT_EQ(Log(config), "1 add a");
  ASSERT_TRUE(CommitEntity(config, "b").ok());
  EXPECT_EQ(Log(config), "3 add b, 2 written by another program, 1 add a");
  EXPECT_EQ(EntitiesIn(config, "2"), 2);
  // What it takes back is the version it was.
  const std::string third = Id(config);
  Sql(folder, "UPDATE entities SET last_updated_timestamp = 7");
  EXPECT_EQ(Id(config), third);
}

TEST(SqlHistory, RowsThatComeBackAfterOtherVersionsAreAnotherVersion) {
  TestFolder folder;
  const RepoConfig config = Config(folder);
  ASSERT_TRUE(CommitEntity(config, "a").ok());
  Sql(folder, "UPDATE entities SET entity_name = 'z'");
  const std::string before = Id(config);
  ASSERT_TRUE(CommitEntity(config, "b").ok());
  Sql(folder, "DELETE FROM entities WHERE entity_name = 'b'");
  EXPECT_NE(Id(config), before);
  ASSERT_TRUE(CommitEntity(config, "c").ok());
  EXPECT_EQ(Log(config), "5 add c, 4 written by another program, 3 add b, 2 written by another program, 1 add a");
}

TEST(SqlHistory, BeginsWithTheRegistryOfAnotherProgram) {
  TestFolder folder;
  ASSERT_TRUE(CommitEntity(Config(folder, 0), "a").ok());
  EXPECT_FALSE(OpenSqlite(folder / "r.db", false).ValueOrDie()->Columns().ValueOrDie().count(kRegistryHistoryTable));
  EXPECT_NE(Id(Config(folder)), "");
  ASSERT_TRUE(CommitEntity(Config(folder), "b").ok());
  EXPECT_EQ(Log(Config(folder)), "2 add b, 1 written by another program");
}

TEST(SqlHistory, OutlivesTheRegistry) {
  TestFolder folder;
  const RepoConfig config = Config(folder);
  ASSERT_TRUE(CommitEntity(config, "a").ok());
  HistoryEntry entry;
  entry.command = "feast teardown";
  ASSERT_TRUE(Registry::Open(config).ValueOrDie()->Remove(Always, entry).ok());
  EXPECT_EQ(Log(config), "2 feast teardown, 1 add a");
  ASSERT_TRUE(CommitEntity(config, "b").ok());
  EXPECT_EQ(Log(config), "3 add b, 2 feast teardown, 1 add a");
  EXPECT_EQ(EntitiesIn(config, "1"), 1);
}

TEST(SqlHistory, ProjectsShareOneAndAgreeOnItsHead) {
  TestFolder folder;
  const RepoConfig mine = Config(folder);
  RepoConfig theirs = mine;
  theirs.project = "q";
  const auto infra = [](core::Registry& edited) -> arrow::Result<bool> {
    edited.mutable_infra()->add_infra_objects()->set_infra_object_class_type("table");
    return true;
  };
  ASSERT_TRUE(CommitEntity(mine, "a").ok());
  ASSERT_TRUE(Registry::Open(theirs).ValueOrDie()->Commit(infra).ok());
  EXPECT_EQ(Id(mine), Id(theirs));
  EXPECT_EQ(Log(mine), Log(theirs));
}

TEST(SqlHistory, IsMadeOnlyWhereTheSchemaMayBe) {
  TestFolder folder;
  ASSERT_TRUE(CommitEntity(Config(folder, 0), "a").ok());
  RepoConfig config = Config(folder);
  config.registry.options["schema_mode"] = ConfigValue(std::string("verify"));
  EXPECT_TRUE(
      Says(CommitEntity(config, "b"), "The registry's history cannot be written: its table feast_cpp_history is"));
  EXPECT_EQ(EntitiesIn(config, "current"), 1);
  ASSERT_TRUE(CommitEntity(Config(folder), "b").ok());
  ASSERT_TRUE(CommitEntity(config, "c").ok());
  EXPECT_EQ(Log(config), "3 add c, 2 add b, 1 written by another program");
}

TEST(SqlHistory, DamageIsSaidWithTheRow) {
  TestFolder folder;
  const RepoConfig config = Config(folder);
  ASSERT_TRUE(CommitEntity(config, "a").ok());
  ASSERT_TRUE(CommitEntity(config, "b").ok());
  Sql(folder, "UPDATE feast_cpp_history SET content = '{' WHERE name LIKE '%.json'");
  const auto registry = Registry::Open(config).ValueOrDie();
  const auto log = registry->history()->Log(Id(config), 10);
  EXPECT_TRUE(Says(log.status(), "This record of the registry's history is damaged"));
  EXPECT_TRUE(Says(log.status(), "r.db#feast_cpp_history/" + Id(config) + ".json"));
}

}  // namespace
}  // namespace feast
