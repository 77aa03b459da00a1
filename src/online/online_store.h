// The interface of online stores: the newest value of each feature by entity.
//
// A built-in store is one file here and one line in online_store_table.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/definitions.h"
#include "feast/plan.h"
#include "feast/repo_config.h"

namespace feast::core {
class InfraObject;
}

namespace feast {

/// What a view's table (or the like) lacks of what it should have.
struct OnlineTableState {
  /// As in InfraFor's objects.
  std::string name;
  bool exists = false;
  /// Empty when the table does not exist.
  std::vector<std::string> missing_columns;
};

class OnlineStore {
 public:
  virtual ~OnlineStore() = default;

  /// The tables (or the like) that serve these views, as recorded in the registry. Empty for stores that record
  /// none.
  virtual std::vector<core::InfraObject> InfraFor(const std::vector<std::shared_ptr<FeatureView>>& views) const = 0;
  /// "sqlite table": what InfraFor's objects are called in plans.
  virtual std::string infra_type() const = 0;
  /// Creates what `keep` needs and removes what `remove` had. Idempotent.
  virtual arrow::Status Update(const std::vector<std::shared_ptr<FeatureView>>& keep,
                               const std::vector<std::shared_ptr<FeatureView>>& remove) = 0;
  /// The tables of these views as they are, in order; changes nothing. NotImplemented for stores that cannot tell.
  virtual arrow::Result<std::vector<OnlineTableState>> Inspect(const std::vector<std::shared_ptr<FeatureView>>& views);
  /// Removes everything of these views.
  virtual arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views) = 0;
};

/// The store configured in `config`; nullptr for `online_store: null`. A type that is not built in gives a store whose
/// every use is NotImplemented naming the type, so that configurations load everywhere.
arrow::Result<std::unique_ptr<OnlineStore>> MakeOnlineStore(const RepoConfig& config);

}  // namespace feast
