// What the offline store cannot know of a report: which features only on-demand functions need, and what those gave.
#pragma once

#include <memory>
#include <vector>

#include "arrow/record_batch.h"
#include "arrow/result.h"
#include "feast/retrieval_report.h"
#include "retrieval/retrieval_steps.h"

namespace feast {

/// Counts nulls in the on-demand outputs of a result as it comes by, then completes the report.
class ReportCompletion {
 public:
  ReportCompletion(std::shared_ptr<const RetrievalSteps> steps, std::shared_ptr<RetrievalReport> report);

  /// Some columns of some rows of the result.
  void Count(const arrow::Schema& schema, const arrow::ArrayVector& columns);
  /// To be called once, when the query's rows have been read to their end.
  void Finish();

 private:
  std::shared_ptr<const RetrievalSteps> steps_;
  std::shared_ptr<RetrievalReport> report_;
  /// A view for each on-demand step.
  std::vector<RetrievalReport::View> on_demand_;
};

/// `rows` as they are; the report is complete when they have been read to their end.
std::shared_ptr<arrow::RecordBatchReader> WithReport(std::shared_ptr<arrow::RecordBatchReader> rows,
                                                     std::unique_ptr<ReportCompletion> completion);

}  // namespace feast
