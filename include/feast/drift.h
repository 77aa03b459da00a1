// Where the world is no longer what the registry says.
#pragma once

#include <string>
#include <vector>

#include "feast/export.h"
#include "feast/plan.h"

namespace FEAST_EXPORT feast {

/// One difference between what is registered and what is there.
struct DriftItem {
  /// The registered object that is affected.
  ObjectKind kind;
  std::string name;
  /// "data source driver_stats", "sqlite table p_driver_hourly_stats"
  std::string where;
  /// The column; "" for the whole source or table.
  std::string column;
  /// Types or states: "Float32", "missing", "cannot be read: …".
  std::string declared, actual;
};

struct Drift {
  std::string project;
  /// Sorted by kind, name, where and column.
  std::vector<DriftItem> items;
  /// Sources and online tables that were looked at.
  int looked_at = 0;
  /// What this build cannot look into, a sentence each.
  std::vector<std::string> not_looked_at;
};

}  // namespace feast
