// What an apply does to the online store, against what the registry records of it.
#pragma once

#include <memory>
#include <string>

#include "arrow/status.h"
#include "feast/core/InfraObject.pb.h"
#include "feast/core/LabelView.pb.h"
#include "plan/planner.h"

namespace feast {

/// Fills in the infrastructure of a plan whose objects are settled. Without an online store nothing is touched.
arrow::Status PlanInfra(const Snapshot& snapshot, OnlineStore* online, PlannedApply* planned);

/// What an infrastructure object is known by: its class and its name.
std::string InfraKey(const core::InfraObject& object);

/// A label view as online stores see it: a view with these keys and columns.
std::shared_ptr<FeatureView> OnlineForm(const core::LabelView& stored);

/// Records the plan's infrastructure in a registry. Objects of other projects and stores are left alone. False when
/// nothing changed.
bool RecordInfra(const PlannedApply& planned, core::Infra* infra);

}  // namespace feast
