#include "registry/registry.h"

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

#include "config/python_class.h"
#include "definitions/wire_values.h"
#include "feast/errors.h"
#include "registry/project_bytes.h"
#include "registry/registry_encoding.h"
#include "registry/registry_id.h"
#include "registry/registry_text.h"

namespace feast {

namespace {

// Each lost race means that another writer succeeded, so this many in a row takes a crowd.
constexpr int kAttemptsMax = 100;
/// So many in a row upon the same version were lost to nobody. A few can be: another's write may still be under way.
constexpr int kRefusalsMax = 10;
constexpr std::chrono::milliseconds kPauseMax{4000};
constexpr int kPauseDoublingsMax = 4;

void Stamp(const std::string& version_id, core::Registry* registry) {
  registry->set_registry_schema_version("1");
  registry->set_version_id(version_id);
  *registry->mutable_last_updated() = ToWire(std::chrono::system_clock::now());
}

/// After `attempt` lost races: some multiple of the time that an attempt takes, so that on a slow server too there is
/// room for one between the others. Pausing for less would only keep the server busy with attempts that cannot succeed.
void PauseBeforeAttempt(int attempt, std::chrono::steady_clock::duration took) {
  static thread_local std::minstd_rand random(std::random_device{}());
  const auto longest =
      std::min<std::chrono::microseconds>(kPauseMax, std::chrono::duration_cast<std::chrono::microseconds>(took) *
                                                         (1 << std::min(attempt, kPauseDoublingsMax)));
  std::this_thread::sleep_for(
      std::chrono::microseconds(std::uniform_int_distribution<int64_t>(0, longest.count())(random)));
}

}  // namespace

arrow::Result<std::unique_ptr<Registry>> Registry::Open(const RepoConfig& config) {
  ARROW_ASSIGN_OR_RAISE(auto store, MakeRegistryStore(config));
  const auto& options = config.registry.options;
  const auto read_only = options.find("read_only");
  const bool* is_read_only = read_only == options.end() ? nullptr : read_only->second.As<bool>();
  ARROW_ASSIGN_OR_RAISE(auto history, History::Open(config));
  return std::make_unique<Registry>(std::move(store), std::chrono::seconds(config.registry.cache_ttl_seconds),
                                    // A class of the user's own is called on the caller's thread only.
                                    RegistryMode{config.registry.cache_mode == "thread" && !HasPythonRegistry(config),
                                                 is_read_only != nullptr && *is_read_only},
                                    std::move(history));
}

Registry::Registry(std::unique_ptr<RegistryStore> store, std::chrono::milliseconds cache_ttl, RegistryMode mode,
                   std::unique_ptr<History> history)
    : store_(std::move(store)), history_(std::move(history)), cache_ttl_(cache_ttl), mode_(mode) {}

Registry::~Registry() {
  // A reload that hangs on the network must not hold up whoever closes the store.
  if (refresher_) store_->Stop();
}

// Loads take turns among themselves (reload_mutex_), and commits do (commit_mutex_), but a load and a commit run side
// by side, and versions cannot be ordered by their tokens. So that nothing older is ever published over something
// newer:
// - A load publishes only when nothing else was published since it began: a commit may have passed it.
// - A commit publishes what it wrote, unless a load has published since it began: that may be another program's version
//   upon ours. Then nothing is published, and the next reader loads.

Registry::Published Registry::Look() const {
  const std::lock_guard lock(publish_mutex_);
  return published_;
}

bool Registry::Publish(const Published& seen, std::shared_ptr<const Snapshot> snapshot,
                       std::chrono::steady_clock::time_point read_at) {
  const std::lock_guard lock(publish_mutex_);
  if (published_.commits != seen.commits || published_.loads != seen.loads) return false;
  // A load that found nothing new is no publication: a commit may still publish over it.
  if (published_.snapshot != snapshot) ++published_.loads;
  published_.snapshot = std::move(snapshot);
  published_.read_at = read_at;
  return true;
}

void Registry::PublishCommitted(const Published& seen, std::shared_ptr<const Snapshot> snapshot) {
  const std::lock_guard lock(publish_mutex_);
  // Commits take turns, so only a load can have come between.
  published_.snapshot = published_.loads == seen.loads ? std::move(snapshot) : nullptr;
  published_.read_at = std::chrono::steady_clock::now();
  ++published_.commits;
}

std::shared_ptr<const Snapshot> Registry::Cached() {
  const Published published = Look();
  if (!published.snapshot || cache_ttl_.count() <= 0) return published.snapshot;
  const bool young = std::chrono::steady_clock::now() - published.read_at < cache_ttl_;
  const bool refreshed = mode_.refresh_in_background && IsRefreshed();
  return young || refreshed ? published.snapshot : nullptr;
}

/// Whether the thread was already there; else it is now.
bool Registry::IsRefreshed() {
  const std::lock_guard lock(refresher_mutex_);
  if (refresher_ && refresher_->runs_in_this_process()) return true;
  // Without a thread, readers go on reloading themselves.
  // After a fork the thread exists in the parent only, and is started anew here.
  refresher_ = PeriodicTask::Start(cache_ttl_, [this] {
    const std::lock_guard reload_lock(reload_mutex_);
    ARROW_UNUSED(Reload());
  });
  return false;
}

arrow::Result<std::shared_ptr<const Snapshot>> Registry::Current(bool allow_cache) {
  if (allow_cache) {
    if (auto snapshot = Cached()) return snapshot;
  }
  std::lock_guard<std::mutex> lock(reload_mutex_);
  if (allow_cache) {
    // Someone else may have read it while we waited.
    if (auto snapshot = Cached()) return snapshot;
  }
  return Reload();
}

arrow::Result<std::shared_ptr<const Snapshot>> Registry::Reload() {
  while (true) {
    const auto started = std::chrono::steady_clock::now();
    const Published seen = Look();
    auto snapshot = seen.snapshot;
    ARROW_ASSIGN_OR_RAISE(RegistryBytes loaded, snapshot && !snapshot->version().empty()
                                                    ? store_->LoadIfChanged(snapshot->version())
                                                    : store_->Load());
    // Without bytes, as LoadIfChanged leaves them for a known version, there is nothing to parse.
    if (!snapshot || loaded.version != snapshot->version() || !loaded.exists) {
      ARROW_ASSIGN_OR_RAISE(snapshot, Snapshot::Parse(loaded.bytes, location(), loaded.version));
    }
    if (Publish(seen, snapshot, started)) return snapshot;
    // What a commit has published meanwhile was the registry after this call began, so it will do.
    const Published now = Look();
    if (now.snapshot && now.commits != seen.commits) return now.snapshot;
  }
}

arrow::Status Registry::CheckWritable() const {
  if (!mode_.read_only) return arrow::Status::OK();
  return NamedError(
      "ReadOnlyRegistryException",
      "This registry is read-only here: feature_store.yaml says `read_only: true` under `registry`. Use a "
      "configuration without it, such as the one your CI applies with. Registry: " +
          location());
}

arrow::Result<std::shared_ptr<const Snapshot>> Registry::ReadProject(const std::string& project) {
  std::lock_guard<std::mutex> lock(reload_mutex_);
  const Published seen = Look();
  const auto& cached = seen.snapshot;
  ARROW_ASSIGN_OR_RAISE(RegistryBytes loaded, cached ? store_->LoadIfChanged(cached->version()) : store_->Load());
  if (cached && loaded.exists && loaded.version == cached->version()) return cached;
  // What is cached has been seen to be out of date.
  Publish(seen, nullptr, {});
  const auto bytes = BytesOfProject(loaded.bytes, project);
  return Snapshot::Parse(bytes ? *bytes : loaded.bytes, location(), loaded.version);
}

// The steps of a commit, and what a crash between two of them leaves:
// 1. Load the newest version, apply the edits to a copy, encode it and parse that back: only what can be read is ever
//    written. Nothing is stored yet.
// 2. Store the history's record, under the new version's own id. After a crash the record is there, but the registry
//    does not lead to it, so nobody finds it.
// 3. Replace the registry on condition that it is still the version loaded: all or nothing, and the only step that
//    others see. From here on the commit stands, whatever this process does. On a conflict the record of step 2 is
//    replaced by the next attempt's, which has the same id.
// 4. Point the history to the record as its latest and forget the oldest. After a crash the pointer is behind, which
//    only matters once another program has written the registry (history.cc, Finish).
// 5. Publish the snapshot to this process's readers.
arrow::Result<bool> Registry::TryCommit(const std::function<arrow::Result<bool>(core::Registry&)>& change,
                                        const HistoryEntry& entry, const std::string& version_id,
                                        std::string* base_version) {
  const std::lock_guard lock(commit_mutex_);
  const auto started = std::chrono::steady_clock::now();
  const Published seen = Look();
  ARROW_ASSIGN_OR_RAISE(const RegistryBytes loaded, store_->LoadToCommit());
  *base_version = loaded.version;
  ARROW_ASSIGN_OR_RAISE(const auto base, Snapshot::Parse(loaded.bytes, location(), loaded.version));
  // A copy: readers may hold the base, which never changes.
  core::Registry edited = base->registry();
  ARROW_ASSIGN_OR_RAISE(const bool changed, change(edited));
  if (!changed) {
    Publish(seen, base, started);
    return true;
  }
  Stamp(version_id, &edited);
  const std::string bytes = EncodeRegistry(edited, loaded.bytes);
  ARROW_RETURN_NOT_OK(CheckReadable(bytes, edited, location()));
  HistoryRecord record;
  if (history_) {
    ARROW_ASSIGN_OR_RAISE(record, history_->Prepare(entry, loaded, base->registry().version_id(), version_id, bytes));
  }
  // An error leaves open whether the write arrived. Nothing is published then: readers keep what they have until they
  // ask the store again.
  ARROW_ASSIGN_OR_RAISE(auto committed, store_->Commit(bytes, loaded.version));
  if (committed.outcome == CommitOutcome::kConflict) return false;
  if (history_) history_->Finish(record);
  // Without a token the next reload is a full one.
  PublishCommitted(seen, std::make_shared<const Snapshot>(std::move(edited), std::move(committed.version)));
  return true;
}

arrow::Status Registry::Commit(const std::function<arrow::Result<bool>(core::Registry&)>& change, HistoryEntry entry) {
  ARROW_RETURN_NOT_OK(CheckWritable());
  // One id for all attempts, so that the history's record of a lost one is replaced.
  const std::string version_id = NewUuid();
  std::string version, refused_version;
  int refusals = 0;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    const auto started = std::chrono::steady_clock::now();
    ARROW_ASSIGN_OR_RAISE(const bool done, TryCommit(change, entry, version_id, &version));
    if (done) return arrow::Status::OK();
    // A conflict upon the version just loaded means that somebody wrote since. Time after time upon the same one,
    // nobody did.
    refusals = version == refused_version ? refusals + 1 : 1;
    if (refusals == kRefusalsMax) {
      return arrow::Status::IOError(
          "The registry could not be written: each write was refused as if another had been faster, but the registry "
          "stayed the same (version ",
          version.empty() ? "none" : version,
          "). Something between here and the server changes versions or answers from a cache. Nothing was written. "
          "Registry: ",
          location());
    }
    refused_version = version;
    PauseBeforeAttempt(attempt, std::chrono::steady_clock::now() - started);
  }
  return arrow::Status::IOError(
      "The registry could not be written: other writers changed it first ", kAttemptsMax,
      " times in a row. Nothing was lost; run the command again when fewer of them run. Registry: ", location());
}

