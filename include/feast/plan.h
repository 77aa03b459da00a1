// What an apply would do: definitions minus the registry as it is.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feast/definitions.h"

namespace feast {

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
};
/// "feature view", "on demand feature view", …
std::string_view ObjectKindName(ObjectKind kind);

/// One field that differs, by its path in the stored form ("spec.ttl", "spec.features[conv_rate].value_type").
/// `before` is empty for what is added, `after` for what is removed.
struct FieldChange {
  std::string path, before, after;
};

struct ObjectChange {
  Action action;
  ObjectKind kind;
  std::string name;
  /// Updates only; sorted by path.
  std::vector<FieldChange> fields;
};

/// A table (or the like) of the online store. Type is what the store calls it: "sqlite table".
struct InfraChange {
  Action action;
  std::string type, name;
};

/// Differences between a feature repo and its registry, in a stable order.
struct Plan {
  std::string project;
  std::vector<ObjectChange> changes;
  std::vector<InfraChange> infra_changes;
  /// Names of the views whose online tables are to be prepared or removed, for apply's messages.
  std::vector<std::string> views_to_deploy, views_to_remove;

  bool empty() const { return changes.empty() && infra_changes.empty(); }
};

}  // namespace feast
