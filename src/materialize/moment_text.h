// Moments as people read them.
#pragma once

#include <string>

#include "feast/types.h"

namespace feast {

/// "2024-05-01 10:00:00+00:00"; parts of a second are left out.
std::string MomentText(Timestamp moment);

}  // namespace feast
