// The fragments a Parquet file consists of.
#pragma once

#include <memory>
#include <vector>

#include "scan/fragment.h"
#include "scan/parquet_file.h"

namespace feast::scan {

/// One fragment per row group that has rows.
std::vector<std::shared_ptr<Fragment>> ParquetFragments(const ParquetFile& parquet,
                                                        const std::shared_ptr<const FragmentFile>& file);

}  // namespace feast::scan
