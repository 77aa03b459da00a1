// A feature view made whole: its entities looked up, join keys told from features, types and features inferred from the
// source.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "feast/definitions.h"
#include "plan/resolve/known_objects.h"
#include "plan/resolve/resolve_source.h"
#include "plan/resolve/source_schemas.h"

namespace feast {

/// A resolved copy of `view`. Columns are checked against the source when its schema was read.
arrow::Result<std::shared_ptr<FeatureView>> ResolveView(const FeatureView& view, const KnownObjects& known,
                                                        const ResolvedSources& sources, const SourceSchemas& schemas,
                                                        std::vector<std::string>* warnings);

}  // namespace feast
