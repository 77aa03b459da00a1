// A stream of rows in any of the forms people ask for (feast/row_format.h): two of these, each in a file of its own.
#pragma once

#include <cstdint>
#include <memory>

#include "arrow/io/type_fwd.h"
#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/row_format.h"

namespace feast::scan {

arrow::Result<int64_t> WriteCsv(arrow::RecordBatchReader& rows, const std::shared_ptr<arrow::io::OutputStream>& stream);
arrow::Result<int64_t> WriteJson(arrow::RecordBatchReader& rows,
                                 const std::shared_ptr<arrow::io::OutputStream>& stream);

}  // namespace feast::scan
