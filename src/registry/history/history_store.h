// Where the registry's history lives: small named objects beside the registry.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "arrow/result.h"
#include "arrow/status.h"
#include "feast/repo_config.h"

namespace feast {

/// What a file or an object is called to which the history belongs, then this, then '/' and a name.
inline constexpr const char* kHistorySuffix = ".history";

/// What went wrong, saying that it went wrong with the history; `what`: "read", "written". `advice` follows.
inline arrow::Status HistoryError(const arrow::Status& status, const char* what, const char* advice = "") {
  return status.WithMessage("The registry's history cannot be ", what, ": ", status.message(), advice);
}

/// Holds objects by name; knows nothing of their content. Names are made of letters, digits, '-' and '.', and no two
/// writers choose the same name for different content, but for "latest", which may be replaced at any time. Objects are
/// never listed, so that a bucket needs to allow no more than getting, putting and deleting them.
class HistoryStore {
 public:
  virtual ~HistoryStore() = default;
  /// Stores an object, replacing one of that name. It must not be lost once this returns.
  virtual arrow::Status Put(const std::string& name, const std::string& bytes) = 0;
  /// nullopt when there is none of that name.
  virtual arrow::Result<std::optional<std::string>> Get(const std::string& name) = 0;
  /// Not an error when there is none.
  virtual arrow::Status Remove(const std::string& name) = 0;
  /// Folder or URI, for messages.
  virtual std::string location() const = 0;
};

/// The store beside the registry of `config`: `<registry>.history/`, or a table in its database. nullptr where
/// registries of that kind keep none.
arrow::Result<std::unique_ptr<HistoryStore>> MakeHistoryStore(const RepoConfig& config);

}  // namespace feast
