// The registry in a database, in the tables Feast's `sql` registry has, so that both can share it.
//
// The rows are read as one message, and a commit writes the rows that differ, in one transaction that keeps other
// writers (Feast's too) out from the moment it has checked that nothing changed since. The version is a digest of what
// is stored: Feast keeps no counter that all its writes would move. So is the registry's version_id, unless the history
// in the same database says which version the rows are (sql_registry_version.h).
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "databases/sql_database.h"
#include "registry/registry_store.h"
#include "registry/stores/sql_registry_options.h"
#include "registry/stores/sql_registry_rows.h"

namespace feast {

class SqlRegistryStore : public RegistryStore {
 public:
  /// Connects to nothing yet. Invalid or NotImplemented for a `path` that is no database's URL.
  static arrow::Result<std::unique_ptr<RegistryStore>> Make(const RepoConfig& config);

  /// From `read_path`, if there is one.
  arrow::Result<RegistryBytes> Load() override;
  arrow::Result<RegistryBytes> LoadIfChanged(const std::string& known_version) override;
  /// From `path`: a replica may not have the last commit yet.
  arrow::Result<RegistryBytes> LoadToCommit() override;
  arrow::Result<CommitResult> Commit(const std::string& bytes, const std::string& expected_version) override;
  /// Deletes every row of every project; the tables stay.
  arrow::Result<CommitOutcome> Remove(const std::string& expected_version) override;
  void Stop() override { stop_.request_stop(); }
  std::string location() const override { return options_.url.Show(); }

 private:
  SqlRegistryStore(SqlRegistryOptions options, std::string project, bool keeps_history)
      : options_(std::move(options)), project_(std::move(project)), keeps_history_(keeps_history) {}
  arrow::Result<RegistryBytes> LoadFrom(const SqlUrl& url);
  arrow::Result<PresentTables> Tables(SqlDatabase& database) const;
  arrow::Result<PresentTables> LockedTables(SqlDatabase& database) const;

  const SqlRegistryOptions options_;
  const std::string project_;
  const bool keeps_history_;
  /// The store's own, beside that of each call.
  std::stop_source stop_;
};

}  // namespace feast
