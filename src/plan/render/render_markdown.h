// A plan as Markdown for a pull request, and as GitHub's workflow annotations.
#pragma once

#include <string>

#include "feast/plan.h"

namespace feast {

/// A heading with the summary, one line for each change with details folded away, and first an HTML comment,
/// "<!-- feast-plan: PROJECT -->", to find the comment by and update it. Stays below GitHub's limit of 65,536
/// characters: what does not fit is counted.
std::string RenderPlanMarkdown(const Plan& plan);

/// Workflow commands: an error for each breaking, a warning for each risky and a notice for each safe change, at the
/// file and line of the definition, and a notice with the summary.
std::string RenderPlanAnnotations(const Plan& plan);

}  // namespace feast
