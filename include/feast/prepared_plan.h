// A plan that is ready to be carried out.
#pragma once

#include <memory>

#include "feast/definitions_fwd.h"
#include "feast/export.h"
#include "feast/plan.h"

namespace FEAST_EXPORT feast {

/// What FeatureStore::Prepare, OpenPlan and PrepareRollback give and FeatureStore::Commit carries out, once: a plan
/// with the stored forms that it writes and those that it was computed from. An immutable value, cheap to copy.
class PreparedPlan {
 public:
  const Plan& plan() const;
  /// The definitions with every name, type and projection filled in.
  const Definitions& definitions() const;

  /// This library's own (src/feature_store/feature_store_parts.h).
  struct Parts;
  explicit PreparedPlan(std::shared_ptr<const Parts> parts);
  const Parts& parts() const { return *parts_; }

 private:
  std::shared_ptr<const Parts> parts_;
};

}  // namespace feast
