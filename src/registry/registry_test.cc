#include "registry/registry.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "registry/registry_encoding.h"
#include "registry/registry_id.h"
#include "registry/registry_objects.h"
#include "registry/registry_test_edits.h"
#include "registry/stores/file_registry_store.h"
#include "system/test_folder.h"

namespace feast {
namespace {

constexpr const char* kFixtures = FEAST_SOURCE_DIR "/tests/data/registries/";

std::unique_ptr<Registry> RegistryAt(const std::filesystem::path& path, int cache_ttl_seconds = 600) {
  return std::make_unique<Registry>(std::make_unique<FileRegistryStore>(path), std::chrono::seconds(cache_ttl_seconds));
}

/// The bytes of each element of one list, in the order they stand in the file.
std::vector<std::string> RawElements(const std::string& bytes, int field) {
  // An `unknown` message reads any list of messages as what it is: lengths and bytes.
  core::Registry empty;
  std::vector<std::string> elements;
  size_t at = 0;
  const auto varint = [&] {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes.at(at++));
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.size()) {
    const uint64_t tag = varint();
    if ((tag & 7) == 0) {
      varint();
      continue;
    }
    const uint64_t length = varint();
    if (tag >> 3 == static_cast<uint64_t>(field)) elements.push_back(bytes.substr(at, length));
    at += length;
  }
  return elements;
}

TEST(Registry, AbsentRegistryIsEmptyAndGrowsByCommits) {
  TestFolder folder;
  auto registry = RegistryAt(folder / "data/registry.db");
  EXPECT_EQ(registry->Current(true).ValueOrDie()->registry().entities_size(), 0);
  ASSERT_TRUE(registry->Commit(AddEntity("driver")).ok());
  const auto stored = RegistryAt(folder / "data/registry.db")->Current(true).ValueOrDie();
  EXPECT_NE(stored->FindEntity("p", "driver"), nullptr);
  EXPECT_EQ(stored->FindEntity("p", "customer"), nullptr);
  EXPECT_EQ(stored->FindEntity("q", "driver"), nullptr);
  EXPECT_EQ(stored->registry().registry_schema_version(), "1");
  EXPECT_GT(stored->registry().last_updated().seconds(), 0);
}

TEST(Registry, EveryCommitGetsANewVersion4Uuid) {
  TestFolder folder;
  auto registry = RegistryAt(folder / "registry.db");
  ASSERT_TRUE(registry->Commit(AddEntity("a")).ok());
  const std::string first = registry->Current(false).ValueOrDie()->registry().version_id();
  ASSERT_TRUE(registry->Commit(AddEntity("b")).ok());
  const std::string second = registry->Current(false).ValueOrDie()->registry().version_id();
  EXPECT_NE(first, second);
  std::string shape = second;
  for (char& c : shape) c = std::string_view("0123456789abcdef").find(c) == std::string_view::npos ? c : 'x';
  EXPECT_EQ(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
  EXPECT_EQ(second[14], '4') << second;
  EXPECT_NE(std::string_view("89ab").find(second[19]), std::string_view::npos) << second;
}

TEST(Registry, ChangeThatDoesNothingWritesNothing) {
  TestFolder folder;
  auto registry = RegistryAt(folder / "registry.db");
  ASSERT_TRUE(registry->Commit(AddEntity("a")).ok());
  const std::string before = ReadFile(folder / "registry.db");
  ASSERT_TRUE(registry->Commit([](core::Registry&) -> arrow::Result<bool> { return false; }).ok());
  EXPECT_EQ(ReadFile(folder / "registry.db"), before);
}

TEST(Registry, ErrorOfTheChangeIsPassedOnAndNothingWritten) {
  TestFolder folder;
  auto registry = RegistryAt(folder / "registry.db");
  const auto status =
      registry->Commit([](core::Registry&) -> arrow::Result<bool> { return arrow::Status::Invalid("no"); });
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_FALSE(std::filesystem::exists(folder / "registry.db"));
}

TEST(Registry, CommitRebasesOnWhatOthersCommittedMeanwhile) {
  TestFolder folder;
  auto mine = RegistryAt(folder / "registry.db");
  auto theirs = RegistryAt(folder / "registry.db");
  int runs = 0;
  ASSERT_TRUE(mine->Commit([&](core::Registry& registry) -> arrow::Result<bool> {
                    if (++runs == 1) ARROW_RETURN_NOT_OK(theirs->Commit(AddEntity("theirs")));
                    return AddEntity("mine")(registry);
                  })
                  .ok());
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(mine->Current(false).ValueOrDie()->Names(ObjectKind::kEntity, "p"),
            (std::vector<std::string>{"mine", "theirs"}));
}

TEST(Registry, CachedSnapshotLastsForItsTimeToLive) {
  TestFolder folder;
  auto lasting = RegistryAt(folder / "registry.db", 600);
  auto endless = RegistryAt(folder / "registry.db", 0);
  ASSERT_TRUE(lasting->Current(true).ok());
  ASSERT_TRUE(endless->Current(true).ok());
  ASSERT_TRUE(RegistryAt(folder / "registry.db")->Commit(AddEntity("new")).ok());
  EXPECT_EQ(lasting->Current(true).ValueOrDie()->registry().entities_size(), 0);
  EXPECT_EQ(endless->Current(true).ValueOrDie()->registry().entities_size(), 0);
  EXPECT_EQ(lasting->Current(false).ValueOrDie()->registry().entities_size(), 1);
  EXPECT_EQ(lasting->Current(true).ValueOrDie()->registry().entities_size(), 1);
}

TEST(Registry, SnapshotSurvivesLaterCommits) {
  TestFolder folder;
  auto registry = RegistryAt(folder / "registry.db");
  ASSERT_TRUE(registry->Commit(AddEntity("a")).ok());
  const auto held = registry->Current(true).ValueOrDie();
  ASSERT_TRUE(registry->Commit(AddEntity("b")).ok());
  EXPECT_EQ(held->registry().entities_size(), 1);
  EXPECT_EQ(registry->Current(true).ValueOrDie()->registry().entities_size(), 2);
}

TEST(Registry, ASnapshotDecodesAnObjectOnceForEveryone) {
  TestFolder folder;
  WriteFile(folder / "registry.db", ReadFile(std::string(kFixtures) + "local.pb"));
  const auto snapshot = RegistryAt(folder / "registry.db")->Current(true).ValueOrDie();
  const std::string project = snapshot->registry().projects(0).spec().name();
  const auto same = [&](ObjectKind kind, auto get) {
    const std::vector<std::string> names = snapshot->Names(kind, project);
    ASSERT_FALSE(names.empty());
    for (const std::string& name : names) {
      const auto first = (*snapshot.*get)(project, name).ValueOrDie();
      ASSERT_NE(first, nullptr);
      EXPECT_EQ(first->name, name);
      EXPECT_EQ((*snapshot.*get)(project, name).ValueOrDie(), first);
    }
    EXPECT_EQ((*snapshot.*get)(project, "none").ValueOrDie(), nullptr);
  };
  same(ObjectKind::kEntity, &Snapshot::GetEntity);
  same(ObjectKind::kDataSource, &Snapshot::GetDataSource);
  same(ObjectKind::kFeatureView, &Snapshot::GetFeatureView);
  same(ObjectKind::kOnDemandFeatureView, &Snapshot::GetOnDemandFeatureView);
  same(ObjectKind::kFeatureService, &Snapshot::GetFeatureService);
  EXPECT_EQ(snapshot->GetProject(project).ValueOrDie(), snapshot->GetProject(project).ValueOrDie());
  const auto all = snapshot->GetDefinitions(project).ValueOrDie();
  EXPECT_EQ(snapshot->GetDefinitions(project).ValueOrDie(), all);
  EXPECT_EQ(all->feature_views.size(), snapshot->Names(ObjectKind::kFeatureView, project).size() +
                                           snapshot->Names(ObjectKind::kStreamFeatureView, project).size());
}

TEST(Registry, DamagedFileIsNamedAndLeftAlone) {
  TestFolder folder;
  const std::string whole = ReadFile(std::string(kFixtures) + "local.pb");
  ASSERT_GT(whole.size(), 1000u);
  for (const std::string& bytes : {whole.substr(0, whole.size() / 2), whole.substr(0, 20),
                                   std::string("hello, registry"), std::string(64, '\xff')}) {
    WriteFile(folder / "registry.db", bytes);
    auto registry = RegistryAt(folder / "registry.db");
    const auto status = registry->Commit(AddEntity("a"));
    EXPECT_TRUE(status.IsInvalid()) << status.ToString();
    EXPECT_TRUE(Says(status, (folder / "registry.db").string()));
    EXPECT_TRUE(Says(status, "Move it away; `feast registry rollback VERSION`"));
    EXPECT_FALSE(registry->Current(false).ok());
    EXPECT_EQ(ReadFile(folder / "registry.db"), bytes);
  }
}

TEST(Registry, TextThatIsNotUtf8IsRefusedAndNothingIsWritten) {
  TestFolder folder;
  auto registry = RegistryAt(folder / "registry.db");
  ASSERT_TRUE(registry->Commit(AddEntity("a")).ok());
  const std::string before = ReadFile(folder / "registry.db");
  const auto commit = [&](const std::function<void(core::Registry&)>& edit) {
    return registry->Commit([&](core::Registry& edited) -> arrow::Result<bool> {
      edit(edited);
      return true;
    });
  };
  const auto view = [](core::Registry& edited) {
    auto* spec = edited.add_feature_views()->mutable_spec();
    spec->set_name("v");
    return spec;
  };
  arrow::Status status = commit([&](core::Registry& edited) {
    view(edited)->add_features()->set_name(
        "gr\xf6\xdf"
        "e");
  });
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_TRUE(Says(status,
                   "The feature view 'v' cannot be registered: its `features.name` is 'gr\\xf6\\xdfe', which is "
                   "not UTF-8 text from byte 3 on"));
  status = commit([&](core::Registry& edited) { (*view(edited)->mutable_tags())["\xff"] = "x"; });
  EXPECT_TRUE(Says(status, "its `tags.key` is '\\xff'"));
  status = commit(
      [](core::Registry& edited) { edited.mutable_infra()->add_infra_objects()->set_infra_object_class_type("\xff"); });
  EXPECT_TRUE(Says(status, "The registry cannot be registered: its `infra.infra_objects.infra_object_class_type`"));
  EXPECT_EQ(ReadFile(folder / "registry.db"), before);
  EXPECT_EQ(registry->Current(false).ValueOrDie()->registry().entities_size(), 1);
}

TEST(Registry, NewerSchemaVersionIsRefused) {
  TestFolder folder;
  core::Registry newer;
  newer.set_registry_schema_version("2");
  WriteFile(folder / "registry.db", newer.SerializeAsString());
  const auto status = RegistryAt(folder / "registry.db")->Current(false).status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_TRUE(Says(status, "schema version '2'"));
}

class FeastWrote : public testing::TestWithParam<const char*> {};

TEST_P(FeastWrote, UntouchedObjectsStayByteForByte) {
  TestFolder folder;
  const std::string before = ReadFile(std::string(kFixtures) + GetParam());
  ASSERT_FALSE(before.empty());
  WriteFile(folder / "registry.db", before);
  ASSERT_TRUE(RegistryAt(folder / "registry.db")->Commit(AddEntity("new")).ok());
  const std::string after = ReadFile(folder / "registry.db");
  for (const int field : {6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 19}) {
    EXPECT_EQ(RawElements(after, field), RawElements(before, field)) << "field " << field;
  }
  auto entities = RawElements(after, 1);
  entities.pop_back();
  EXPECT_EQ(entities, RawElements(before, 1));
}

INSTANTIATE_TEST_SUITE_P(Registries, FeastWrote, testing::Values("local.pb", "warehouse.pb"));

TEST(RegistryEncoding, KeepsTheBytesOfMapsInAnyOrderAndOfUnknownFields) {
  // An entity whose tags stand in the order b, a, with a field 100 nobody knows.
  const std::string spec = std::string("\x0a\x01") + "e" + "\x42\x06\x0a\x01" + "b" + "\x12\x01" + "1" +
                           "\x42\x06\x0a\x01" + "a" + "\x12\x01" + "2" + "\xa2\x06\x01" + "?";
  const std::string entity = std::string("\x0a") + static_cast<char>(spec.size()) + spec;
  const std::string bytes = std::string("\x0a") + static_cast<char>(entity.size()) + entity + "\x1a\x01" + "1" +
                            std::string("\x12\x02") + "ft";
  core::Registry registry;
  ASSERT_TRUE(registry.ParseFromString(bytes));
  registry.set_version_id("v");
  const std::string encoded = EncodeRegistry(registry, bytes);
  EXPECT_EQ(RawElements(encoded, 1), (std::vector<std::string>{entity}));
  EXPECT_EQ(RawElements(encoded, 2), (std::vector<std::string>{"ft"}));
  core::Registry again;
  ASSERT_TRUE(again.ParseFromString(encoded));
  EXPECT_EQ(again.version_id(), "v");
  EXPECT_EQ(again.registry_schema_version(), "1");
}

TEST(RegistryEditor, FindsPutsAndRemovesByIdentity) {
  core::Registry registry;
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(AddEntity(name)(registry).ok());
  RegistryEditor editor(&registry);
  EXPECT_TRUE(editor.Remove(ObjectKind::kEntity, "p", "b"));
  EXPECT_FALSE(editor.Remove(ObjectKind::kEntity, "p", "b"));
  EXPECT_FALSE(editor.Remove(ObjectKind::kEntity, "other", "a"));
  core::Entity c = registry.entities(1);
  c.mutable_spec()->set_owner("me");
  editor.Put(ObjectKind::kEntity, "p", "c", c);
  c.mutable_spec()->set_name("d");
  editor.Put(ObjectKind::kEntity, "p", "d", c);
  ASSERT_EQ(registry.entities_size(), 3);
  EXPECT_EQ(registry.entities(0).spec().name(), "a");
  EXPECT_EQ(registry.entities(1).spec().owner(), "me");
  EXPECT_NE(editor.Find(ObjectKind::kEntity, "p", "d"), nullptr);
}

TEST(MakeRegistryStore, TakesLocalPathsAndFileUris) {
  TestFolder folder;
  WriteFile(folder / "my registry.db", "");
  RepoConfig config;
  config.repo_path = folder.path();
  config.registry.path = "my registry.db";
  EXPECT_EQ(MakeRegistryStore(config).ValueOrDie()->location(), (folder / "my registry.db").string());
  config.registry.path = "file://" + folder.path().string() + "/my%20registry.db";
  EXPECT_EQ(MakeRegistryStore(config).ValueOrDie()->location(), (folder / "my registry.db").string());
  config.registry.path = "";
  EXPECT_TRUE(MakeRegistryStore(config).status().IsInvalid());
}

TEST(MakeRegistryStore, TakesBuckets) {
  RepoConfig config;
  config.registry.path = "s3://bucket/some/registry.pb";
  EXPECT_EQ(MakeRegistryStore(config).ValueOrDie()->location(), "s3://bucket/some/registry.pb");
  config.registry.registry_store_type = "S3RegistryStore";
  EXPECT_EQ(MakeRegistryStore(config).ValueOrDie()->location(), "s3://bucket/some/registry.pb");
  config.registry.registry_store_type = "";
  config.registry.path = "gs://bucket/registry.pb";
  EXPECT_EQ(MakeRegistryStore(config).ValueOrDie()->location(), "gs://bucket/registry.pb");
  for (const char* path : {"s3://bucket", "s3://bucket/", "gs:///key", "gs://bucket/folder/"}) {
    config.registry.path = path;
    EXPECT_TRUE(Says(MakeRegistryStore(config).status(), "must name a bucket and an object in it")) << path;
  }
  config.registry.path = "s3://bucket/registry.pb";
  config.registry.options["s3_additional_kwargs"] =
      ConfigValue(ConfigValue::Map{{"Wrong", ConfigValue(std::string("x"))}});
  EXPECT_TRUE(Says(MakeRegistryStore(config).status(), "'s3_additional_kwargs' cannot have 'Wrong'"));
}

TEST(MakeRegistryStore, ADatabaseWithoutItsTypeIsToldWithoutItsPassword) {
  RepoConfig config;
  for (const char* path : {"postgresql+psycopg://ann:hush@host/db", "postgres://ann:hush@host/db", "sqlite:///r.db"}) {
    config.registry.path = path;
    const auto status = MakeRegistryStore(config).status();
    EXPECT_TRUE(Says(status, "Set `registry_type: sql`")) << path;
    EXPECT_FALSE(Says(status, "hush")) << path;
  }
}

TEST(MakeRegistryStore, OtherPlacesLoadAndSayAtUseThatTheyAreNotBuilt) {
  RepoConfig config;
  config.registry.path = "hdfs://host/registry.pb";
  auto store = MakeRegistryStore(config).ValueOrDie();
  EXPECT_EQ(store->location(), "hdfs://host/registry.pb");
  const auto status = store->Load().status();
  EXPECT_TRUE(status.IsNotImplemented());
  EXPECT_TRUE(Says(status, "hdfs://"));
  config.registry.path = "hdfs://ann:hush@host/registry.pb";
  EXPECT_FALSE(Says(MakeRegistryStore(config).ValueOrDie()->Load().status(), "hush"));
  config.registry.registry_type = "remote";
  EXPECT_TRUE(MakeRegistryStore(config).ValueOrDie()->Commit("", "").status().IsNotImplemented());
}

}  // namespace
}  // namespace feast
