// What a database refuses, in its own words. Who uses it says for what, and what to do.
#pragma once

#include <string>
#include <string_view>

#include "arrow/status.h"

namespace feast {

enum class SqlErrorKind {
  kOther,
  /// There is no folder for the file, and none could be made.
  kFolder,
  kUnreachable,
  kCredentials,
  kNoDatabase,
  /// A connection parameter that the client library does not know.
  kOption,
  /// The connection broke; a transaction that was open did not happen.
  kBroken,
  /// It broke, or the call's time was over, while a commit was under way: the transaction happened or did not.
  kUncertain,
  kDenied,
  /// Another program has kept what is asked for locked.
  kLocked,
  kReadOnly,
  /// There is no such table.
  kNoTable,
  /// The file is no database, or a damaged one.
  kDamaged,
};

/// An IOError of that kind. `message` is the database's, without a full stop.
arrow::Status SqlError(SqlErrorKind kind, std::string message);

/// The kind of an error that SqlError made; kOther for any other.
SqlErrorKind KindOfSqlError(const arrow::Status& status);

/// Whether SqlError made it.
bool IsSqlError(const arrow::Status& status);

}  // namespace feast
