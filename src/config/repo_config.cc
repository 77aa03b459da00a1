#include "feast/repo_config.h"

#include <fstream>
#include <sstream>

#include "config/environment.h"
#include "config/repo_config_reader.h"
#include "config/yaml_reader.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

arrow::Result<std::string> ReadFile(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    return arrow::Status::IOError(
        "There is no configuration at ", path.string(),
        ". Run this in a feature repo, name one with --chdir or --feature-store-yaml, or make one with "
        "`feast init`.");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (fs::is_directory(path, error) || !file || !(text << file.rdbuf())) {
    // An empty file gives no characters, which the stream takes for a failure.
    if (fs::is_regular_file(path, error) && fs::file_size(path, error) == 0) return std::string();
    return arrow::Status::IOError("The configuration at ", path.string(),
                                  " cannot be read; is it a file you may read?");
  }
  return std::move(text).str();
}

}  // namespace

std::string ComponentConfig::GetString(const std::string& key) const {
  auto found = options.find(key);
  const std::string* text = found == options.end() ? nullptr : found->second.As<std::string>();
  return text ? *text : std::string();
}

std::optional<int64_t> ComponentConfig::GetInt(const std::string& key) const {
  auto found = options.find(key);
  const int64_t* number = found == options.end() ? nullptr : found->second.As<int64_t>();
  return number ? std::optional(*number) : std::nullopt;
}

std::optional<bool> ComponentConfig::GetBool(const std::string& key) const {
  auto found = options.find(key);
  const bool* truth = found == options.end() ? nullptr : found->second.As<bool>();
  return truth ? std::optional(*truth) : std::nullopt;
}

arrow::Result<RepoConfig> RepoConfig::Load(const fs::path& repo_path, const fs::path& yaml_path) {
  const fs::path path =
      fs::absolute(yaml_path.empty() ? repo_path / "feature_store.yaml" : yaml_path).lexically_normal();
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadFile(path));
  ARROW_ASSIGN_OR_RAISE(RepoConfig config, Parse(text, path.string(), fs::absolute(repo_path)));
  config.yaml_path = path;
  return config;
}

arrow::Result<RepoConfig> RepoConfig::Parse(std::string_view yaml, const std::string& name, const fs::path& repo_path) {
  ConfigSource source{name, {}};
  ARROW_ASSIGN_OR_RAISE(const ConfigValue::Map values, ReadYaml(SubstituteEnvironment(yaml), &source));
  ARROW_ASSIGN_OR_RAISE(RepoConfig config, ReadRepoConfig(values, source));
  if (!repo_path.empty()) config.repo_path = repo_path;
  return config;
}

arrow::Result<RepoConfig> RepoConfig::FromValues(const ConfigValue::Map& values, const fs::path& repo_path) {
  ARROW_ASSIGN_OR_RAISE(RepoConfig config, ReadRepoConfig(values, ConfigSource()));
  if (!repo_path.empty()) config.repo_path = repo_path;
  return config;
}

std::string RepoConfig::Resolve(const std::string& path) const {
  if (path.find("://") != std::string::npos) return path;
  return fs::absolute(repo_path / path).lexically_normal().string();
}

}  // namespace feast
