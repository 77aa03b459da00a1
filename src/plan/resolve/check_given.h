// What a program may hand in by mistake and no definition file can: nothing where an object is expected.
#pragma once

#include "arrow/status.h"
#include "feast/definitions.h"

namespace feast {

/// Invalid when `definitions` holds a null pointer where an object must be, or an object without a name.
arrow::Status CheckGiven(const Definitions& definitions);

}  // namespace feast
