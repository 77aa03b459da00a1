#include "arrow_exchange.h"

#include "arguments.h"
#include "arrow/c/abi.h"
#include "arrow/c/bridge.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "bindings.h"
#include "system/array_check.h"
#include "system/exceptions.h"

namespace feast::python {

namespace {

constexpr const char* kStreamName = "arrow_array_stream";

void ReleaseStream(PyObject* capsule) {
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, kStreamName));
  if (stream != nullptr && stream->release != nullptr) stream->release(stream);
  delete stream;
}

/// Who calls it is C code, past which no exception may go.
class NothingThrown : public arrow::RecordBatchReader {
 public:
  explicit NothingThrown(std::shared_ptr<arrow::RecordBatchReader> reader) : reader_(std::move(reader)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return reader_->schema(); }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    return Caught([&] { return reader_->ReadNext(batch); });
  }
  arrow::Status Close() override {
    return Caught([&] { return reader_->Close(); });
  }

 private:
  const std::shared_ptr<arrow::RecordBatchReader> reader_;
};

nb::object PyArrow() { return nb::module_::import_("pyarrow"); }

}  // namespace

nb::object StreamCapsule(std::shared_ptr<arrow::RecordBatchReader> reader) {
  auto stream = std::make_unique<ArrowArrayStream>();
  stream->release = nullptr;
  Check(arrow::ExportRecordBatchReader(std::make_shared<NothingThrown>(std::move(reader)), stream.get()));
  PyObject* capsule = PyCapsule_New(stream.get(), kStreamName, &ReleaseStream);
  if (capsule == nullptr) throw nb::python_error();
  stream.release();
  return nb::steal(capsule);
}

nb::object ToPython(std::shared_ptr<arrow::RecordBatchReader> reader) {
  return PyArrow().attr("RecordBatchReader").attr("_import_from_c_capsule")(StreamCapsule(std::move(reader)));
}

nb::object ToPython(const std::shared_ptr<arrow::Table>& table) {
  return ToPython(std::make_shared<arrow::TableBatchReader>(table)).attr("read_all")();
}

nb::object ToPython(const std::shared_ptr<arrow::RecordBatch>& batch) {
  nb::object table = ToPython(Checked(arrow::RecordBatchReader::Make({batch}, batch->schema())));
  return table.attr("read_next_batch")();
}

arrow::Result<std::shared_ptr<arrow::Table>> TableFromPython(nb::handle python) {
  nb::object capsule = python.attr("__arrow_c_stream__")();
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), kStreamName));
  if (stream == nullptr) throw nb::python_error();
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::RecordBatchReader> reader, arrow::ImportRecordBatchReader(stream));
  ARROW_ASSIGN_OR_RAISE(auto table, reader->ToTable());
  ARROW_RETURN_NOT_OK(CheckArrays(*table));
  return table;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> BatchFromPython(nb::handle python) {
  if (nb::hasattr(python, "__arrow_c_array__")) {
    nb::object capsules = python.attr("__arrow_c_array__")();
    auto* schema = static_cast<ArrowSchema*>(PyCapsule_GetPointer(nb::object(capsules[0]).ptr(), "arrow_schema"));
    auto* array = static_cast<ArrowArray*>(PyCapsule_GetPointer(nb::object(capsules[1]).ptr(), "arrow_array"));
    if (schema == nullptr || array == nullptr) throw nb::python_error();
    ARROW_ASSIGN_OR_RAISE(auto batch, arrow::ImportRecordBatch(array, schema));
    ARROW_RETURN_NOT_OK(CheckArrays(*batch));
    return batch;
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Table> table, TableFromPython(python));
  return table->CombineChunksToBatch();
}

}  // namespace feast::python
