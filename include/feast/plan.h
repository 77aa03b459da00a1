// What an apply would do: definitions minus the registry as it is.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feast/export.h"
#include "feast/types.h"

namespace FEAST_EXPORT feast {

enum class Action { kCreate, kUpdate, kDelete };

/// Kinds in the order plans list them.
enum class ObjectKind {
  kProject,
  kDataSource,
  kEntity,
  kFeatureView,
  kOnDemandFeatureView,
  kStreamFeatureView,
  kFeatureService,
  kSavedDataset,
  kValidationReference,
  kPermission,
  kLabelView,
};
/// "feature view", "on demand feature view", …
std::string_view ObjectKindName(ObjectKind kind);
/// "create", "update", "delete".
std::string_view ActionName(Action action);

/// One field that differs, by its path in the stored form ("spec.ttl", "spec.features[conv_rate].value_type").
/// `before` is empty for what is added, `after` for what is removed.
struct FieldChange {
  std::string path, before, after;
};

/// What a change means to those who use the object. Breaking: what worked fails or gives other columns. Risky: the same
/// columns, other values. docs/plan.md has the whole table.
enum class Severity { kSafe, kRisky, kBreaking };
/// "safe", "risky", "breaking".
std::string_view SeverityName(Severity severity);

/// A feature service, on-demand view or saved dataset that is built on a changed object, directly or through others.
struct Affected {
  ObjectKind kind;
  std::string name;
  Tags tags;
  std::string owner;
};

/// One reason why a change is not safe.
struct Impact {
  Severity severity;
  /// "feature 'conv_rate' removed"
  std::string reason;
  /// Sorted by kind and name; those that are deleted along are left out.
  std::vector<Affected> affected;
};

struct ObjectChange {
  Action action;
  ObjectKind kind;
  std::string name;
  /// Updates only; sorted by path.
  std::vector<FieldChange> fields;
  /// The worst of the impacts.
  Severity severity = Severity::kSafe;
  /// Worst first; empty for safe changes.
  std::vector<Impact> impacts = {};
  /// Where the new form is declared; no file for deletions and for what was not declared in a file.
  Origin origin = {};
  /// Creations only: a deleted object of the same content, "" when none stands out. A suggestion, not acted on.
  std::string looks_like = {};
};

/// A table (or the like) of the online store. Type is what the store calls it: "sqlite table".
struct InfraChange {
  Action action;
  std::string type, name;
};

/// How many of a plan's changes do what.
struct PlanCounts {
  int create = 0, update = 0, remove = 0;
  int safe = 0, risky = 0, breaking = 0;
};

/// Differences between a feature repo and its registry, in a stable order.
struct Plan {
  std::string project;
  /// What the definitions were compared with instead of their registry; infrastructure is then left out.
  std::string against = {};
  std::vector<ObjectChange> changes;
  std::vector<InfraChange> infra_changes;
  /// Names of the views whose online tables are to be prepared or removed, for apply's messages.
  std::vector<std::string> views_to_deploy, views_to_remove;
  /// What apply puts up with and people should know, a sentence each: a source that is not there yet; after a commit,
  /// which stands, what could not be done besides it.
  std::vector<std::string> warnings = {};

  bool empty() const { return changes.empty() && infra_changes.empty(); }
  /// The worst of the changes.
  Severity severity() const;
  PlanCounts counts() const;
  /// "2 to add, 1 to change, 0 to delete — 1 breaking"
  std::string Summary() const;
};

}  // namespace feast
