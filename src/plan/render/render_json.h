// A plan as a JSON document for programs; docs/formats/plan_json.md describes it.
#pragma once

#include <string>

#include "feast/plan.h"

namespace feast {

/// Indented by two spaces, keys in a fixed order, ends with a newline.
std::string RenderPlanJson(const Plan& plan);

}  // namespace feast
