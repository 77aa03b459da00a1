// CSV files (plain or .gz) as sources.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/formats/csv/csv_options.h"
#include "files/fragment.h"
#include "files/places/location.h"
#include "files/schema/declared_types.h"

namespace feast::scan {

/// Columns and types of a CSV file with a header line. To guess a type, every cell is looked at. A guessed column's
/// metadata says, by the names of types (bool, int64), which cell is no value of that type.
arrow::Result<std::shared_ptr<arrow::Schema>> CsvSchema(const Location& location, const CsvOptions& options,
                                                        const DeclaredTypes& types);

/// The whole file as one fragment, read some rows at a time.
std::shared_ptr<Fragment> CsvFragment(const Location& location, int64_t size, const CsvOptions& options,
                                      std::shared_ptr<const FragmentFile> file);

}  // namespace feast::scan
