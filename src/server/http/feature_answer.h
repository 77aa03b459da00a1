// The answer of /get-online-features.
#pragma once

#include <string>

#include "arrow/status.h"
#include "serving/served_rows.h"

namespace feast {

/// Appends the JSON that Feast's server gives. Invalid for a value that cannot be read.
arrow::Status AppendAnswer(const ServedRows& served, std::string* out);

}  // namespace feast
