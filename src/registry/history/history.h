// What was done to the registry, by whom, and each version's bytes: kept beside the registry for log, diff and
// rollback.
//
// The history is a chain that only grows. A record is an object named for the version_id inside the registry it
// describes, and is written before that registry is: whatever registry is committed has its record, and a record whose
// commit failed is never found, as no registry leads to it. Nothing is listed and nothing but the pointer to the latest
// record is ever replaced, so the chain needs neither locks nor conditional writes. A version that another program
// wrote (Feast keeps no history) is taken up when the next one is committed. docs/formats/registry_history.md describes
// the objects.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/status.h"
#include "feast/repo_config.h"
#include "registry/history/history_store.h"
#include "registry/registry_store.h"

namespace feast {

/// What a writer of the registry says of a commit.
struct HistoryEntry {
  /// "feast apply --allow-breaking"; never with a secret in it.
  std::string command;
  std::string project;
  /// "2 to add, 1 to change, 0 to delete"
  std::string summary;
  /// "update feature view driver_hourly_stats (risky)"
  std::vector<std::string> changes;
  bool allow_breaking = false;
};

/// One version of the registry.
struct HistoryRecord {
  /// Counts from 1.
  int64_t number = 0;
  /// The registry's version_id.
  std::string id;
  /// RFC 3339, UTC, whole seconds.
  std::string time;
  std::string actor, commit, run;
  HistoryEntry entry;
  /// The registry was removed: there are no bytes.
  bool removed = false;
  /// Size of the registry's bytes.
  int64_t bytes = 0;
  /// Ids of the versions before this one that are kept, newest first.
  std::vector<std::string> ancestors;
};

/// Versions kept when the configuration does not say.
inline constexpr int64_t kHistoryMaxDefault = 100;

/// The number of versions that `config` says to keep; 0: no history. Invalid for a negative one.
arrow::Result<int64_t> HistoryRecordsMax(const RepoConfig& config);

class History {
 public:
  /// The history of the registry of `config`; nullptr when it is off (history_max: 0) or registries of that kind keep
  /// none.
  static arrow::Result<std::unique_ptr<History>> Open(const RepoConfig& config);
  /// `records_max` versions are kept; `repo_path`: where to look for the Git commit.
  History(std::unique_ptr<HistoryStore> store, int64_t records_max, std::filesystem::path repo_path);

  /// Before a commit: stores the record of what is about to be written over `base`, whose version_id is `base_id`. An
  /// error must stop the commit. May be called again with the same `id` for another attempt.
  arrow::Result<HistoryRecord> Prepare(const HistoryEntry& entry, const RegistryBytes& base, const std::string& base_id,
                                       const std::string& id, const std::string& bytes);
  /// The same for a registry about to be removed.
  arrow::Result<HistoryRecord> PrepareRemoval(const HistoryEntry& entry, const RegistryBytes& base,
                                              const std::string& base_id, const std::string& id);
  /// After the commit: points to the record as the latest and forgets versions beyond the limit. The commit stands
  /// whatever happens here, so there is no error.
  void Finish(const HistoryRecord& record);

  /// The newest `count_max` records that lead to the registry with version_id `head` ("" for no registry), newest
  /// first. When another program wrote that registry, those up to the last one recorded.
  arrow::Result<std::vector<HistoryRecord>> Log(const std::string& head, int64_t count_max);
  /// The version that `name` means, a number or the beginning of an id, among those that lead to `head`.
  arrow::Result<HistoryRecord> Find(const std::string& name, const std::string& head);
  /// The registry as it was.
  arrow::Result<std::string> RegistryBytesOf(const HistoryRecord& record);

  std::string location() const { return store_->location(); }

 private:
  arrow::Result<std::optional<HistoryRecord>> Read(const std::string& id);
  arrow::Result<std::optional<HistoryRecord>> ReadLatest();
  arrow::Result<std::optional<HistoryRecord>> ParentOf(const RegistryBytes& base, const std::string& base_id);
  arrow::Result<HistoryRecord> Begin(const HistoryEntry& entry, const RegistryBytes& base, const std::string& base_id,
                                     const std::string& id);
  arrow::Status Write(const HistoryRecord& record, const std::string& bytes);
  HistoryRecord Next(const std::optional<HistoryRecord>& parent, const std::string& id) const;

  std::unique_ptr<HistoryStore> store_;
  int64_t records_max_;
  std::filesystem::path repo_path_;
  /// Ids that the last prepared record no longer keeps.
  std::vector<std::string> dropped_;
};

}  // namespace feast
