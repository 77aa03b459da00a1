// A history in the registry's database: one table of named contents, which Feast never looks at.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "databases/sql_database.h"
#include "registry/history/history_store.h"
#include "registry/stores/sql_registry_options.h"

namespace feast {

/// Connects anew for each call: history is rarely asked for, and a connection survives neither a fork nor a night.
class SqlHistoryStore : public HistoryStore {
 public:
  explicit SqlHistoryStore(SqlRegistryOptions options) : options_(std::move(options)) {}

  /// Makes the table when it is first written to, if `schema_mode` lets it.
  arrow::Status Put(const std::string& name, const std::string& bytes) override;
  /// nullopt too for who may not read the table, as when only Feast's were granted.
  arrow::Result<std::optional<std::string>> Get(const std::string& name) override;
  arrow::Status Remove(const std::string& name) override;
  std::string location() const override;

 private:
  /// Whether the table is there and this user's to use.
  arrow::Result<bool> HasTable(SqlDatabase& database);
  arrow::Status MakeTable(SqlDatabase& database);

  const SqlRegistryOptions options_;
  std::atomic<bool> has_table_ = false;
};

/// Invalid for a configuration whose registry's path is no database's URL.
arrow::Result<std::unique_ptr<HistoryStore>> MakeSqlHistoryStore(const RepoConfig& config);

}  // namespace feast
