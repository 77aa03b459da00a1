#include "registry/history/history.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "registry/history/file_history_store.h"
#include "registry/registry.h"
#include "registry/registry_test_edits.h"
#include "registry/registry_versions.h"
#include "registry/stores/file_registry_store.h"
#include "system/test_folder.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Registry> RegistryAt(const fs::path& path, int64_t records_max = 100) {
  auto history = std::make_unique<History>(std::make_unique<FileHistoryStore>(path), records_max, path.parent_path());
  return std::make_unique<Registry>(std::make_unique<FileRegistryStore>(path), std::chrono::seconds(0), RegistryMode{},
                                    std::move(history));
}

arrow::Status CommitEntity(Registry& registry, const std::string& name) {
  HistoryEntry entry;
  entry.command = "add " + name;
  entry.project = "p";
  entry.summary = "1 to add, 0 to change, 0 to delete";
  entry.changes = {"create entity " + name};
  return registry.Commit(AddEntity(name), entry);
}

std::string Head(Registry& registry) { return registry.Current(false).ValueOrDie()->registry().version_id(); }

std::vector<HistoryRecord> Log(Registry& registry, int64_t count_max = 100) {
  return registry.history()->Log(Head(registry), count_max).ValueOrDie();
}

/// "3 2 1"
std::string Numbers(const std::vector<HistoryRecord>& records) {
  std::string text;
  for (const auto& record : records) text += (text.empty() ? "" : " ") + std::to_string(record.number);
  return text;
}

int EntitiesIn(Registry& registry, const std::string& version) {
  const auto current = registry.Current(false).ValueOrDie();
  return VersionOf(registry, version, *current).ValueOrDie()->registry().entities_size();
}

TEST(History, EveryCommitIsARecordWithTheRegistryAsItWas) {
  TestFolder folder;
  const auto registry = RegistryAt(folder / "registry.db");
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(CommitEntity(*registry, name).ok());
  const auto records = Log(*registry);
  EXPECT_EQ(Numbers(records), "3 2 1");
  EXPECT_EQ(records[0].id, Head(*registry));
  EXPECT_EQ(records[0].entry.command, "add c");
  EXPECT_EQ(records[0].entry.changes, std::vector<std::string>({"create entity c"}));
  EXPECT_FALSE(records[0].actor.empty());
  EXPECT_EQ(records[0].time.size(), 20u);
  EXPECT_EQ(EntitiesIn(*registry, "1"), 1);
  EXPECT_EQ(EntitiesIn(*registry, "2"), 2);
  EXPECT_EQ(EntitiesIn(*registry, "current"), 3);
  EXPECT_EQ(EntitiesIn(*registry, records[2].id.substr(0, 8)), 1);
  EXPECT_EQ(Numbers(Log(*registry, 2)), "3 2");
}

TEST(History, ACommitWithoutAChangeIsNotRecorded) {
  TestFolder folder;
  const auto registry = RegistryAt(folder / "registry.db");
  ASSERT_TRUE(registry->Commit([](core::Registry&) -> arrow::Result<bool> { return false; }).ok());
  EXPECT_FALSE(fs::exists(folder / "registry.db.history"));
}

TEST(History, OldVersionsAreForgotten) {
  TestFolder folder;
  const auto registry = RegistryAt(folder / "registry.db", 2);
  for (const char* name : {"a", "b", "c", "d"}) ASSERT_TRUE(CommitEntity(*registry, name).ok());
  EXPECT_EQ(Numbers(Log(*registry)), "4 3");
  // Two records, two registries, and the pointer to the latest.
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "registry.db.history"), fs::directory_iterator()), 5);
  const auto gone = VersionOf(*registry, "2", *registry->Current(false).ValueOrDie());
  EXPECT_TRUE(Says(gone.status(), "There is no version '2' in the history, which has 3 to 4"));
}

TEST(History, ARecordWhoseCommitNeverCameIsNeverFound) {
  TestFolder folder;
  const auto registry = RegistryAt(folder / "registry.db");
  ASSERT_TRUE(CommitEntity(*registry, "a").ok());
  // As if the process had died between the record and the commit.
  const RegistryBytes base{true, ReadFile(folder / "registry.db"), ""};
  ASSERT_TRUE(registry->history()->Prepare({}, base, Head(*registry), "lost", base.bytes).ok());
  EXPECT_EQ(Numbers(Log(*registry)), "1");
  ASSERT_TRUE(CommitEntity(*registry, "b").ok());
  EXPECT_EQ(Numbers(Log(*registry)), "2 1");
}

TEST(History, ALostPointerToTheLatestDoesNoHarm) {
  TestFolder folder;
  const auto registry = RegistryAt(folder / "registry.db");
  ASSERT_TRUE(CommitEntity(*registry, "a").ok());
  // As if the process had died between the commit and the pointer.
  fs::remove(folder / "registry.db.history" / "latest");
  EXPECT_EQ(Numbers(Log(*registry)), "1");
  ASSERT_TRUE(CommitEntity(*registry, "b").ok());
  EXPECT_EQ(Numbers(Log(*registry)), "2 1");
}

