// From definitions to a plan, and from a plan to the registry.
//
// PlanApply resolves what the user declared (resolve.h), compares it with a snapshot and keeps, besides the plan that
// is shown, the stored forms it will write and those it was computed from. CommitPlan writes them in one registry
// commit; on a registry that moved on meanwhile it rebases object by object and refuses when someone else changed the
// same object.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/status.h"
#include "feast/apply_options.h"
#include "feast/core/Registry.pb.h"
#include "feast/definitions.h"
#include "feast/plan.h"
#include "feast/repo_config.h"
#include "registry/history/history.h"
#include "registry/registry.h"
#include "registry/snapshot.h"

namespace feast {

class OfflineStore;
class OnlineStore;

/// One stored object that a plan writes or deletes.
struct PlannedObject {
  Action action;
  ObjectKind kind;
  std::string name;
  /// The stored object the plan was computed from; null for a creation.
  std::shared_ptr<const google::protobuf::Message> base;
  /// What is to be stored; null for a deletion.
  std::shared_ptr<const google::protobuf::Message> desired;
  /// Not a change that a person made: what is derived from other objects, or stored for Feast's sake. Written along
  /// when the plan is committed, never a reason to commit, and given up when someone else changed the object.
  bool derived = false;
};

/// A plan with what is needed to carry it out. Immutable once made; may be committed once.
struct PlannedApply {
  Plan plan;
  /// The registry's version_id when the plan was made; "" for a registry that was not there.
  std::string base_version;
  /// To be committed to that version only, not rebased on a newer one.
  bool pinned = false;
  /// The project as it was registered then; null for one that was not.
  std::shared_ptr<const core::Project> registered_project;
  /// The definitions with every name, type and projection filled in.
  Definitions resolved;
  std::vector<PlannedObject> objects;
  /// Infrastructure of this project as it is to be recorded, and what is to be struck off the record.
  std::vector<core::InfraObject> infra, infra_to_remove;
  /// Views whose online tables are to exist, and those whose tables are to go.
  std::vector<std::shared_ptr<FeatureView>> views_to_keep, views_to_remove;
  /// `definitions` was not the whole project.
  bool partial = false;
};

/// Resolves and compares; changes nothing. `online` may be null (no online store). Reads source schemas through
/// `offline` unless the options say otherwise. Errors are the user's: each names the object and where it was defined.
arrow::Result<PlannedApply> PlanApply(const Definitions& definitions, const Snapshot& snapshot, OfflineStore& offline,
                                      OnlineStore* online, const RepoConfig& config, const ApplyOptions& options);

/// The same for definitions that are resolved already.
arrow::Result<PlannedApply> PlanResolved(Definitions resolved, const Snapshot& snapshot, OnlineStore* online,
                                         const std::string& project, const ApplyOptions& options);

/// What makes one version of a project another: from `before` to `after`, whose objects are written as they are stored
/// there. Saved datasets and everything else counts. With `online`, its tables are planned too.
arrow::Result<PlannedApply> PlanBetween(const Snapshot& before, const Snapshot& after, const std::string& project,
                                        OnlineStore* online);

/// Prepares the online tables, commits the registry once (not at all when nothing differs), then removes the online
/// tables of deleted views. An error means that nothing was registered; tables that could not be removed after the
/// commit are told in `warnings`, if it is given. Invalid when an object of the plan was changed by someone else since
/// it was made. `entry` is what the history says of it; its project, summary and changes are filled in from the plan.
arrow::Status CommitPlan(const PlannedApply& planned, Registry& registry, OnlineStore* online, HistoryEntry entry = {},
                         std::vector<std::string>* warnings = nullptr);

/// Removes the online tables of `project` and then the registry itself. `online` may be null.
arrow::Status Teardown(Registry& registry, OnlineStore* online, const std::string& project, HistoryEntry entry = {});

}  // namespace feast
