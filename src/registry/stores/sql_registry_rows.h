// Between a registry message and the rows it is kept in.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "arrow/result.h"
#include "databases/sql_database.h"
#include "feast/core/Registry.pb.h"
#include "registry/stores/sql_registry_tables.h"

namespace feast {

/// What identifies a row: its table, project and name (of a metadata row: its key).
struct RowKey {
  std::string table, project, name;
  auto operator<=>(const RowKey&) const = default;
};

/// Serialized messages, or the text of metadata, by row.
using RegistryRows = std::map<RowKey, std::string>;

struct StoredRegistry {
  RegistryRows rows;
  /// When a row was last written, in seconds since 1970.
  int64_t last_updated_s = 0;
  /// The history's row of that name; "" for none.
  std::string head;
};

/// Reads all rows as of one moment. Of the infrastructure, which a registry message has one list of, `project`'s.
arrow::Result<StoredRegistry> ReadRows(SqlDatabase& database, const PresentTables& tables, const std::string& project);

/// One message of all rows, objects sorted by project and name. Invalid, naming the row, for one that does not parse.
arrow::Result<core::Registry> ToRegistry(const StoredRegistry& stored, const std::string& location);

/// The rows that `registry` is kept in, map entries sorted, so that equal objects give equal bytes.
RegistryRows ToRows(const core::Registry& registry, const std::string& project);

/// Makes the rows `before` what they are in `after`, and nothing else. `now_s` is the time written beside them.
/// `with_metadata`: Feast's own notes on projects too.
arrow::Status WriteChanges(SqlDatabase& database, const PresentTables& tables, const RegistryRows& before,
                           const RegistryRows& after, int64_t now_s, bool with_metadata);

/// `stored` as those changes leave it.
RegistryRows WithChanges(RegistryRows stored, const RegistryRows& before, const RegistryRows& after);

}  // namespace feast
