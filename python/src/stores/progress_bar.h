// A progress bar on stderr: only on a terminal, and only for work that lasts.
#pragma once

#include "feast/retrieval_job.h"

namespace feast::python {

/// A callback that draws the bar, or an empty one when stderr is no terminal or FEAST_NO_PROGRESS is set. The bar
/// appears after a second and vanishes when the last copy of the callback is destroyed.
ProgressCallback MakeProgressBar();

}  // namespace feast::python
