// Small whole Parquet files of one column each, for fuzzers to damage.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/formats/parquet/parquet_file.h"
#include "files/fragment.h"

namespace feast::fuzz {

struct ParquetTemplate {
  std::string bytes;
  /// The file's pages end where its page index begins, which ends where the footer begins.
  size_t pages_end, index_end;
  /// What the footer says.
  scan::ParquetFile file;
};

/// Every type of number, encoding, codec and version of pages, with nulls and without.
const std::vector<ParquetTemplate>& ParquetTemplates();

/// The fragments of a file with these bytes.
arrow::Result<std::vector<std::shared_ptr<scan::Fragment>>> FragmentsOf(const std::string& bytes);
/// Those of a file with the template's footer, which is not read again.
arrow::Result<std::vector<std::shared_ptr<scan::Fragment>>> FragmentsOf(const std::string& bytes,
                                                                        const ParquetTemplate& whole);

/// What libparquet itself makes of the column, by the template's footer; nullptr where it fails.
std::shared_ptr<arrow::ChunkedArray> TheirColumn(const std::string& bytes, const ParquetTemplate& whole);

}  // namespace feast::fuzz
