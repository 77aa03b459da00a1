// The "sqlite" online store: one table for each view in a file of this machine, laid out as Feast lays it out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "online/online_store.h"

namespace feast {

class SqliteOnlineStore : public OnlineStore {
 public:
  /// `path`: the database file, absolute; made together with its folder when first needed. `with_value_num`: tables get
  /// the column for numeric filters.
  SqliteOnlineStore(std::string path, std::string project, bool with_value_num);

  std::vector<core::InfraObject> InfraFor(const std::vector<std::shared_ptr<FeatureView>>& views) const override;
  std::string infra_type() const override { return "sqlite table"; }
  arrow::Status Update(const OnlineUpdate& update) override;
  arrow::Result<std::vector<OnlineTableState>> Inspect(const std::vector<std::shared_ptr<FeatureView>>& views) override;
  arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views) override;

 private:
  std::string TableName(const FeatureView& view) const { return project_ + "_" + view.name; }

  std::string path_, project_;
  bool with_value_num_;
};

}  // namespace feast
