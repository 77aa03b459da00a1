#include "cli/session.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "arrow/status.h"
#include "cli/command_line.h"
#include "cli/python_host.h"
#include "cli/terminal.h"
#include "config/base64.h"
#include "config/python_class.h"
#include "text/printable_text.h"
#include "text/redaction.h"

namespace feast::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* kBase64Variable = "FEATURE_STORE_YAML_BASE64";
constexpr const char* kYamlPathVariable = "FEAST_FS_YAML_FILE_PATH";

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

fs::path Absolute(const fs::path& path) { return fs::absolute(path).lexically_normal(); }

/// Newcomers run commands beside the folder that `feast init` made for them.
std::string NearbyRepo(const fs::path& repo) {
  std::error_code ignored;
  const fs::path below = repo / "feature_repo";
  if (fs::exists(below / "feature_store.yaml", ignored)) return "There is one below: cd " + below.string() + " first.";
  return "Run feast in a feature repo, name one with -c DIR, or make one with 'feast init'.";
}

arrow::Status CheckExists(const fs::path& yaml, const fs::path& repo) {
  std::error_code ignored;
  if (fs::exists(yaml, ignored)) return arrow::Status::OK();
  if (!fs::exists(repo, ignored)) {
    return FailureOnOutput("There is no feature repo at " + repo.string() + ": no such folder. Check -c.");
  }
  return FailureOnOutput("There is no configuration file " + yaml.string() + ". " + NearbyRepo(repo));
}

}  // namespace

void Session::AddOptions(CommandLine& line) {
  line.root()
      .Option("-c,--chdir", &chdir_, "Folder of the feature repo; the working directory when not given",
              "FEATURE_REPO_DIR_ENV_VAR")
      .Option("-f,--feature-store-yaml", &feature_store_yaml_,
              "Configuration file to use instead of the repo's feature_store.yaml (Env:FEAST_FS_YAML_FILE_PATH)")
      .Choice("--log-level", &log_level_, {"debug", "info", "warning", "error", "critical"},
              "How much to say on standard error");
}

fs::path Session::RepoPath() const { return chdir_.empty() ? fs::current_path() : Absolute(chdir_); }

arrow::Result<RepoConfig> Session::LoadConfig() const {
  ARROW_ASSIGN_OR_RAISE(RepoConfig config, ReadConfig());
  ShowWarningsOf(config);
  return config;
}

void Session::ShowWarningsOf(const RepoConfig& config) const {
  if (log_level_ == "debug" && config.flags.As<ConfigValue::Map>() != nullptr) {
    std::fputs("`flags` in the configuration has no effect any more; what it switched on is always on.\n", stderr);
  }
  ShowWarnings(config.warnings);
}

void Session::ShowWarnings(const std::vector<std::string>& warnings) const {
  if (log_level_ == "error" || log_level_ == "critical") return;
  const bool color = UseColor(stderr);
  for (const std::string& warning : warnings) {
    std::fprintf(stderr, "%s %s\n", Paint("Warning:", Color::kYellow, color).c_str(),
                 PrintableLines(Redacted(warning)).c_str());
  }
}

arrow::Result<RepoConfig> Session::ReadConfig() const {
  const fs::path repo = RepoPath();
  const std::string encoded = Environment(kBase64Variable);
  if (feature_store_yaml_.empty() && !encoded.empty()) {
    if (log_level_ == "debug" || log_level_ == "info") {
      std::fputs("Using the configuration in FEATURE_STORE_YAML_BASE64\n", stderr);
    }
    const arrow::Result<std::string> yaml = DecodeBase64(encoded);
    if (!yaml.ok()) return yaml.status().WithMessage(kBase64Variable, ": ", yaml.status().message());
    return RepoConfig::Parse(*yaml, kBase64Variable, repo);
  }
  fs::path yaml = feature_store_yaml_.empty() ? Environment(kYamlPathVariable) : feature_store_yaml_;
  yaml = yaml.empty() ? repo / "feature_store.yaml" : Absolute(yaml);
  ARROW_RETURN_NOT_OK(CheckExists(yaml, repo));
  return RepoConfig::Load(repo, yaml);
}

arrow::Result<RepoConfig> Session::LoadStoreConfig() const {
  ARROW_ASSIGN_OR_RAISE(RepoConfig config, ReadConfig());
  if (arguments_ && HasPythonClass(config)) return ContinueInPython(*arguments_);
  ShowWarningsOf(config);
  return config;
}

arrow::Result<std::shared_ptr<FeatureStore>> Session::OpenStore() const {
  ARROW_ASSIGN_OR_RAISE(RepoConfig config, LoadStoreConfig());
  return FeatureStore::Open(std::move(config));
}

arrow::Result<std::shared_ptr<FeatureStore>> Session::OpenStoreToServe() const {
  ARROW_ASSIGN_OR_RAISE(RepoConfig config, LoadStoreConfig());
  config.registry.cache_ttl_seconds = 0;
  return FeatureStore::Open(std::move(config));
}

arrow::Result<RepoConfig> Session::LoadRegistryConfig() const {
  ARROW_ASSIGN_OR_RAISE(RepoConfig config, ReadConfig());
  if (arguments_ && HasPythonRegistry(config)) return ContinueInPython(*arguments_);
  ShowWarningsOf(config);
  return config;
}

arrow::Result<Catalog> Session::OpenCatalog() const {
  ARROW_ASSIGN_OR_RAISE(const RepoConfig config, LoadRegistryConfig());
  return Catalog::Open(config);
}

}  // namespace feast::cli
