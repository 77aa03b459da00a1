// What an object store's error means, with one thing to do.
#pragma once

#include "arrow/status.h"
#include "files/places/location.h"

namespace feast::scan {

/// `status` as it is for local files and for errors that are not of the store; otherwise an IOError that names the
/// location and says what to change. May ask the store once more: it gives no reason for refusing a request for an
/// object's size.
arrow::Status Explained(const arrow::Status& status, const Location& location);

/// IOError for a location where nothing is; tells a missing bucket from a missing object.
arrow::Status NothingThere(const Location& location);

}  // namespace feast::scan
