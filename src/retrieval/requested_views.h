// From what a user asks for, feature references or a feature service, to the views and features that are meant.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/result.h"
#include "feast/definitions.h"
#include "feast/historical_request.h"
#include "registry/snapshot.h"

namespace feast {

/// "view:feature", taken apart.
struct FeatureReference {
  std::string view, feature;
};

/// Invalid for a text without a colon or with an empty side. "view@latest:feature" means "view:feature"; NotImplemented
/// for "view@v2:feature", a version other than the latest.
arrow::Result<FeatureReference> ParseFeatureReference(std::string_view text);

/// One view as requested. `projection.features` holds what is wanted of it, in the order asked for, never empty.
struct RequestedView {
  std::shared_ptr<const BaseFeatureView> view;
  FeatureViewProjection projection;
};

/// The views of a request, in order of first mention. A feature asked for twice is there once. A feature service is
/// taken as the registry has it. Errors carry Feast's classes (FeatureViewNotFoundException,
/// FeatureServiceNotFoundException); an unknown feature is a KeyError.
arrow::Result<std::vector<RequestedView>> FindRequestedViews(const HistoricalRequest& request, const Snapshot& snapshot,
                                                             const std::string& project);

/// FeatureViewNotFoundException for a name that no view of the project has, with the one that may be meant.
arrow::Status ViewNotFound(const Snapshot& snapshot, const std::string& project, const std::string& name);

/// A view of any kind, from the registry.
arrow::Result<std::shared_ptr<const BaseFeatureView>> FindAnyView(const Snapshot& snapshot, const std::string& project,
                                                                  const std::string& name);

/// `projection` with its features looked up in `view` (all of them when it names none). `asked_by` starts the error:
/// "Feature service 'model_v1'" .
arrow::Result<FeatureViewProjection> CompleteProjection(const BaseFeatureView& view, FeatureViewProjection projection,
                                                        const std::string& asked_by);

}  // namespace feast
