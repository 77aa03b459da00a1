// The registry in a database, in the tables Feast's `sql` registry has, so that both can share it.
//
// The rows are read as one message, and a commit writes the rows that differ, in one transaction that keeps other
// writers (Feast's too) out from the moment it has checked that nothing changed since. The version is a digest of what
// is stored: Feast keeps no counter that all its writes would move.
#pragma once

#include <memory>
#include <string>

#include "registry/registry_store.h"
#include "registry/sql_database.h"
#include "registry/sql_registry_rows.h"

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
  arrow::Status Remove() override;
  std::string location() const override { return location_; }

 private:
  /// What to do about tables that are missing, by Feast's names: make them, refuse, or take them for empty.
  enum class SchemaMode { kAuto, kVerify, kSkip };

  SqlRegistryStore() = default;
  /// nullptr when there is no such SQLite file and `create` is false.
  arrow::Result<std::unique_ptr<SqlDatabase>> Connect(const SqlUrl& url, bool create) const;
  arrow::Result<RegistryBytes> LoadFrom(const SqlUrl& url);
  arrow::Result<PresentTables> Tables(SqlDatabase& database) const;
  arrow::Result<PresentTables> LockedTables(SqlDatabase& database) const;

  SqlUrl url_, read_url_;
  std::string location_, project_;
  SchemaMode schema_mode_ = SchemaMode::kAuto;
  bool with_metadata_ = true;
};

}  // namespace feast
