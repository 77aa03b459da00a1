#include "registry/stores/object_registry_store.h"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include "feast/errors.h"
#include "gtest/gtest.h"
#include "parallel/start_thread.h"
#include "registry/registry.h"
#include "registry/registry_test_edits.h"
#include "system/test_folder.h"

namespace feast {
namespace {

/// Buckets in memory, with the faults that servers have.
struct Bucket {
  std::mutex mutex;
  std::map<std::string, FetchedObject> objects;
  int writes = 0, puts = 0, not_modified = 0;
  bool heeds_absent = true, heeds_version = true, is_broken = false;
  std::string custom_endpoint;
};

class MemoryObjectStore : public ObjectStore {
 public:
  explicit MemoryObjectStore(Bucket* bucket) : bucket_(*bucket) {}

  arrow::Result<FetchedObject> Get(const std::string& key, const std::string& known_version) override {
    const std::lock_guard lock(bucket_.mutex);
    if (bucket_.is_broken) return arrow::Status::IOError("broken");
    const FetchedObject found = bucket_.objects[key];
    if (known_version.empty() || found.version != known_version) return found;
    ++bucket_.not_modified;
    return FetchedObject{FetchedObject::State::kNotModified, {}, known_version};
  }
  arrow::Result<WrittenObject> Put(const std::string& key, const std::string& bytes,
                                   const WriteCondition& condition) override {
    const std::lock_guard lock(bucket_.mutex);
    ++bucket_.puts;
    FetchedObject& object = bucket_.objects[key];
    const bool exists = object.state == FetchedObject::State::kFound;
    if (condition.kind == WriteCondition::Kind::kAbsent && exists && bucket_.heeds_absent)
      return WrittenObject{true, {}};
    if (condition.kind == WriteCondition::Kind::kVersion && object.version != condition.version &&
        bucket_.heeds_version) {
      return WrittenObject{true, {}};
    }
    object = {FetchedObject::State::kFound, bytes, std::to_string(++bucket_.writes)};
    return WrittenObject{false, object.version};
  }
  arrow::Status Delete(const std::string& key) override {
    const std::lock_guard lock(bucket_.mutex);
    bucket_.objects.erase(key);
    return arrow::Status::OK();
  }
  arrow::Result<bool> DeleteVersion(const std::string& key, const std::string& version) override {
    const std::lock_guard lock(bucket_.mutex);
    if (bucket_.objects[key].version != version) return false;
    bucket_.objects.erase(key);
    return true;
  }
  std::string Uri(const std::string& key) const override { return "s3://bkt/" + key; }
  std::string custom_endpoint() const override { return bucket_.custom_endpoint; }

