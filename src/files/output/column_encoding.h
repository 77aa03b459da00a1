// How Parquet stores a column best, judged by a sample of it.
#pragma once

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast::scan {

struct ColumnEncoding {
  /// The values once, and for each row a position among them.
  bool dictionary = true;
  bool compressed = true;
};

/// For a column that starts with `rows`. Only what Parquet readers of any age know is chosen; whatever is not a number
/// of 4 or 8 bytes, and what is too short to tell, gets what is best in general.
arrow::Result<ColumnEncoding> ChooseEncoding(const arrow::ArrayData& rows);

}  // namespace feast::scan
