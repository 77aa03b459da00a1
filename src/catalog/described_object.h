// A stored object as a description shows it.
#pragma once

#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"

namespace feast {

/// The stored form as JSON, without the project it is in and without what its type says already.
nlohmann::ordered_json DescribedObject(const google::protobuf::Message& message);

}  // namespace feast
