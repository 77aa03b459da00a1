// Selections of views, as feature services and on-demand views make them, filled in and checked.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "feast/definitions.h"
#include "plan/resolve/known_objects.h"

namespace feast {

/// A resolved copy: each selection has its features with their types; all of the view's when it named none.
arrow::Result<std::shared_ptr<FeatureService>> ResolveService(const FeatureService& service, const KnownObjects& known);

/// A resolved copy of an on-demand view: its sources filled in and checked, its entity and schema complete.
arrow::Result<std::shared_ptr<OnDemandFeatureView>> ResolveOnDemandView(const OnDemandFeatureView& view,
                                                                        const KnownObjects& known);

/// Tries the function of a resolved view on a sample row. The error names the view and what is wrong with the function.
arrow::Status CheckFunction(const OnDemandFeatureView& view, const KnownObjects& known);

}  // namespace feast
