// The views of a request as Feast hands them to stores that settle names themselves.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/definitions.h"
#include "feast/historical_request.h"
#include "registry/snapshot.h"

namespace feast::python {

/// The feature views wanted, inputs of on-demand views included: each whole, with the name and join keys that it is
/// wanted under, once for each of those.
arrow::Result<std::vector<std::shared_ptr<FeatureView>>> WantedViews(const HistoricalRequest& request,
                                                                     const Snapshot& snapshot,
                                                                     const std::string& project);

}  // namespace feast::python
