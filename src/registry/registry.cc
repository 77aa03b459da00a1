#include "registry/registry.h"

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

#include "config/python_class.h"
#include "feast/errors.h"
#include "registry/project_bytes.h"
#include "registry/registry_encoding.h"
#include "registry/registry_id.h"

namespace feast {

namespace {

// Each lost race means that another writer succeeded, so this many in a row takes a crowd.
constexpr int kAttemptsMax = 100;
constexpr std::chrono::milliseconds kPauseMax{4000};
constexpr int kPauseDoublingsMax = 4;

void Stamp(const std::string& version_id, core::Registry* registry) {
  registry->set_registry_schema_version("1");
  registry->set_version_id(version_id);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  registry->mutable_last_updated()->set_seconds(seconds.count());
  registry->mutable_last_updated()->set_nanos(
      static_cast<int32_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now - seconds).count()));
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

std::shared_ptr<const Snapshot> Registry::Cached() {
  auto snapshot = snapshot_.load();
  if (!snapshot || cache_ttl_.count() <= 0) return snapshot;
  const bool young = std::chrono::steady_clock::now() - read_at_.load() < cache_ttl_;
  const bool refreshed = mode_.refresh_in_background && IsRefreshed();
  return young || refreshed ? snapshot : nullptr;
}

/// Whether the thread was already there; else it is now.
bool Registry::IsRefreshed() {
  const std::lock_guard lock(refresher_mutex_);
  if (refresher_ && refresher_->runs_in_this_process()) return true;
  refresher_ = std::make_unique<PeriodicTask>(cache_ttl_, [this] {
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
  const auto started = std::chrono::steady_clock::now();
  auto snapshot = snapshot_.load();
  ARROW_ASSIGN_OR_RAISE(RegistryBytes loaded, snapshot && !snapshot->version().empty()
                                                  ? store_->LoadIfChanged(snapshot->version())
                                                  : store_->Load());
  if (!snapshot || loaded.version != snapshot->version() || !loaded.exists) {
    ARROW_ASSIGN_OR_RAISE(snapshot, Snapshot::Parse(loaded.bytes, location(), loaded.version));
    snapshot_.store(snapshot);
  }
  read_at_.store(started);
  return snapshot;
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
  const auto cached = snapshot_.load();
  ARROW_ASSIGN_OR_RAISE(RegistryBytes loaded, cached ? store_->LoadIfChanged(cached->version()) : store_->Load());
  if (cached && loaded.exists && loaded.version == cached->version()) return cached;
  // What is cached has been seen to be out of date.
  snapshot_.store(nullptr);
  const auto bytes = BytesOfProject(loaded.bytes, project);
  return Snapshot::Parse(bytes ? *bytes : loaded.bytes, location(), loaded.version);
}

arrow::Status Registry::Commit(const std::function<arrow::Result<bool>(core::Registry&)>& change, HistoryEntry entry) {
  ARROW_RETURN_NOT_OK(CheckWritable());
  const std::string version_id = NewUuid();
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    const auto started = std::chrono::steady_clock::now();
    ARROW_ASSIGN_OR_RAISE(const RegistryBytes loaded, store_->LoadToCommit());
    ARROW_ASSIGN_OR_RAISE(const auto base, Snapshot::Parse(loaded.bytes, location(), loaded.version));
    core::Registry edited = base->registry();
    ARROW_ASSIGN_OR_RAISE(const bool changed, change(edited));
    if (!changed) {
      snapshot_.store(base);
      read_at_.store(std::chrono::steady_clock::now());
      return arrow::Status::OK();
    }
    Stamp(version_id, &edited);
    const std::string bytes = EncodeRegistry(edited, loaded.bytes);
    // The record first: a registry without its record cannot come about, and a record without its registry is never
    // found.
    HistoryRecord record;
    if (history_) {
      ARROW_ASSIGN_OR_RAISE(record, history_->Prepare(entry, loaded, base->registry().version_id(), version_id, bytes));
    }
    ARROW_ASSIGN_OR_RAISE(auto committed, store_->Commit(bytes, loaded.version));
    if (committed.outcome == CommitOutcome::kCommitted) {
      if (history_) history_->Finish(record);
      // Without a token the next reload is a full one.
      snapshot_.store(std::make_shared<const Snapshot>(std::move(edited), std::move(committed.version)));
      read_at_.store(std::chrono::steady_clock::now());
      return arrow::Status::OK();
    }
    PauseBeforeAttempt(attempt, std::chrono::steady_clock::now() - started);
  }
  return arrow::Status::IOError(
      "The registry could not be written: other writers changed it first ", kAttemptsMax,
      " times in a row. Nothing was lost; run the command again when fewer of them run. Registry: ", location());
}

arrow::Status Registry::Remove(HistoryEntry entry) {
  ARROW_RETURN_NOT_OK(CheckWritable());
  HistoryRecord record;
  if (history_) {
    ARROW_ASSIGN_OR_RAISE(const RegistryBytes loaded, store_->LoadToCommit());
    if (loaded.exists) {
      // A registry that cannot be read can still be removed.
      const auto base = Snapshot::Parse(loaded.bytes, location(), loaded.version);
      const std::string base_id = base.ok() ? (*base)->registry().version_id() : std::string();
      ARROW_ASSIGN_OR_RAISE(record, history_->PrepareRemoval(entry, loaded, base_id, NewUuid()));
    }
  }
  ARROW_RETURN_NOT_OK(store_->Remove());
  if (record.number > 0) history_->Finish(record);
  snapshot_.store(nullptr);
  return arrow::Status::OK();
}

}  // namespace feast
