// Columns that people hand over, as the types that are declared.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast {

/// `column` as `type`, every value as it is: numbers in another width (1.0 is 1), texts of another kind, moments of
/// another unit or zone (to the microsecond; naive ones are of UTC), structs of texts as maps. TypeError, naming the
/// column, where a value would change, and for numbers that are to be moments.
arrow::Result<std::shared_ptr<arrow::Array>> ExactColumn(std::shared_ptr<arrow::Array> column, const std::string& name,
                                                         const std::shared_ptr<arrow::DataType>& type);

}  // namespace feast
