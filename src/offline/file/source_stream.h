// Reads the join columns of one source once, for all views that are of it.
#pragma once

#include <memory>
#include <vector>

#include "arrow/status.h"
#include "files/fragment.h"
#include "files/places/read_ahead.h"
#include "offline/file/row_progress.h"
#include "offline/file/view_join.h"

namespace feast {

/// Streams key and time columns of the fragments past the joins of all views that read them; a fragment is read once,
/// for those whose statistics leave room for a match. One fragment per thread at a time, or all threads on one where
/// there are fewer of them than threads. `workers` is at least one. What of a remote source will be read again for its
/// features stays at hand as long as `ahead`.
arrow::Status StreamSource(const std::vector<std::shared_ptr<scan::Fragment>>& fragments, int workers,
                           std::vector<ViewJoin>* joins, scan::ReadAhead* ahead, RowProgress* progress);

}  // namespace feast
