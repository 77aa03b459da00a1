// What the changes of a plan mean to those who use the objects: severity, reasons, and who is touched.
#pragma once

#include <string>

#include "arrow/status.h"
#include "feast/plan.h"
#include "plan/planner.h"
#include "registry/snapshot.h"

namespace feast {

/// Fills in severity, impacts and suggestions of every change of `planned`, which was computed from `snapshot`.
void AssessImpact(const Snapshot& snapshot, PlannedApply* planned);

/// "feature service model_v1 [stage=production] (owner ml@example.com)"
std::string Described(const Affected& affected);
/// "; touches feature service model_v1 [stage=production]", of at most `shown_max` of them; "" when nothing is touched.
std::string TouchedBy(const Impact& impact, size_t shown_max);

/// Invalid, naming each, when a change breaks what a feature service depends on, or a feature service itself.
arrow::Status RefuseBreaking(const Plan& plan);

}  // namespace feast
