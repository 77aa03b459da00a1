// A plan as `feast plan` prints it.
#pragma once

#include <string>

#include "feast/plan.h"

namespace feast {

/// "Created|Updated|Deleted <kind> <name>" for each change, changed fields indented by a tab; an empty line; then the
/// same for infrastructure. Ends with a newline. `color`: with ANSI colours, for terminals.
std::string RenderPlanText(const Plan& plan, bool color);

}  // namespace feast