arrow::Result<CommitOutcome> Registry::TryRemove(
    const std::function<arrow::Result<bool>(const core::Registry&)>& may_remove, const HistoryEntry& entry,
    const std::string& version_id) {
  const std::lock_guard lock(commit_mutex_);
  ARROW_ASSIGN_OR_RAISE(const RegistryBytes loaded, store_->LoadToCommit());
  ARROW_ASSIGN_OR_RAISE(const auto base, Snapshot::Parse(loaded.bytes, location(), loaded.version));
  ARROW_ASSIGN_OR_RAISE(const bool is_wanted, may_remove(base->registry()));
  if (!is_wanted) return CommitOutcome::kCommitted;
  HistoryRecord record;
  if (history_ && loaded.exists) {
    ARROW_ASSIGN_OR_RAISE(record, history_->PrepareRemoval(entry, loaded, base->registry().version_id(), version_id));
  }
  ARROW_ASSIGN_OR_RAISE(const CommitOutcome outcome, store_->Remove(loaded.version));
  if (outcome == CommitOutcome::kConflict) return outcome;
  if (record.number > 0) history_->Finish(record);
  PublishCommitted(Look(), nullptr);
  return outcome;
}

arrow::Status Registry::Remove(const std::function<arrow::Result<bool>(const core::Registry&)>& may_remove,
                               HistoryEntry entry) {
  ARROW_RETURN_NOT_OK(CheckWritable());
  const std::string version_id = NewUuid();
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    const auto started = std::chrono::steady_clock::now();
    ARROW_ASSIGN_OR_RAISE(const CommitOutcome outcome, TryRemove(may_remove, entry, version_id));
    if (outcome == CommitOutcome::kCommitted) return arrow::Status::OK();
    PauseBeforeAttempt(attempt, std::chrono::steady_clock::now() - started);
  }
  return arrow::Status::IOError(
      "The registry could not be removed: other writers changed it first ", kAttemptsMax,
      " times in a row. Run the command again when fewer of them run. Registry: ", location());
}

}  // namespace feast
