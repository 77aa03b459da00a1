// The interface of online stores: the newest value of each feature by entity.
//
// A built-in store is one file here and one line in online_store_table.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/call_context.h"
#include "feast/definitions_fwd.h"
#include "feast/plan.h"
#include "feast/repo_config.h"
#include "online/online_rows.h"

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

/// What an apply asks of an online store.
struct OnlineUpdate {
  /// Views whose tables are to exist, and those whose tables are to go.
  std::vector<std::shared_ptr<FeatureView>> keep = {}, remove = {};
  /// What is applied and what is deleted with it; stores of the user's own may want to know.
  std::vector<std::shared_ptr<Entity>> entities_to_keep = {}, entities_to_remove = {};
  /// The project has more than what is named here.
  bool partial = false;
};

/// Calls that can wait end with Cancelled when their context says so.
class OnlineStore {
 public:
  virtual ~OnlineStore() = default;

  /// The tables (or the like) that serve these views, as recorded in the registry. Empty for stores that record
  /// none.
  virtual arrow::Result<std::vector<core::InfraObject>> InfraFor(
      const std::vector<std::shared_ptr<FeatureView>>& views) const = 0;
  /// "sqlite table": what InfraFor's objects are called in plans.
  virtual std::string infra_type() const = 0;
  /// What Update would refuse, found out without changing anything. OK from stores that cannot tell.
  virtual arrow::Status Check(const OnlineUpdate& update, const CallContext& context);
  /// Whether `recorded`, which may come from another checkout of the repo, is what InfraFor gives as `wanted`.
  virtual bool IsSame(const core::InfraObject& recorded, const core::InfraObject& wanted) const;
  /// Creates what `keep` needs and removes what `remove` had. Idempotent.
  virtual arrow::Status Update(const OnlineUpdate& update, const CallContext& context) = 0;
  /// The tables of these views as they are, in order; changes nothing. NotImplemented for stores that cannot tell.
  virtual arrow::Result<std::vector<OnlineTableState>> Inspect(const std::vector<std::shared_ptr<FeatureView>>& views,
                                                               const CallContext& context);
  /// Writes rows of one view (none: sees whether it could); all features of a row appear together. A row that is there
  /// and has a later event time stays. May be called by several threads at once. After an error some rows may have been
  /// written; writing all again does no harm.
  virtual arrow::Status Write(const FeatureView& view, const OnlineRows& rows, const CallContext& context);
  /// What the store has, for each lookup in order. May be called by several threads at once.
  virtual arrow::Result<std::vector<OnlineAnswer>> Read(const std::vector<OnlineLookup>& lookups,
                                                        const CallContext& context);
  /// Whether Read never waits for another machine, so that a server may call it where it must not wait.
  virtual bool answers_at_once() const { return false; }
  /// Whether it may be called by the thread alone on whose behalf it works: a class of the user's own may keep what
  /// belongs to one thread.
  virtual bool keeps_to_callers_thread() const { return false; }
  /// Removes everything of these views.
  virtual arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views,
                                 const CallContext& context) = 0;
};

/// Makes a store of a configuration whose online_store has the factory's type.
using OnlineStoreFactory = arrow::Result<std::unique_ptr<OnlineStore>> (*)(const RepoConfig& config);

/// The store configured in `config`; nullptr for `online_store: null`. A type that is not built in gives a store whose
/// every use is NotImplemented naming the type, so that configurations load everywhere.
arrow::Result<std::unique_ptr<OnlineStore>> MakeOnlineStore(const RepoConfig& config);

}  // namespace feast
