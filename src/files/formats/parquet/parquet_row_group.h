// The fragments a Parquet file consists of.
#pragma once

#include <memory>
#include <vector>

#include "arrow/result.h"
#include "files/formats/parquet/parquet_file.h"
#include "files/fragment.h"

namespace feast::scan {

/// One fragment per row group that has rows. An error names the file, whose footer is damaged.
arrow::Result<std::vector<std::shared_ptr<Fragment>>> ParquetFragments(const ParquetFile& parquet,
                                                                       const std::shared_ptr<const FragmentFile>& file);

}  // namespace feast::scan
