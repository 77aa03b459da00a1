// What OfflineStore::SourceSchema says of columns beyond their types.
#pragma once

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

/// The column of a text file, whose type is a guess and no more, with the cell that allows none that is narrower: "row
/// 3 holds 'x' in 'a.csv'", or "" for none.
inline std::shared_ptr<arrow::Field> GuessedColumn(const arrow::Field& field, const std::string& because) {
  return field.WithMetadata(arrow::key_value_metadata({"feast:guessed"}, {because}));
}
inline bool IsGuessed(const arrow::Field& field) {
  return field.metadata() != nullptr && field.metadata()->Contains("feast:guessed");
}
inline std::string GuessedBecause(const arrow::Field& field) {
  return field.metadata() == nullptr ? "" : field.metadata()->Get("feast:guessed").ValueOr("");
}

}  // namespace feast
