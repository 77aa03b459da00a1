// What OfflineStore::SourceSchema says of columns beyond their types.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "arrow/type.h"
#include "arrow/util/key_value_metadata.h"

namespace feast {

/// The column with the reason for which every read of it fails: the files do not agree on it.
inline std::shared_ptr<arrow::Field> UnreadableColumn(const arrow::Field& field, const std::string& reason) {
  return field.WithMetadata(arrow::key_value_metadata({"feast:unreadable"}, {reason}));
}
/// The reason; "" for a column that can be read.
inline std::string WhyUnreadable(const arrow::Field& field) {
  return field.metadata() == nullptr ? "" : field.metadata()->Get("feast:unreadable").ValueOr("");
}

/// The column of a text file, whose type is a guess and no more. `against`: by the name of each type (bool, int64) that
/// it cannot be declared as, the cell that shows it: "row 3 holds 'x' in 'a.csv'".
inline std::shared_ptr<arrow::Field> GuessedColumn(const arrow::Field& field,
                                                   const std::map<std::string, std::string>& against) {
  auto metadata = arrow::key_value_metadata({"feast:guessed"}, {""});
  for (const auto& [type, cell] : against) metadata->Append("feast:not:" + type, cell);
  return field.WithMetadata(std::move(metadata));
}
inline bool IsGuessed(const arrow::Field& field) {
  return field.metadata() != nullptr && field.metadata()->Contains("feast:guessed");
}
/// The cell of a guessed column that is no value of the type; "" when all are.
inline std::string CellAgainst(const arrow::Field& field, const std::string& type) {
  return field.metadata() == nullptr ? "" : field.metadata()->Get("feast:not:" + type).ValueOr("");
}

}  // namespace feast
