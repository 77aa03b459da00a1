#include "feast/plan.h"

#include <algorithm>

namespace feast {

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kSafe:
      return "safe";
    case Severity::kRisky:
      return "risky";
    case Severity::kBreaking:
      return "breaking";
  }
  return "";
}

Severity Plan::severity() const {
  Severity worst = Severity::kSafe;
  for (const auto& change : changes) worst = std::max(worst, change.severity);
  return worst;
}

PlanCounts Plan::counts() const {
  PlanCounts counts;
  for (const auto& change : changes) {
    ++(change.action == Action::kCreate   ? counts.create
       : change.action == Action::kUpdate ? counts.update
                                          : counts.remove);
    ++(change.severity == Severity::kBreaking ? counts.breaking
       : change.severity == Severity::kRisky  ? counts.risky
                                              : counts.safe);
  }
  return counts;
}

std::string Plan::Summary() const {
  const PlanCounts its = counts();
  if (changes.empty() && !infra_changes.empty()) {
    int creates = 0, updates = 0, removals = 0;
    for (const auto& change : infra_changes) {
      ++(change.action == Action::kCreate ? creates : change.action == Action::kUpdate ? updates : removals);
    }
    return "No changes to the registry; in the online store " + std::to_string(creates) + " to add, " +
           std::to_string(updates) + " to change, " + std::to_string(removals) + " to delete";
  }
  std::string text = std::to_string(its.create) + " to add, " + std::to_string(its.update) + " to change, " +
                     std::to_string(its.remove) + " to delete";
  std::string concerns;
  if (its.breaking > 0) concerns = std::to_string(its.breaking) + " breaking";
  if (its.risky > 0) concerns += (concerns.empty() ? "" : ", ") + std::to_string(its.risky) + " risky";
  if (!concerns.empty()) text += " — " + concerns;
  return text;
}

}  // namespace feast
