// What Redis refuses, said to whoever uses the online store.
#pragma once

#include <string_view>

#include "arrow/status.h"

namespace feast {

/// An IOError: "Redis refuses to `what` values: …", with one thing to do. `said`: an error reply.
arrow::Status RedisRefusal(std::string_view what, std::string_view said);

}  // namespace feast
