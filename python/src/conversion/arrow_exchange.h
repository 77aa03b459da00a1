// Tables between C++ and Python by the Arrow C interfaces: pointers change hands, no bytes are copied.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast::python {

namespace nb = nanobind;

/// A PyCapsule "arrow_array_stream" that owns the stream.
nb::object StreamCapsule(std::shared_ptr<arrow::RecordBatchReader> reader);

/// A pyarrow.RecordBatch, pyarrow.Table or pyarrow.RecordBatchReader. Python exceptions are thrown.
nb::object ToPython(const std::shared_ptr<arrow::RecordBatch>& batch);
nb::object ToPython(const std::shared_ptr<arrow::Table>& table);
nb::object ToPython(std::shared_ptr<arrow::RecordBatchReader> reader);

/// From anything with `__arrow_c_stream__` (pyarrow, pandas, Polars, DuckDB …).
arrow::Result<std::shared_ptr<arrow::Table>> TableFromPython(nb::handle python);
/// From anything with `__arrow_c_array__` or `__arrow_c_stream__`.
arrow::Result<std::shared_ptr<arrow::RecordBatch>> BatchFromPython(nb::handle python);

}  // namespace feast::python
