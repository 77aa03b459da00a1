// Schemas as Delta tables write them in their log.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"

namespace feast::scan {

/// The Arrow schema of a Delta `schemaString`. Invalid for text that is no schema; NotImplemented, naming it, for an
/// unknown type.
arrow::Result<std::shared_ptr<arrow::Schema>> ParseDeltaSchema(const std::string& schema_string);

/// A partition value of the log as a value of its column's type; unset or "" is null. Invalid when the text is no such
/// value.
arrow::Result<std::shared_ptr<arrow::Scalar>> ParsePartitionValue(const std::optional<std::string>& text,
                                                                  const std::shared_ptr<arrow::DataType>& type);

}  // namespace feast::scan
