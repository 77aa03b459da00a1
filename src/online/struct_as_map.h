// Dicts of Python come as structs from the files that pandas and pyarrow write, also where maps are declared.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast {

/// `column` with structs of texts, also those in a list, as the maps of texts that `type` has in their place: each
/// field is an entry. Any other column as it is.
arrow::Result<std::shared_ptr<arrow::Array>> StructsAsMaps(const std::shared_ptr<arrow::Array>& column,
                                                           const arrow::DataType& type);

}  // namespace feast
