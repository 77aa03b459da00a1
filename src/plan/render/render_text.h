// A plan as `feast plan` prints it.
#pragma once

#include <string>

#include "feast/plan.h"

namespace feast {

/// "Created|Updated|Deleted <kind> <name>" for each change; below it, indented by a tab, the changed fields and what is
/// breaking or risky about them. Then an empty line, the same for infrastructure, an empty line, and the summary. Ends
/// with a newline. `color`: with ANSI colours, for terminals.
std::string RenderPlanText(const Plan& plan, bool color);
/// Its parts.
std::string RenderObjectsText(const Plan& plan, bool color);
std::string RenderInfraText(const Plan& plan, bool color);

}  // namespace feast
