// How serious a changed field is: the rules of docs/plan.md as a table.
#pragma once

#include <string>

#include "feast/plan.h"

namespace feast {

struct FieldSeverity {
  Severity severity = Severity::kSafe;
  /// "feature 'conv_rate' removed"; "" when safe.
  std::string reason;
  /// The one feature of a view that it is about; "" for the whole object.
  std::string feature;
};

/// Judges a change by its path alone, whoever uses the object. What no rule knows is risky.
FieldSeverity JudgeField(ObjectKind kind, const FieldChange& change);

}  // namespace feast
