// What a feature view wants of its source's columns, against what the source has.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/status.h"
#include "arrow/type_fwd.h"
#include "feast/definitions.h"

namespace feast {

/// An error that names what is missing, or what has a type that cannot be meant, and lists what the source has.
arrow::Status CheckSourceColumns(const FeatureView& view, const std::vector<std::shared_ptr<const Entity>>& entities,
                                 const arrow::Schema& schema);

/// Whether cells of a text file, of which `guess` is what they look like, are no values of the declared type. Text they
/// always are.
bool CellsCannotBe(const Type& declared, const arrow::Field& guess);

/// Features keep microseconds. The first cell of a column of timestamps in a text file that has more digits; "" when
/// none has.
std::string CellWithTooManyDigits(const arrow::Field& guess);

}  // namespace feast
