// The "sqlite" online store: one table for each view in a file of this machine, laid out as Feast lays it out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "feast/definitions.h"
#include "online/online_store.h"
#include "online/sqlite_reader.h"

namespace feast {

class SqliteConnection;

class SqliteOnlineStore : public OnlineStore {
 public:
  /// `path`: the database file, absolute; made together with its folder when first needed. `with_value_num`: tables get
  /// the column for numeric filters. `configured_path`: the path as feature_store.yaml has it.
  SqliteOnlineStore(std::string path, std::string project, bool with_value_num, std::string configured_path = "");

  arrow::Result<std::vector<core::InfraObject>> InfraFor(
      const std::vector<std::shared_ptr<FeatureView>>& views) const override;
  std::string infra_type() const override { return "sqlite table"; }
  /// Invalid when a table belongs to a view of another project: names are joined, and SQLite ignores their case.
  arrow::Status Check(const OnlineUpdate& update, const CallContext& context) override;
  /// A relative path is the same in every checkout.
  bool IsSame(const core::InfraObject& recorded, const core::InfraObject& wanted) const override;
  arrow::Status Update(const OnlineUpdate& update, const CallContext& context) override;
  arrow::Result<std::vector<OnlineTableState>> Inspect(const std::vector<std::shared_ptr<FeatureView>>& views,
                                                       const CallContext& context) override;
  /// One transaction.
  arrow::Status Write(const FeatureView& view, const OnlineRows& rows, const CallContext& context) override;
  arrow::Result<std::vector<OnlineAnswer>> Read(const std::vector<OnlineLookup>& lookups,
                                                const CallContext& context) override;
  bool answers_at_once() const override { return true; }
  arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext& context) override;

 private:
  std::string TableName(const FeatureView& view) const { return project_ + "_" + view.name; }

  arrow::Status CheckOwner(SqliteConnection& connection, const FeatureView& view) const;
  arrow::Status Prepare(SqliteConnection& connection, const FeatureView& view) const;
  arrow::Status Drop(SqliteConnection& connection, const FeatureView& view) const;

  std::string path_, project_, configured_path_;
  bool with_value_num_;
  SqliteReaders readers_;
};

/// The store that `online_store: {type: sqlite}` configures.
arrow::Result<std::unique_ptr<OnlineStore>> MakeSqliteOnlineStore(const RepoConfig& config);

}  // namespace feast
