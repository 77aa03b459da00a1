// Trying the function of an on-demand view before the view is registered.
#pragma once

#include <vector>

#include "arrow/status.h"
#include "feast/definitions.h"

namespace feast {

/// Runs the function of a resolved view once, on one row of made-up values of the declared types, as Feast does when a
/// view is applied. `entity_columns`: of the views it is computed from; it may read them as it may their features and
/// the time of the event.
///
/// Fails as the function fails, or when it does not return what the view declares; the error names column and line. OK
/// without a run for a function that exists only in the registry, of a mode that runs nowhere here, or whose
/// inputs' types are not known.
arrow::Status TryFunction(const OnDemandFeatureView& view, const std::vector<Field>& entity_columns);

}  // namespace feast
