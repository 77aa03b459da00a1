// What feature_store.yaml says of a registry in a database.
#pragma once

#include "arrow/result.h"
#include "databases/sql_url.h"
#include "feast/repo_config.h"

namespace feast {

/// What to do about tables that are missing, by Feast's names: make them, refuse, or take them for empty.
enum class SqlSchemaMode { kAuto, kVerify, kSkip };

struct SqlRegistryOptions {
  /// The same unless there is a `read_path`.
  SqlUrl url, read_url;
  SqlSchemaMode schema_mode = SqlSchemaMode::kAuto;
  /// Whether Feast's notes on projects are written.
  bool with_metadata = true;

  /// Invalid or NotImplemented for a `path` that is no database's URL.
  static arrow::Result<SqlRegistryOptions> Of(const RepoConfig& config);
};

}  // namespace feast
