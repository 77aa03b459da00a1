// No registry holds credentials: whoever may read it would have them.
#pragma once

#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/definitions.h"

namespace feast {

/// `definitions` if no source has a password or key in a URI; else Invalid naming the source and the field. With
/// `leave_out`, "key:secret@" is left out of the paths of copies of such sources instead, with a warning for each.
arrow::Result<Definitions> WithoutSourceCredentials(const Definitions& definitions, bool leave_out,
                                                    std::vector<std::string>* warnings);

}  // namespace feast
