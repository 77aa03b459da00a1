// The registry of a feature store: cached snapshots for readers, atomic commits for writers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "arrow/result.h"
#include "arrow/status.h"
#include "feast/repo_config.h"
#include "parallel/periodic_task.h"
#include "registry/history/history.h"
#include "registry/registry_store.h"
#include "registry/snapshot.h"

namespace feast {

/// How a registry is read and whether it may be written.
struct RegistryMode {
  /// Readers never wait for a reload: once a cached snapshot has been asked for again, a thread looks for a newer one
  /// each cache TTL. When it finds none, or cannot read, the old one stays.
  bool refresh_in_background = false;
  bool read_only = false;
};

/// Thread-safe. A commit does not wait for a reload, nor a reload for a commit.
class Registry {
 public:
  /// Opens the registry of `config`; reads nothing yet.
  static arrow::Result<std::unique_ptr<Registry>> Open(const RepoConfig& config);
  /// `history` null: none is kept.
  Registry(std::unique_ptr<RegistryStore> store, std::chrono::milliseconds cache_ttl, RegistryMode mode = {},
           std::unique_ptr<History> history = nullptr);
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  /// The registry as it is. With `allow_cache`, a snapshot read less than the cache TTL ago will do (a TTL of 0 never
  /// expires). An absent registry is an empty snapshot.
  arrow::Result<std::shared_ptr<const Snapshot>> Current(bool allow_cache);

  /// The registry as it is now, but of the objects only those of `project`: quick however much other projects have. For
  /// planning and looking up, not for judging other projects.
  arrow::Result<std::shared_ptr<const Snapshot>> ReadProject(const std::string& project);

  /// Changes the registry by optimistic concurrency: loads the newest version, lets `change` edit a copy (it returns
  /// false for "nothing to do", and may run several times), stamps version_id and last_updated, commits conditionally,
  /// and on conflict starts again. `change` must express its edits object by object, so that running it on a newer
  /// registry keeps what others did. `entry` goes into the history.
  arrow::Status Commit(const std::function<arrow::Result<bool>(core::Registry&)>& change, HistoryEntry entry = {});

  /// Invalid (ReadOnlyRegistryException) when the configuration says `registry.read_only: true`. Commit and Remove
  /// check it too; what they would only undo asks beforehand.
  arrow::Status CheckWritable() const;

  /// Removes the registry if it is still the one that `may_remove` has seen, and else asks again: it returns false for
  /// "leave it". Its history stays.
  arrow::Status Remove(const std::function<arrow::Result<bool>(const core::Registry&)>& may_remove,
                       HistoryEntry entry = {});
  std::string location() const { return store_->location(); }
  /// nullptr when none is kept. Reading it is thread-safe; only Commit and Remove write to it.
  History* history() { return history_.get(); }

 private:
  /// What readers are given, and when it was asked for.
  struct Published {
    std::shared_ptr<const Snapshot> snapshot;
    std::chrono::steady_clock::time_point read_at{};
    /// How often something was published that was loaded, and that this object had committed.
    uint64_t loads = 0, commits = 0;
  };

  Published Look() const;
  /// Publishes what was loaded since `seen`, unless something else was published meanwhile. Whether it did publish.
  bool Publish(const Published& seen, std::shared_ptr<const Snapshot> snapshot,
               std::chrono::steady_clock::time_point read_at);
  /// Publishes what was committed since `seen`; null for a registry that was removed.
  void PublishCommitted(const Published& seen, std::shared_ptr<const Snapshot> snapshot);
  /// nullptr when there is none that will do.
  std::shared_ptr<const Snapshot> Cached();
  bool IsRefreshed();
  arrow::Result<std::shared_ptr<const Snapshot>> Reload();
  /// One attempt of Commit; false when another writer was faster. `base_version`: what it was made upon.
  arrow::Result<bool> TryCommit(const std::function<arrow::Result<bool>(core::Registry&)>& change,
                                const HistoryEntry& entry, const std::string& version_id, std::string* base_version);

  /// One attempt of Remove.
  arrow::Result<CommitOutcome> TryRemove(const std::function<arrow::Result<bool>(const core::Registry&)>& may_remove,
                                         const HistoryEntry& entry, const std::string& version_id);

  std::unique_ptr<RegistryStore> store_;
  std::unique_ptr<History> history_;
  const std::chrono::milliseconds cache_ttl_;
  const RegistryMode mode_;
  /// One reload at a time: who waited for another's may take what it brought.
  std::mutex reload_mutex_;
  /// One commit at a time, so that they are published in the order in which the store took them.
  std::mutex commit_mutex_;
  /// Held for moments only, never while the store or the history is asked.
  mutable std::mutex publish_mutex_;
  Published published_;
  std::mutex refresher_mutex_;
  std::unique_ptr<PeriodicTask> refresher_;
};

}  // namespace feast
