// Writing one file of any form so that it appears complete or not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "arrow/io/type_fwd.h"
#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/places/location.h"

namespace feast::scan {

/// Writes to a stream, closes it and gives a count.
using StreamWriter = std::function<arrow::Result<int64_t>(const std::shared_ptr<arrow::io::OutputStream>&)>;

/// The message of `status` and what the operating system said, which Arrow keeps apart: "No space left on device".
std::string MessageWithReason(const arrow::Status& status);

/// Runs `write` and returns what it gave. The file takes the place of one that is there: locally through a temporary
/// file beside it, which is removed on every error; on S3 because an object shows only once it is closed, elsewhere by
/// a temporary object. Missing local folders are made. Errors name the location.
arrow::Result<int64_t> WriteFile(const Location& location, const StreamWriter& write);

}  // namespace feast::scan
