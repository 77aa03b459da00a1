#include "plan/empty_tables.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>

#include "definitions/proto.h"
#include "plan/infra_changes.h"

namespace feast {

namespace {

std::string ArgumentOf(Timestamp moment, bool round_up) {
  const auto whole =
      round_up ? std::chrono::ceil<std::chrono::seconds>(moment) : std::chrono::floor<std::chrono::seconds>(moment);
  const std::time_t seconds = whole.time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts)};
}

std::string Warning(const FeatureView& view) {
  Timestamp start = Timestamp::max(), end = Timestamp::min();
  for (const auto& [from, until] : view.materialization_intervals) {
    start = std::min(start, from);
    end = std::max(end, until);
  }
  const std::string last = ArgumentOf(end, true);
  return "The registry has feature view '" + view.name + "' as materialized until " + last +
         ", but its online table is new and empty, and materialize-incremental goes on from there. To fill it: feast "
         "materialize " +
         ArgumentOf(start, false) + " " + last + " --views " + view.name;
}

}  // namespace

arrow::Status WarnOfEmptyTables(const std::vector<std::shared_ptr<FeatureView>>& registered,
                                const std::vector<core::InfraObject>& recorded, OnlineStore& online,
                                PlannedApply* planned) {
  // Stores that record nothing, and those of the user's own, cannot be asked without asking another machine.
  if (planned->infra.size() != planned->views_to_keep.size()) return arrow::Status::OK();
  std::vector<std::shared_ptr<FeatureView>> filled;
  std::vector<bool> is_new;
  for (size_t i = 0; i < planned->infra.size(); ++i) {
    const auto& view = planned->views_to_keep[i];
    const auto known = std::find_if(registered.begin(), registered.end(),
                                    [&](const auto& other) { return other->name == view->name; });
    if (known == registered.end() || (*known)->materialization_intervals.empty() || !view->online) continue;
    filled.push_back(*known);
    is_new.push_back(std::none_of(recorded.begin(), recorded.end(), [&](const core::InfraObject& object) {
      return ToBytes(object) == ToBytes(planned->infra[i]);
    }));
  }
  std::vector<OnlineTableState> states;
  if (online.answers_at_once() && !filled.empty()) {
    ARROW_ASSIGN_OR_RAISE(states, online.Inspect(filled, CallContext::OfThread()));
  }
  for (size_t i = 0; i < filled.size(); ++i) {
    const bool is_missing = i < states.size() ? !states[i].exists : is_new[i];
    if (is_missing) planned->plan.warnings.push_back(Warning(*filled[i]));
  }
  return arrow::Status::OK();
}

}  // namespace feast