TEST(History, WhatAnotherProgramWroteIsTakenUp) {
  TestFolder folder;
  const auto registry = RegistryAt(folder / "registry.db");
  ASSERT_TRUE(CommitEntity(*registry, "a").ok());
  core::Registry other;
  other.set_version_id("feasts-own-id");
  other.set_registry_schema_version("1");
  WriteFile(folder / "registry.db", other.SerializeAsString());
  EXPECT_EQ(Numbers(Log(*registry)), "1");
  ASSERT_TRUE(CommitEntity(*registry, "b").ok());
  const auto records = Log(*registry);
  EXPECT_EQ(Numbers(records), "3 2 1");
  EXPECT_EQ(records[1].id, "feasts-own-id");
  EXPECT_EQ(records[1].entry.summary, "written by another program");
  EXPECT_EQ(EntitiesIn(*registry, "2"), 0);
}

TEST(History, OutlivesTheRegistry) {
  TestFolder folder;
  const auto registry = RegistryAt(folder / "registry.db");
  ASSERT_TRUE(CommitEntity(*registry, "a").ok());
  HistoryEntry entry;
  entry.command = "feast teardown";
  ASSERT_TRUE(registry->Remove(Always, entry).ok());
  ASSERT_TRUE(registry->Remove(Always, entry).ok());
  const auto records = Log(*registry);
  EXPECT_EQ(Numbers(records), "2 1");
  EXPECT_TRUE(records[0].removed);
  EXPECT_TRUE(Says(VersionOf(*registry, "2", *registry->Current(false).ValueOrDie()).status(),
                   "Version 2 is the removal of the registry"));
  ASSERT_TRUE(CommitEntity(*registry, "b").ok());
  EXPECT_EQ(Numbers(Log(*registry)), "3 2 1");
  EXPECT_EQ(EntitiesIn(*registry, "1"), 1);
}

TEST(History, DamageIsSaidWithTheFile) {
  TestFolder folder;
  const auto registry = RegistryAt(folder / "registry.db");
  ASSERT_TRUE(CommitEntity(*registry, "a").ok());
  const std::string id = Head(*registry);
  const fs::path history = folder / "registry.db.history";
  const auto current = registry->Current(false).ValueOrDie();

  const std::string bytes = ReadFile(history / (id + ".pb.zst"));
  WriteFile(history / (id + ".pb.zst"), bytes.substr(0, bytes.size() / 2));
  EXPECT_TRUE(Says(VersionOf(*registry, "1", *current).status(), "is damaged in the history"));
  fs::remove(history / (id + ".pb.zst"));
  EXPECT_TRUE(Says(VersionOf(*registry, "1", *current).status(), "is not in the history any more"));

  WriteFile(history / (id + ".json"), "{\"format_version\": 99, \"number\": 1}");
  EXPECT_TRUE(Says(registry->history()->Log(id, 10).status(), "written by a newer version of this program (format 99"));
  for (const char* text : {"{", "[]", "{\"number\": \"one\"}"}) {
    WriteFile(history / (id + ".json"), text);
    EXPECT_TRUE(Says(registry->history()->Log(id, 10).status(), "This record of the registry's history is damaged"));
  }
}

TEST(History, WithoutItVersionsCannotBeNamed) {
  TestFolder folder;
  Registry registry(std::make_unique<FileRegistryStore>(folder / "registry.db"), std::chrono::seconds(0));
  EXPECT_TRUE(Says(HistoryOf(registry).status(), "No history is kept of this registry"));
  EXPECT_TRUE(Says(VersionOf(registry, "1", *registry.Current(false).ValueOrDie()).status(), "history_max"));
}

TEST(History, AFolderThatCannotBeWrittenStopsTheCommit) {
  if (geteuid() == 0) {
    // Root writes anywhere, but no folder can be made where there is a file.
    TestFolder folder;
    WriteFile(folder / "registry.db.history", "in the way");
    const auto registry = RegistryAt(folder / "registry.db");
    EXPECT_TRUE(Says(CommitEntity(*registry, "a"), "The registry's history cannot be written"));
    EXPECT_FALSE(fs::exists(folder / "registry.db"));
    return;
  }
  TestFolder folder;
  fs::create_directory(folder / "registry.db.history");
  fs::permissions(folder / "registry.db.history", fs::perms::owner_read);
  const auto registry = RegistryAt(folder / "registry.db");
  EXPECT_TRUE(Says(CommitEntity(*registry, "a"), "The registry's history cannot be"));
  EXPECT_FALSE(fs::exists(folder / "registry.db"));
}

TEST(History, TheConfigurationSaysHowMuchIsKept) {
  TestFolder folder;
  RepoConfig config;
  config.repo_path = folder.path();
  config.registry.path = "data/registry.db";
  EXPECT_EQ(History::Open(config).ValueOrDie()->location(), (folder / "data/registry.db.history").string());
  config.registry.options["history_max"] = ConfigValue(int64_t{0});
  EXPECT_EQ(History::Open(config).ValueOrDie(), nullptr);
  config.registry.options["history_max"] = ConfigValue(int64_t{-1});
  EXPECT_TRUE(Says(History::Open(config).status(), "history_max under `registry` is -1"));
}

}  // namespace
}  // namespace feast
