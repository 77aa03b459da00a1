// CSV files (plain or .gz) as sources.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/fragment.h"
#include "files/places/location.h"

namespace feast::scan {

/// Columns and types of a CSV file with a header line, inferred from its first 16 MiB. Empty cells are nulls.
arrow::Result<std::shared_ptr<arrow::Schema>> CsvSchema(const Location& location);

/// The whole file as one fragment. Reading it holds the wanted columns of the whole file in memory.
std::shared_ptr<Fragment> CsvFragment(const Location& location, int64_t size, std::shared_ptr<const FragmentFile> file);

}  // namespace feast::scan
