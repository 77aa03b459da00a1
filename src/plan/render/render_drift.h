// Drift as `feast plan --drift` prints it.
#pragma once

#include <string>

#include "feast/drift.h"

namespace feast {

/// A line for each object and place, columns indented below it, and a line that sums up. Ends with a newline.
std::string RenderDriftText(const Drift& drift);
/// docs/formats/plan_json.md describes it.
std::string RenderDriftJson(const Drift& drift);

}  // namespace feast
