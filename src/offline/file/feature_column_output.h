// One feature column of a result, filled from the fragments that hold its winners.
#pragma once

#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/formats/parquet/row_set.h"
#include "offline/file/winner_order.h"

namespace feast {

class FeatureColumnOutput {
 public:
  /// For values of `type`. `winners` must outlive this object.
  static arrow::Result<std::unique_ptr<FeatureColumnOutput>> Make(const std::shared_ptr<arrow::DataType>& type,
                                                                  const WinnerOrder& winners);
  virtual ~FeatureColumnOutput() = default;

  /// Takes the winners' values out of the fragment's column, of which just `rows` are there unless that is null.
  /// Threads may call at once, each with another fragment.
  virtual arrow::Status Scatter(int32_t fragment, const std::shared_ptr<arrow::ChunkedArray>& column,
                                const scan::RowSet* rows) = 0;
  /// The column: a value or null for each entity row. To be called once, after the last Scatter.
  virtual arrow::Result<std::shared_ptr<arrow::ChunkedArray>> Finish() = 0;
};

/// Output for types whose values all take the same whole number of bytes.
arrow::Result<std::unique_ptr<FeatureColumnOutput>> MakeFixedWidthOutput(const std::shared_ptr<arrow::DataType>& type,
                                                                         int byte_width, const WinnerOrder& winners);
/// Output for any type.
std::unique_ptr<FeatureColumnOutput> MakeGeneralOutput(const std::shared_ptr<arrow::DataType>& type,
                                                       const WinnerOrder& winners);

}  // namespace feast
