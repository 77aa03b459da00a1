// The oracle of the join's tests: docs/semantics/point_in_time.md as the simplest possible code. Compiled into tests
// only.
#pragma once

#include <vector>

#include "arrow/result.h"
#include "join/join_survey.h"
#include "join/point_in_time_join.h"

namespace feast::join {

/// What the join finds, from the whole source at once, by sorting nothing and looking at every pair of a key.
arrow::Result<SourcePositions> ReferenceJoin(const EntityRows& rows, const std::vector<SourceColumns>& fragments,
                                             const JoinOptions& options);

/// What the survey counts, the same way.
arrow::Result<JoinFindings> ReferenceSurvey(const EntityRows& rows, const std::vector<SourceColumns>& fragments,
                                            const JoinOptions& options);

}  // namespace feast::join
