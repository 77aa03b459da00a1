// From values as online stores keep them to a column.
#pragma once

#include <memory>
#include <string_view>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/types.h"

namespace feast {

/// Collects values of one feature that come from a store. Not thread-safe.
class ValueColumn {
 public:
  virtual ~ValueColumn() = default;
  /// A null for an empty Value; Invalid for bytes that are none. A value of another type than declared, which an older
  /// definition of the feature left there, is converted where nothing is lost; TypeError otherwise.
  virtual arrow::Status Append(std::string_view bytes) = 0;
  virtual arrow::Status AppendNull() = 0;
  /// All values, of the feature's Arrow type; the column is empty afterwards.
  virtual arrow::Result<std::shared_ptr<arrow::Array>> Finish() = 0;

  static arrow::Result<std::unique_ptr<ValueColumn>> Make(const Type& type);
};

}  // namespace feast
