// Many writers at once, and writers that die: nothing is lost, nothing is torn.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "registry/registry.h"
#include "registry/stores/file_registry_store.h"
#include "system/test_folder.h"

namespace feast {
namespace {

constexpr int kWriters = 8;
constexpr int kCommitsEach = 25;
constexpr int kKills = 60;
/// Each registry of the crash test is this big, so that many kills strike during the write.
constexpr int kEntities = 4000;

Registry Open(const std::filesystem::path& path) {
  return Registry(std::make_unique<FileRegistryStore>(path), std::chrono::seconds(600));
}

/// Runs `work` in a child process, whose exit code tells whether it went well.
template <typename Work>
pid_t Fork(Work work) {
  const pid_t child = fork();
  if (child == 0) _exit(work() ? 0 : 1);
  return child;
}

bool CommitEntities(const std::filesystem::path& path, int writer) {
  Registry registry = Open(path);
  for (int i = 0; i < kCommitsEach; ++i) {
    const auto status = registry.Commit([&](core::Registry& edited) -> arrow::Result<bool> {
      auto* spec = edited.add_entities()->mutable_spec();
      spec->set_project("p");
      spec->set_name(std::to_string(writer) + "_" + std::to_string(i));
      return true;
    });
    if (!status.ok()) return false;
  }
  return true;
}

TEST(RegistryWriters, EightProcessesLoseNoUpdate) {
  TestFolder folder;
  std::vector<pid_t> children;
  for (int writer = 0; writer < kWriters; ++writer) {
    children.push_back(Fork([&] { return CommitEntities(folder / "registry.db", writer); }));
  }
  // Readers all the while find a whole registry that only grows.
  int seen = 0;
  size_t done = 0;
  while (done < children.size()) {
    Registry reader = Open(folder / "registry.db");
    const auto snapshot = reader.Current(false);
    ASSERT_TRUE(snapshot.ok()) << snapshot.status().ToString();
    ASSERT_GE((*snapshot)->registry().entities_size(), seen);
    seen = (*snapshot)->registry().entities_size();
    int status = 0;
    const pid_t child = waitpid(-1, &status, WNOHANG);
    if (child > 0) {
      EXPECT_EQ(status, 0);
      ++done;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  std::set<std::string> names;
  Registry reader = Open(folder / "registry.db");
  const auto snapshot = reader.Current(false).ValueOrDie();
  for (const auto& entity : snapshot->registry().entities()) names.insert(entity.spec().name());
  EXPECT_EQ(names.size(), static_cast<size_t>(kWriters * kCommitsEach));
  EXPECT_EQ(snapshot->registry().entities_size(), kWriters * kCommitsEach);
}

TEST(RegistryWriters, ThreadsOfOneProcessLoseNoUpdate) {
  TestFolder folder;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 4; ++writer) {
    threads.emplace_back([&, writer] { EXPECT_TRUE(CommitEntities(folder / "registry.db", writer)); });
  }
  for (auto& thread : threads) thread.join();
  Registry reader = Open(folder / "registry.db");
  EXPECT_EQ(reader.Current(false).ValueOrDie()->registry().entities_size(), 4 * kCommitsEach);
}

/// Writes generation after generation: every entity carries the generation's number.
bool WriteGenerations(const std::filesystem::path& path) {
  Registry registry = Open(path);
  while (true) {
    const auto status = registry.Commit([](core::Registry& edited) -> arrow::Result<bool> {
      const int next = edited.entities_size() == 0 ? 1 : std::stoi(edited.entities(0).spec().owner()) + 1;
      while (edited.entities_size() < kEntities) edited.add_entities();
      for (int i = 0; i < kEntities; ++i) {
        auto* spec = edited.mutable_entities(i)->mutable_spec();
        spec->set_project("p");
        spec->set_name("entity_" + std::to_string(i));
        spec->set_owner(std::to_string(next));
      }
      return true;
    });
    if (!status.ok()) return false;
  }
}

TEST(RegistryWriters, KilledWritersLeaveTheOldOrTheNewRegistry) {
  TestFolder folder;
  const auto path = folder / "registry.db";
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::minstd_rand random(seed);
  int generation = 0, stray_files = 0;
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    const pid_t child = Fork([&] { return WriteGenerations(path); });
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(1000, 120000)(random)));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));

    Registry reader = Open(path);
    const auto snapshot = reader.Current(false);
    ASSERT_TRUE(snapshot.ok()) << snapshot.status().ToString();
    const auto& registry = (*snapshot)->registry();
    if (registry.entities_size() == 0) continue;
    ASSERT_EQ(registry.entities_size(), kEntities);
    const std::string& owner = registry.entities(0).spec().owner();
    for (const auto& entity : registry.entities()) ASSERT_EQ(entity.spec().owner(), owner);
    ASSERT_GE(std::stoi(owner), generation);
    generation = std::stoi(owner);
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      stray_files += entry.path().filename().string().find(".new-") != std::string::npos;
    }
  }
  EXPECT_GT(generation, 0);
  RecordProperty("generations", generation);
  RecordProperty("temporary_files_left_by_kills", stray_files);

  // The next commit works, and sweeps up.
  Registry registry = Open(path);
  ASSERT_TRUE(registry
                  .Commit([](core::Registry& edited) -> arrow::Result<bool> {
                    edited.mutable_entities(0)->mutable_spec()->set_owner("done");
                    return true;
                  })
                  .ok());
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    EXPECT_EQ(entry.path().filename().string().find(".new-"), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace feast
