// What looks as if it had only been renamed or moved. Suggestions for the reader of a plan; nothing acts on them.
#pragma once

#include <string>

#include "plan/planner.h"

namespace google::protobuf {
class Message;
}

namespace feast {

/// Sets `looks_like` of each created object to the one deleted object of the same content.
void SuggestRenames(PlannedApply* planned);

/// The one feature that only `after` has and that stands where `feature` stood in `before`, or is alone in its type; ""
/// when none stands out.
std::string RenamedFeature(const google::protobuf::Message& before, const google::protobuf::Message& after,
                           const std::string& feature);

}  // namespace feast
