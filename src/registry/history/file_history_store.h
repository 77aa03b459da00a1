// A history in a folder beside a registry file.
#pragma once

#include <filesystem>
#include <string>

#include "registry/history/history_store.h"

namespace feast {

class FileHistoryStore : public HistoryStore {
 public:
  /// Beside the file `registry`, which lends what is put there its owner and mode: who may not read the registry reads
  /// none of its versions. Makes its folder when something is first put there.
  explicit FileHistoryStore(std::filesystem::path registry)
      : registry_(std::move(registry)), folder_(registry_.string() + kHistorySuffix) {}

  arrow::Status Put(const std::string& name, const std::string& bytes) override;
  arrow::Result<std::optional<std::string>> Get(const std::string& name) override;
  arrow::Status Remove(const std::string& name) override;
  std::string location() const override { return folder_.string(); }

 private:
  arrow::Status MakeFolder();

  std::filesystem::path registry_, folder_;
};

}  // namespace feast
