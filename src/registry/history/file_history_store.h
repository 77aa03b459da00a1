// A history in a folder beside a registry file.
#pragma once

#include <filesystem>
#include <string>

#include "registry/history/history_store.h"

namespace feast {

class FileHistoryStore : public HistoryStore {
 public:
  /// Makes `folder` when something is first put there.
  explicit FileHistoryStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  arrow::Status Put(const std::string& name, const std::string& bytes) override;
  arrow::Result<std::optional<std::string>> Get(const std::string& name) override;
  arrow::Status Remove(const std::string& name) override;
  std::string location() const override { return folder_.string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace feast
