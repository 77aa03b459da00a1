#include "offline/unreadable_column.h"

#include "arrow/type.h"
#include "arrow/util/key_value_metadata.h"

namespace feast {
namespace {

constexpr const char* kReasonKey = "feast:unreadable";

}  // namespace

std::shared_ptr<arrow::Field> UnreadableColumn(const arrow::Field& field, const std::string& reason) {
  return field.WithMetadata(arrow::key_value_metadata({kReasonKey}, {reason}));
}

std::string WhyUnreadable(const arrow::Field& field) {
  return field.metadata() == nullptr ? "" : field.metadata()->Get(kReasonKey).ValueOr("");
}

}  // namespace feast