 private:
  Bucket& bucket_;
};

std::unique_ptr<ObjectRegistryStore> StoreIn(Bucket* bucket, bool allow_unconditional = false) {
  return std::make_unique<ObjectRegistryStore>(std::make_unique<MemoryObjectStore>(bucket), "registry.db",
                                               allow_unconditional);
}

/// What is in the bucket, sorted.
std::vector<std::string> Keys(const Bucket& bucket) {
  std::vector<std::string> keys;
  for (const auto& [key, object] : bucket.objects) {
    if (object.state == FetchedObject::State::kFound) keys.push_back(key);
  }
  return keys;
}

TEST(ObjectRegistryStore, CommitsOnTheVersionLoaded) {
  Bucket bucket;
  const auto store = StoreIn(&bucket);
  EXPECT_FALSE(store->Load().ValueOrDie().exists);
  const auto first = store->Commit("one", "").ValueOrDie();
  EXPECT_EQ(first.outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(store->Load().ValueOrDie().version, first.version);
  EXPECT_EQ(store->LoadIfChanged(first.version).ValueOrDie().bytes, "");
  EXPECT_EQ(store->Commit("other", "").ValueOrDie().outcome, CommitOutcome::kConflict);
  EXPECT_EQ(store->Commit("two", first.version).ValueOrDie().outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(store->Commit("three", first.version).ValueOrDie().outcome, CommitOutcome::kConflict);
  EXPECT_EQ(store->Load().ValueOrDie().bytes, "two");
  EXPECT_EQ(store->Remove(first.version).ValueOrDie(), CommitOutcome::kConflict);
  EXPECT_TRUE(store->Load().ValueOrDie().exists);
  EXPECT_EQ(store->Remove(store->Load().ValueOrDie().version).ValueOrDie(), CommitOutcome::kCommitted);
  EXPECT_FALSE(store->Load().ValueOrDie().exists);
  EXPECT_EQ(store->Remove(first.version).ValueOrDie(), CommitOutcome::kCommitted);
}

TEST(ObjectRegistryStore, TheCloudsOwnEndpointsAreNotProbed) {
  Bucket bucket;
  ASSERT_TRUE(StoreIn(&bucket)->Commit("one", "").ok());
  EXPECT_EQ(bucket.puts, 1);
}

TEST(ObjectRegistryStore, AGoodServerIsProbedOnceAndLeftClean) {
  Bucket bucket;
  bucket.custom_endpoint = "http://good";
  const auto store = StoreIn(&bucket);
  const auto first = store->Commit("one", "").ValueOrDie();
  EXPECT_EQ(Keys(bucket), (std::vector<std::string>{"registry.db"}));
  const int writes = bucket.writes;
  const auto second = store->Commit("two", first.version).ValueOrDie();
  EXPECT_EQ(bucket.writes, writes + 1) << "nothing but the registry is written";
  const int puts = bucket.puts;
  ASSERT_TRUE(StoreIn(&bucket)->Commit("three", second.version).ok());
  EXPECT_EQ(bucket.puts, puts + 1) << "and no second probe";
}

TEST(ObjectRegistryStore, AServerThatIgnoresConditionsIsRefused) {
  for (const bool exists : {false, true}) {
    Bucket bucket;
    bucket.custom_endpoint = exists ? "http://ignores-if-match" : "http://ignores-if-none-match";
    (exists ? bucket.heeds_version : bucket.heeds_absent) = false;
    std::string version;
    if (exists) {
      bucket.objects["registry.db"] = {FetchedObject::State::kFound, "one", "1"};
      version = "1";
    }
    const auto status = StoreIn(&bucket)->Commit("two", version).status();
    EXPECT_TRUE(Says(status, "This server ignores the conditions of writes"));
    EXPECT_TRUE(Says(status, "`allow_unconditional_writes: true`"));
    EXPECT_TRUE(Says(status, bucket.custom_endpoint));
    EXPECT_EQ(Keys(bucket), exists ? std::vector<std::string>{"registry.db"} : std::vector<std::string>{});

    EXPECT_EQ(StoreIn(&bucket, true)->Commit("two", version).ValueOrDie().outcome, CommitOutcome::kCommitted);
    EXPECT_EQ(StoreIn(&bucket, true)->Commit("three", version).ValueOrDie().outcome, CommitOutcome::kConflict)
        << "it still looks before it writes";
  }
}

TEST(ObjectRegistryStore, ReloadAfterACommitFetchesNothing) {
  Bucket bucket;
  Registry registry(StoreIn(&bucket), std::chrono::seconds(600));
  ASSERT_TRUE(registry.Commit(AddEntity("a")).ok());
  ASSERT_TRUE(registry.Current(false).ok());
  EXPECT_EQ(bucket.not_modified, 1);
}

TEST(ObjectRegistryStore, ThreadsLoseNoUpdate) {
  Bucket bucket;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int writer = 0; writer < 4; ++writer) {
    threads.emplace_back([&, writer] {
      Registry registry(StoreIn(&bucket), std::chrono::seconds(600));
      for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(registry.Commit(AddEntity(std::to_string(writer) + "_" + std::to_string(i))).ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  Registry registry(StoreIn(&bucket), std::chrono::seconds(600));
  EXPECT_EQ(registry.Current(false).ValueOrDie()->registry().entities_size(), 40);
}

TEST(ObjectRegistryStore, TruncatedAndNewerRegistriesAreNamed) {
  Bucket bucket;
  core::Registry whole;
  ASSERT_TRUE(AddEntity("a")(whole).ok());
  const std::string bytes = whole.SerializeAsString();
  bucket.objects["registry.db"] = {FetchedObject::State::kFound, bytes.substr(0, bytes.size() - 1), "1"};
  auto status = Registry(StoreIn(&bucket), std::chrono::seconds(600)).Current(false).status();
  EXPECT_TRUE(Says(status, "damaged"));
  EXPECT_TRUE(Says(status, "s3://bkt/registry.db"));
  whole.set_registry_schema_version("2");
  bucket.objects["registry.db"].bytes = whole.SerializeAsString();
  status = Registry(StoreIn(&bucket), std::chrono::seconds(600)).Commit(AddEntity("b"));
  EXPECT_TRUE(Says(status, "schema version '2'"));
  EXPECT_TRUE(Says(status, "s3://bkt/registry.db"));
}

/// Waits until `done`, at most ten seconds.
template <typename Done>
bool Eventually(Done done) {
  for (int i = 0; i < 1000 && !done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return done();
}

TEST(RegistryRefresh, ALongLivedReaderFollowsInTheBackgroundAndOutlivesTrouble) {
  Bucket bucket;
  Registry reader(StoreIn(&bucket), std::chrono::milliseconds(20), {.refresh_in_background = true, .read_only = false});
  Registry writer(StoreIn(&bucket), std::chrono::seconds(600));
  ASSERT_TRUE(reader.Current(true).ok());
  ASSERT_TRUE(writer.Commit(AddEntity("a")).ok());
  const auto entities = [&] { return reader.Current(true).ValueOrDie()->registry().entities_size(); };
  EXPECT_TRUE(Eventually([&] { return entities() == 1; }));
  {
    const std::lock_guard lock(bucket.mutex);
    bucket.is_broken = true;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(entities(), 1) << "the old snapshot stays";
  {
    const std::lock_guard lock(bucket.mutex);
    bucket.is_broken = false;
  }
  ASSERT_TRUE(writer.Commit(AddEntity("b")).ok());
  EXPECT_TRUE(Eventually([&] { return entities() == 2; }));
}

TEST(RegistryRefresh, WhereTheSystemRefusesTheThreadReadersReloadThemselves) {
  Bucket bucket;
  const RefusedThreads refused(0);
  Registry reader(StoreIn(&bucket), std::chrono::milliseconds(20), {.refresh_in_background = true, .read_only = false});
  ASSERT_TRUE(reader.Current(true).ok());
  ASSERT_TRUE(Registry(StoreIn(&bucket), std::chrono::seconds(600)).Commit(AddEntity("a")).ok());
  EXPECT_TRUE(Eventually([&] { return reader.Current(true).ValueOrDie()->registry().entities_size() == 1; }));
}

TEST(ObjectRegistryStore, AVersionThatNoWriteCanBeMadeConditionalOnEndsTheCommitAtOnce) {
  for (const char* version : {"W/\"1\"", ""}) {
    Bucket bucket;
    ASSERT_TRUE(Registry(StoreIn(&bucket), std::chrono::seconds(600)).Commit(AddEntity("a")).ok());
    bucket.objects["registry.db"].version = version;
    const int writes = bucket.writes;
    const auto status = Registry(StoreIn(&bucket), std::chrono::seconds(600)).Commit(AddEntity("b"));
    EXPECT_TRUE(status.IsInvalid());
    EXPECT_TRUE(Says(status, *version == 0 ? "says no version" : "is a weak one, W/\"1\""));
    EXPECT_TRUE(Says(status, "s3://bkt/registry.db"));
    EXPECT_EQ(bucket.writes, writes);
    EXPECT_EQ(
        Registry(StoreIn(&bucket), std::chrono::seconds(600)).Current(true).ValueOrDie()->registry().entities_size(),
        1);
  }
}

TEST(ObjectRegistryStore, ACompressedRegistryIsCalledSo) {
  Bucket bucket;
  bucket.objects["registry.db"] = {FetchedObject::State::kFound, "\x1f\x8b\x08" + std::string(40, 'x'), "\"1\""};
  EXPECT_TRUE(Says(Registry(StoreIn(&bucket), std::chrono::seconds(600)).Current(true).status(),
                   "The registry is compressed with gzip"));
}

TEST(RegistryRefresh, WithoutATimeToLiveThereIsNoThread) {
  Bucket bucket;
  Registry reader(StoreIn(&bucket), std::chrono::milliseconds(0), {.refresh_in_background = true, .read_only = false});
  ASSERT_TRUE(reader.Current(true).ok());
  ASSERT_TRUE(Registry(StoreIn(&bucket), std::chrono::seconds(600)).Commit(AddEntity("a")).ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(reader.Current(true).ValueOrDie()->registry().entities_size(), 0);
}

TEST(ReadOnlyRegistry, RefusesToWriteAndReads) {
  Bucket bucket;
  ASSERT_TRUE(Registry(StoreIn(&bucket), std::chrono::seconds(600)).Commit(AddEntity("a")).ok());
  Registry registry(StoreIn(&bucket), std::chrono::seconds(600), {.refresh_in_background = false, .read_only = true});
  EXPECT_EQ(registry.Current(true).ValueOrDie()->registry().entities_size(), 1);
  for (const auto& status : {registry.Commit(AddEntity("b")), registry.Remove(Always)}) {
    EXPECT_EQ(ErrorClass(status), "ReadOnlyRegistryException");
    EXPECT_TRUE(Says(status, "s3://bkt/registry.db"));
  }
  EXPECT_EQ(bucket.writes, 1);
}

}  // namespace
}  // namespace feast
