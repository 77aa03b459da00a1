// The one error of a data source that an apply may put up with: nothing is there yet.
#pragma once

#include "arrow/status.h"

namespace feast {

/// `status`, marked. The mark stays when the message is changed (Status::WithMessage).
arrow::Status WithNothingThere(const arrow::Status& status);

/// Whether a status is marked so.
bool SaysNothingThere(const arrow::Status& status);

}  // namespace feast
