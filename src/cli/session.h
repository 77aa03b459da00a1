// Which feature repo a command is about: the global options, and what they open.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "catalog/catalog.h"
#include "feast/feature_store.h"
#include "feast/repo_config.h"

namespace feast::cli {

class CommandLine;

class Session {
 public:
  /// Declares the global options.
  void AddOptions(CommandLine& line);

  /// Lets the command start again inside Python, with these arguments, when the repo's classes are Python's.
  void AllowPython(std::vector<std::string> arguments) { arguments_ = std::move(arguments); }

  /// The folder of the feature repo, absolute: --chdir or the working directory.
  std::filesystem::path RepoPath() const;
  /// From -f, FEATURE_STORE_YAML_BASE64, FEAST_FS_YAML_FILE_PATH or the repo's feature_store.yaml: the first that is
  /// given. Shows the configuration's warnings on standard error.
  arrow::Result<RepoConfig> LoadConfig() const;
  /// The same, for commands that open the registry: where that is a Python class, the command goes on inside Python.
  arrow::Result<RepoConfig> LoadRegistryConfig() const;
  arrow::Result<std::shared_ptr<FeatureStore>> OpenStore() const;
  /// The same for a server, which reads the registry again by itself: no request ever does.
  arrow::Result<std::shared_ptr<FeatureStore>> OpenStoreToServe() const;
  /// For commands that only look: opens neither offline nor online store.
  arrow::Result<Catalog> OpenCatalog() const;
  /// Sentences for standard error, unless only errors are wanted there.
  void ShowWarnings(const std::vector<std::string>& warnings) const;

 private:
  arrow::Result<RepoConfig> ReadConfig() const;
  /// The configuration of a store, whose classes may be Python's.
  arrow::Result<RepoConfig> LoadStoreConfig() const;
  void ShowWarningsOf(const RepoConfig& config) const;

  /// Of this process; unset inside Python.
  std::optional<std::vector<std::string>> arguments_;
  std::string chdir_, feature_store_yaml_, log_level_ = "warning";
};

}  // namespace feast::cli
