// Where the registry's bytes live. A store moves whole files; it knows nothing of their content.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "arrow/result.h"
#include "arrow/status.h"
#include "feast/repo_config.h"

namespace feast {

/// The registry's bytes with the token of that version. `exists` false: nothing there yet (bytes empty).
struct RegistryBytes {
  bool exists = false;
  std::string bytes;
  /// Opaque; equal tokens mean equal bytes.
  std::string version;
};

enum class CommitOutcome { kCommitted, kConflict };

struct CommitResult {
  CommitOutcome outcome = CommitOutcome::kConflict;
  /// The token of what was committed, as Load would give it; "" when the store does not know.
  std::string version;
};

class RegistryStore {
 public:
  virtual ~RegistryStore() = default;
  virtual arrow::Result<RegistryBytes> Load() = 0;
  /// Load, unless the version is still `known_version`: then `exists` is true, the version the same and bytes empty.
  virtual arrow::Result<RegistryBytes> LoadIfChanged(const std::string& known_version) = 0;
  /// Load for whoever is going to Commit: the newest version, where Load may give a replica's.
  virtual arrow::Result<RegistryBytes> LoadToCommit() { return Load(); }
  /// Replaces the registry, all or nothing, if its version is still `expected_version` ("" : there is none).
  virtual arrow::Result<CommitResult> Commit(const std::string& bytes, const std::string& expected_version) = 0;
  /// Removes the registry if its version is still `expected_version`. That there is none any more is no conflict.
  virtual arrow::Result<CommitOutcome> Remove(const std::string& expected_version) = 0;
  /// Ends calls that run in other threads, and later ones, early where that is possible. The store is going away.
  virtual void Stop() {}
  /// Path or URI, for messages.
  virtual std::string location() const = 0;
};

/// Makes the store of a configuration that names a Python class.
using RegistryStorePlugin = std::function<arrow::Result<std::unique_ptr<RegistryStore>>(const RepoConfig&)>;
/// Installed once, by the Python module, before the first store is made.
void SetRegistryStorePlugin(RegistryStorePlugin make);

/// The store for `config.registry`. NotImplemented for a scheme or type that is not built in.
arrow::Result<std::unique_ptr<RegistryStore>> MakeRegistryStore(const RepoConfig& config);

}  // namespace feast
