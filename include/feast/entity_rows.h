// The rows that features are retrieved for, in the forms they may be given in.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "arrow/type_fwd.h"
#include "feast/data_source.h"
#include "feast/export.h"

namespace FEAST_EXPORT feast {

/// Rows without an entity frame: every entity seen in [start, end], at the time `end`.
struct EntityRange {
  std::optional<Timestamp> start, end;
};

/// Rows in a Parquet or CSV file, a folder of such, or at a file-system URI.
struct EntityFile {
  std::string path;
};

/// Rows that a query gives, in the words of the store that is asked.
struct EntityQuery {
  std::string sql;
};

/// A table, a file and a query have the join keys and one event-timestamp column.
using EntityRows = std::variant<EntityRange, std::shared_ptr<arrow::Table>, EntityFile, EntityQuery>;

/// What a text given as entity rows means: a query when it begins with SELECT or WITH, in brackets or behind comments
/// as well, and no file is called that; else the path of a file.
EntityRows EntityRowsFromText(std::string_view text);

}  // namespace feast
