// Simple Python functions run without Python: translated from their source text to arithmetic over columns.
//
// Safe for text from anywhere: the translation knows a closed list of operations, all of them pure arithmetic, and
// refuses a function as a whole when it uses anything else. What it accepts gives what Python, pandas and numpy give,
// missing values and divisions by zero included.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/transformation.h"
#include "transform/native/vector_program.h"

namespace feast {

class NativeTransformation : public Transformation {
 public:
  /// The function in `source_text`, of a view in mode "pandas" or "python"; nullptr when it is not simple enough.
  static std::shared_ptr<NativeTransformation> Translate(const std::string& source_text, const std::string& mode,
                                                         bool singleton);

  /// Thread-safe. NotImplemented for columns of types it does not compute with.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(
      const std::shared_ptr<arrow::RecordBatch>& input) const override;

  /// Whether the results of rows with these columns are the same in whatever batches they come. In pandas mode whole
  /// numbers and booleans become others when a null is anywhere in their column, which one batch does not show.
  bool IsRowByRow(const arrow::Schema& input) const;

 private:
  explicit NativeTransformation(NativeFunction function) : function_(std::move(function)) {}
  NativeFunction function_;
  std::set<std::string> strings_;
};

}  // namespace feast
