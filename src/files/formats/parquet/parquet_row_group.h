// The fragments a Parquet file consists of.
#pragma once

#include <memory>
#include <vector>

#include "files/formats/parquet/parquet_file.h"
#include "files/fragment.h"

namespace feast::scan {

/// One fragment per row group that has rows.
std::vector<std::shared_ptr<Fragment>> ParquetFragments(const ParquetFile& parquet,
                                                        const std::shared_ptr<const FragmentFile>& file);

}  // namespace feast::scan
