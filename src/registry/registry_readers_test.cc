// Readers, reloads and commits of one process at once: nobody is ever shown something older than what was shown before.
#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "registry/registry.h"
#include "registry/registry_test_edits.h"
#include "registry/stores/file_registry_store.h"
#include "system/test_folder.h"

namespace feast {
namespace {

/// A store in memory. Its calls can be held up after they have read or written, before they return.
class HeldStore : public RegistryStore {
 public:
  /// Holds up whoever calls it.
  class Gate {
   public:
    void Close() {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      reached_ = false;
    }
    void Open() {
      const std::lock_guard lock(mutex_);
      closed_ = false;
      moved_.notify_all();
    }
    void Pass() {
      std::unique_lock lock(mutex_);
      reached_ = true;
      moved_.notify_all();
      moved_.wait(lock, [&] { return !closed_; });
    }
    void AwaitCaller() {
      std::unique_lock lock(mutex_);
      moved_.wait(lock, [&] { return reached_; });
    }

   private:
    std::mutex mutex_;
    std::condition_variable moved_;
    bool closed_ = false, reached_ = false;
  };

  arrow::Result<RegistryBytes> Load() override {
    RegistryBytes loaded = Read();
    load_gate.Pass();
    return loaded;
  }
  arrow::Result<RegistryBytes> LoadIfChanged(const std::string&) override { return Load(); }
  arrow::Result<RegistryBytes> LoadToCommit() override { return Read(); }
  arrow::Result<CommitResult> Commit(const std::string& bytes, const std::string& expected) override {
    {
      const std::lock_guard lock(mutex_);
      if (now_.version != expected) return CommitResult{CommitOutcome::kConflict, {}};
      now_ = {true, bytes, std::to_string(++versions_)};
    }
    commit_gate.Pass();
    return CommitResult{CommitOutcome::kCommitted, Read().version};
  }
  arrow::Result<CommitOutcome> Remove(const std::string& expected) override {
    const std::lock_guard lock(mutex_);
    if (now_.version != expected) return CommitOutcome::kConflict;
    now_ = {};
    return CommitOutcome::kCommitted;
  }
  std::string location() const override { return "memory"; }

  Gate load_gate, commit_gate;

 private:
  RegistryBytes Read() {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  std::mutex mutex_;
  RegistryBytes now_;
  int versions_ = 0;
};

struct Held {
  Held() {
    auto owned = std::make_unique<HeldStore>();
    store = owned.get();
    registry = std::make_unique<Registry>(std::move(owned), std::chrono::seconds(600));
  }
  int Entities(bool allow_cache) { return registry->Current(allow_cache).ValueOrDie()->registry().entities_size(); }

