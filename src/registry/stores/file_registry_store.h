// The registry in a file of this machine (or a mounted volume).
//
// Writers take turns by an advisory lock on a side file and replace the registry by renaming a complete, synced
// temporary file over it: a reader, or a machine that lost its power, finds the old registry or the new one. Readers
// take no lock and need no write permission.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "registry/registry_store.h"

namespace feast {

class FileRegistryStore : public RegistryStore {
 public:
  explicit FileRegistryStore(const std::filesystem::path& path);

  arrow::Result<RegistryBytes> Load() override;
  arrow::Result<RegistryBytes> LoadIfChanged(const std::string& known_version) override;
  arrow::Result<CommitResult> Commit(const std::string& bytes, const std::string& expected_version) override;
  arrow::Result<CommitOutcome> Remove(const std::string& expected_version) override;
  std::string location() const override { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace feast
