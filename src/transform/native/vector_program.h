// A function in pandas mode, translated: from a record batch to the columns of the DataFrame it returns.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "transform/native/python_syntax.h"

namespace feast {

/// What a translated function does. NotImplemented for values it cannot compute with as Python would.
using NativeFunction =
    std::function<arrow::Result<std::shared_ptr<arrow::RecordBatch>>(const arrow::RecordBatch& input)>;

/// Empty when the function uses anything that is not on the list: column subscripts of its parameter, arithmetic,
/// comparisons, & | ~, astype, fillna, isna, notna, abs, round, the numpy functions named in vector_program.cc, and a
/// DataFrame it makes and returns.
NativeFunction CompileVectorProgram(const python_syntax::Function& function);

}  // namespace feast
