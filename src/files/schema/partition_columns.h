// Columns that the names of folders give: day=2024-05-01/city=Oslo/.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/places/file_listing.h"
#include "files/places/location.h"
#include "files/schema/declared_types.h"

namespace feast::scan {

struct PartitionColumns {
  arrow::FieldVector fields;
  /// For each file, in the order of the files, its value of each field.
  std::vector<arrow::ScalarVector> values;
  /// SourceSchema::against, for each column whose type is a guess.
  std::map<std::string, std::map<std::string, std::string>> against;
};

/// The names are text, so what is declared decides, as in CSV. Else a column is int64 when every value is a number as
/// numbers are written, and string otherwise. Invalid when the files differ in the names of their partition columns or
/// a value is none of the declared type.
arrow::Result<PartitionColumns> ReadPartitions(const std::vector<SourceFile>& files, const Location& location,
                                               const DeclaredTypes& types);

}  // namespace feast::scan
