// A stream that ends early when the call it is part of does.
#pragma once

#include <memory>
#include <utility>

#include "arrow/record_batch.h"
#include "feast/call_context.h"

namespace feast {

class ContextReader : public arrow::RecordBatchReader {
 public:
  ContextReader(std::shared_ptr<arrow::RecordBatchReader> rows, CallContext context)
      : rows_(std::move(rows)), context_(std::move(context)) {}

  std::shared_ptr<arrow::Schema> schema() const override { return rows_->schema(); }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    ARROW_RETURN_NOT_OK(context_.Check());
    const CallScope scope(context_);
    return rows_->ReadNext(batch);
  }
  arrow::Status Close() override { return rows_->Close(); }

 private:
  std::shared_ptr<arrow::RecordBatchReader> rows_;
  CallContext context_;
};

}  // namespace feast