  HeldStore* store;
  std::unique_ptr<Registry> registry;
};

TEST(RegistryReaders, ASlowReloadDoesNotHideACommitThatPassedIt) {
  Held held;
  ASSERT_TRUE(held.registry->Commit(AddEntity("a")).ok());
  held.store->load_gate.Close();
  auto reload = std::async(std::launch::async, [&] { return held.Entities(/*allow_cache=*/false); });
  held.store->load_gate.AwaitCaller();
  // The reload has read the old registry, and is held up. The commit does not wait for it.
  ASSERT_TRUE(held.registry->Commit(AddEntity("b")).ok());
  EXPECT_EQ(held.Entities(true), 2);
  held.store->load_gate.Open();
  EXPECT_EQ(reload.get(), 2);
  EXPECT_EQ(held.Entities(true), 2);
}

TEST(RegistryReaders, WhatCameWhileItWasRemovedIsLookedAtAndNotLost) {
  Held held;
  ASSERT_TRUE(held.registry->Commit(AddEntity("a")).ok());
  std::vector<int> seen;
  const auto until_two = [&](const core::Registry& registry) -> arrow::Result<bool> {
    seen.push_back(registry.entities_size());
    // Somebody commits between the look and the removal.
    if (registry.entities_size() == 1) {
      core::Registry newer = registry;
      EXPECT_TRUE(AddEntity("b")(newer).ok());
      EXPECT_EQ(held.store->Commit(newer.SerializeAsString(), "1").ValueOrDie().outcome, CommitOutcome::kCommitted);
      return true;
    }
    return false;
  };
  ASSERT_TRUE(held.registry->Remove(until_two).ok());
  EXPECT_EQ(seen, (std::vector<int>{1, 2}));
  EXPECT_EQ(held.Entities(false), 2);
}

TEST(RegistryReaders, ASlowReloadDoesNotBringBackWhatWasRemoved) {
  Held held;
  ASSERT_TRUE(held.registry->Commit(AddEntity("a")).ok());
  held.store->load_gate.Close();
  auto reload = std::async(std::launch::async, [&] { return held.Entities(/*allow_cache=*/false); });
  held.store->load_gate.AwaitCaller();
  ASSERT_TRUE(held.registry->Remove(Always).ok());
  held.store->load_gate.Open();
  EXPECT_EQ(reload.get(), 0);
  EXPECT_EQ(held.Entities(true), 0);
}

TEST(RegistryReaders, ASlowReadOfAProjectDoesNotHideACommit) {
  Held held;
  ASSERT_TRUE(held.registry->Commit(AddEntity("a")).ok());
  held.store->load_gate.Close();
  auto read = std::async(std::launch::async, [&] { return held.registry->ReadProject("p").ok(); });
  held.store->load_gate.AwaitCaller();
  ASSERT_TRUE(held.registry->Commit(AddEntity("b")).ok());
  held.store->load_gate.Open();
  EXPECT_TRUE(read.get());
  EXPECT_EQ(held.Entities(true), 2);
}

TEST(RegistryReaders, ASlowCommitDoesNotHideAnotherProgramsVersionUponIt) {
  Held held;
  ASSERT_TRUE(held.registry->Commit(AddEntity("a")).ok());
  held.store->commit_gate.Close();
  auto commit = std::async(std::launch::async, [&] { return held.registry->Commit(AddEntity("b")); });
  held.store->commit_gate.AwaitCaller();
  // The store has taken the commit, whose answer is held up. Another program goes on from there, and a reader sees it.
  RegistryBytes ours = held.store->Load().ValueOrDie();
  core::Registry theirs;
  ASSERT_TRUE(theirs.ParseFromString(ours.bytes));
  ASSERT_TRUE(AddEntity("c")(theirs).ok());
  auto other =
      std::async(std::launch::async, [&] { return held.store->Commit(theirs.SerializeAsString(), ours.version); });
  while (held.Entities(false) < 3) std::this_thread::yield();
  held.store->commit_gate.Open();
  ASSERT_TRUE(commit.get().ok());
  ASSERT_TRUE(other.get().ok());
  EXPECT_EQ(held.Entities(true), 3);
}

TEST(RegistryReaders, WritesThatAreRefusedThoughNobodyWroteEndWithTheReason) {
  class Refusing : public HeldStore {
   public:
    arrow::Result<CommitResult> Commit(const std::string&, const std::string&) override {
      ++commits;
      return CommitResult{CommitOutcome::kConflict, {}};
    }
    int commits = 0;
  };
  auto owned = std::make_unique<Refusing>();
  Refusing* const store = owned.get();
  Registry registry(std::move(owned), std::chrono::seconds(600));
  EXPECT_TRUE(Says(registry.Commit(AddEntity("a")), "but the registry stayed the same (version none)"));
  EXPECT_EQ(store->commits, 10);
}

TEST(RegistryReaders, ThreadsOfSeveralStoresSeeOnlyGrowth) {
  constexpr int kCommits = 40, kReaders = 3;
  TestFolder folder;
  const auto open = [&] {
    return std::make_unique<Registry>(std::make_unique<FileRegistryStore>(folder / "registry.db"),
                                      std::chrono::milliseconds(1));
  };
  const auto mine = open(), theirs = open();
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, i] {
      int seen = 0;
      while (!done) {
        const auto snapshot = (i == 0 ? theirs : mine)->Current(/*allow_cache=*/i == 1).ValueOrDie();
        ASSERT_GE(snapshot->registry().entities_size(), seen);
        seen = snapshot->registry().entities_size();
      }
    });
  }
  const auto write = [&](Registry& registry, const std::string& name) {
    for (int i = 0; i < kCommits; ++i) ASSERT_TRUE(registry.Commit(AddEntity(name + std::to_string(i))).ok());
  };
  std::thread others([&] { write(*theirs, "theirs"); });
  std::thread second([&] { write(*mine, "second"); });
  write(*mine, "mine");
  others.join();
  second.join();
  done = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(open()->Current(false).ValueOrDie()->registry().entities_size(), 3 * kCommits);
}

}  // namespace
}  // namespace feast
