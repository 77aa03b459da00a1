// What an apply does to the online store, against what the registry records of it.
#pragma once

#include <string>

#include "arrow/status.h"
#include "feast/core/InfraObject.pb.h"
#include "plan/planner.h"

namespace feast {

/// Fills in the infrastructure of a plan whose objects are settled. Without an online store nothing is touched.
arrow::Status PlanInfra(const Snapshot& snapshot, OnlineStore* online, PlannedApply* planned);

/// What an infrastructure object is known by: its class and its name.
std::string InfraKey(const core::InfraObject& object);

/// Records the plan's infrastructure in a registry. Objects of other projects and stores are left alone. False when
/// nothing changed.
bool RecordInfra(const PlannedApply& planned, core::Infra* infra);

}  // namespace feast
