// feast init: a new feature repo
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>

#include "cli/commands.h"
#include "cli/commands/driver_stats.h"
#include "cli/commands/init_template.h"
#include "cli/terminal.h"
#include "text/printable_text.h"

namespace feast::cli {

namespace fs = std::filesystem;

namespace {

struct InitCommand {
  std::string name, repo_path;
  std::string template_name = "local";
  bool minimal = false;
};

bool IsLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool IsValidName(const std::string& name) {
  return !name.empty() && IsLetterOrDigit(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsLetterOrDigit(c) || c == '_' || c == '-'; });
}

std::string RandomName() {
  static constexpr const char* kFirst[] = {"brave", "calm", "clever", "eager", "gentle", "keen", "quick", "sunny"};
  static constexpr const char* kSecond[] = {"badger", "falcon", "heron", "lynx", "marten", "otter", "robin", "wolf"};
  std::random_device random;
  return std::string(kFirst[random() % std::size(kFirst)]) + "_" + kSecond[random() % std::size(kSecond)];
}

arrow::Status CheckTemplate(const std::string& name) {
  if (name == "local" || name == "minimal") return arrow::Status::OK();
  static constexpr const char* kFeastsOthers[] = {"gcp",   "aws",       "snowflake", "spark",      "postgres",
                                                  "hbase", "cassandra", "hazelcast", "couchbase",  "milvus",
                                                  "ray",   "ray_rag",   "rag",       "pytorch_nlp"};
  if (std::find(std::begin(kFeastsOthers), std::end(kFeastsOthers), name) == std::end(kFeastsOthers)) {
    return UsageError("there is no template '" + name + "'; there are: local, minimal.");
  }
  return arrow::Status::NotImplemented("The template '", name,
                                       "' is not in this version; there are: local, minimal. Start from ",
                                       "local and change provider, registry and stores in feature_store.yaml.");
}

/// Feast looks for repos both in the folder itself and in its feature_repo.
arrow::Status CheckUnused(const fs::path& folder) {
  std::error_code ignored;
  for (const fs::path& yaml : {folder / "feature_store.yaml", folder / "feature_repo" / "feature_store.yaml"}) {
    if (fs::exists(yaml, ignored)) {
      return arrow::Status::AlreadyExists("There already is a feature repo: ", yaml.string(), ". Choose another name.");
    }
  }
  return arrow::Status::OK();
}

arrow::Status WriteFiles(const fs::path& folder, const TemplateFiles& files) {
  for (const auto& [name, text] : files) {
    const fs::path path = folder / name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error)
      return arrow::Status::IOError("Cannot make the folder ", path.parent_path().string(), ": ", error.message());
    std::ofstream file(path, std::ios::binary);
    file << text;
    if (!file.flush()) return arrow::Status::IOError("Cannot write ", path.string(), ". May you write in that folder?");
  }
  return arrow::Status::OK();
}

/// Projects with SQLite tables cannot have hyphens in their names; folders can.
std::string ProjectName(std::string folder_name) {
  std::replace(folder_name.begin(), folder_name.end(), '-', '_');
  return folder_name;
}

arrow::Status RunInit(InitCommand command) {
  ARROW_RETURN_NOT_OK(CheckTemplate(command.template_name));
  if (command.name.empty()) command.name = RandomName();
  if (!IsValidName(command.name)) {
    return UsageError("'" + command.name +
                      "' cannot be a project's name: use letters, digits, '_' and '-', beginning with a " +
                      "letter or digit.");
  }
  const fs::path folder = fs::absolute(command.repo_path.empty() ? command.name : command.repo_path).lexically_normal();
  ARROW_RETURN_NOT_OK(CheckUnused(folder));
  const bool minimal = command.minimal || command.template_name == "minimal";
  const std::string project = ProjectName(command.name);
  ARROW_RETURN_NOT_OK(WriteFiles(folder, minimal ? MinimalTemplate(project) : LocalTemplate(project)));
  if (!minimal) {
    const fs::path data = folder / kDriverStatsPath;
    std::error_code error;
    fs::create_directories(data.parent_path(), error);
    ARROW_RETURN_NOT_OK(WriteDriverStats(data.string(), std::chrono::system_clock::now()));
  }
  Print("\nCreating a new Feast repository in " +
        Paint(PrintableText(folder.string()), Color::kGreen, UseColor(stdout)) + ".\n\n");
  return arrow::Status::OK();
}

}  // namespace

void AddInit(Command root, Session&) {
  const auto command = std::make_shared<InitCommand>();
  root.Add("init", "Make a new feature repo with example definitions and data")
      .Argument("NAME", &command->name, "Name of the project and its folder; made up when not given",
                /*required=*/false)
      .Option("-t,--template", &command->template_name, "Which example: local or minimal")
      .Flag("-m,--minimal", &command->minimal, "Only configuration, no example")
      .Option("--repo-path", &command->repo_path, "Folder to make it in, instead of one named after the project")
      .Run([command] { return RunInit(*command); });
}

}  // namespace feast::cli
