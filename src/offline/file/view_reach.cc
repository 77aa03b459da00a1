#include "offline/file/view_reach.h"

#include <algorithm>

namespace feast {

void ViewReach::Add(const ViewReach& other) {
  if (other.is_nothing()) return;
  if (is_nothing()) {
    *this = other;
    return;
  }
  first_ns = std::min(first_ns, other.first_ns);
  last_ns = std::max(last_ns, other.last_ns);
  for (size_t k = 0; k < keys.size(); ++k) {
    // Without bounds on one side there are none together.
    if (!keys[k] || !other.keys[k]) {
      keys[k].reset();
      continue;
    }
    keys[k] = {std::min(keys[k]->first, other.keys[k]->first), std::max(keys[k]->second, other.keys[k]->second)};
  }
}

std::optional<join::MomentRange> ViewReach::MomentsIn(const scan::Fragment& fragment, const ViewRequest& view) const {
  join::MomentRange moments{INT64_MIN, INT64_MAX};
  // Without statistics a fragment may hold any moment.
  if (const auto stored = fragment.range(view.timestamp_column)) moments = {stored->min, stored->max};
  if (is_nothing() || moments.last < first_ns || moments.first > last_ns) return std::nullopt;
  for (size_t k = 0; k < keys.size(); ++k) {
    if (!keys[k]) continue;
    const auto stored = fragment.range(view.join_keys[k].source_column);
    if (stored && (stored->max < keys[k]->first || stored->min > keys[k]->second)) return std::nullopt;
  }
  return moments;
}

}  // namespace feast
