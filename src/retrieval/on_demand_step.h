// Computes one on-demand feature view on a batch of retrieved rows.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "retrieval/retrieval_steps.h"

namespace feast {

/// The fields of the step's outputs, as declared.
arrow::Result<arrow::FieldVector> OutputFields(const OnDemandStep& step);

/// Whether what the function returns says more of a type than is declared: of decimals, the digits.
bool RowsDecideTypes(const OnDemandStep& step);

/// The step's outputs for `rows` (columns of the query), in the order of `step.outputs`, of the declared types or
/// what RowsDecideTypes. The function sees its inputs and every column that is no feature. It is not called for no
/// rows. Errors name the view.
arrow::Result<arrow::ArrayVector> RunStep(const OnDemandStep& step, const arrow::RecordBatch& rows,
                                          const std::unordered_set<std::string>& feature_columns);

/// Whether the step gives the same for `rows` in whatever batches they come.
bool MayRunInBatches(const OnDemandStep& step, const arrow::Schema& rows);

}  // namespace feast
