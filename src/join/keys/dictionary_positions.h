// Reads the indices of dictionary-encoded columns, whatever their width.
#pragma once

#include <cstdint>

#include "arrow/type_fwd.h"

namespace feast::join {

/// True for dictionary types, also inside an extension type.
bool IsDictionary(const arrow::DataType& type);

/// For rows [offset, offset + rows) of a dictionary column, where in its dictionary each row's value lies; kNoCode for
/// nulls.
void ReadDictionaryPositions(const arrow::ArrayData& data, int64_t offset, int rows, int32_t* positions);

}  // namespace feast::join
