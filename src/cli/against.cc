#include "cli/against.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "cli/program.h"
#include "config/redacted_url.h"
#include "databases/sql_url.h"
#include "definitions/proto.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "plan/planner.h"
#include "registry/registry.h"
#include "registry/registry_objects.h"
#include "repo/load_definitions.h"

namespace feast::cli {

namespace fs = std::filesystem;

namespace {

using google::protobuf::Message;

/// A folder that goes when this does.
class TemporaryFolder {
 public:
  static arrow::Result<std::unique_ptr<TemporaryFolder>> Make() {
    std::string path = (fs::temp_directory_path() / "feast-plan-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) return arrow::Status::IOError("A temporary folder cannot be made at ", path);
    return std::unique_ptr<TemporaryFolder>(new TemporaryFolder(path));
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

/// Definitions of another project, to be compared as if they were of this one.
Definitions AsProject(Definitions definitions, const std::string& project) {
  if (definitions.project) {
    definitions.project = std::make_shared<Project>(*definitions.project);
    definitions.project->name = project;
  }
  return definitions;
}

/// What `definitions` come to, as a registry. `store` looks at their sources.
arrow::Result<std::shared_ptr<const Snapshot>> AsSnapshot(const Definitions& definitions, FeatureStore& store,
                                                          const std::string& project, const ApplyOptions& options) {
  const Snapshot nothing(core::Registry(), "");
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned, store.PrepareAgainst(definitions, nothing, options));
  return std::make_shared<const Snapshot>(ToProto(AsProject(std::move(planned.resolved), project), project), "");
}

/// The objects of project `from`, moved to project `to`.
std::shared_ptr<const Snapshot> Moved(const Snapshot& snapshot, const std::string& from, const std::string& to) {
  core::Registry registry;
  RegistryEditor editor(&registry);
  ForEachObject(snapshot.registry(),
                [&](ObjectKind kind, const std::string& project, const std::string& name, const Message& stored) {
                  if ((kind == ObjectKind::kProject ? name : project) != from) return;
                  std::unique_ptr<Message> copy(stored.New());
                  copy->CopyFrom(stored);
                  Message* named = copy.get();
                  if (const auto* spec = copy->GetDescriptor()->FindFieldByName("spec")) {
                    named = copy->GetReflection()->MutableMessage(copy.get(), spec);
                  }
                  const char* field = kind == ObjectKind::kProject ? "name" : "project";
                  named->GetReflection()->SetString(named, named->GetDescriptor()->FindFieldByName(field), to);
                  editor.Put(kind, to, kind == ObjectKind::kProject ? to : name, *copy);
                });
  return std::make_shared<const Snapshot>(std::move(registry), snapshot.version());
}

arrow::Result<std::shared_ptr<const Snapshot>> ReadRegistry(const std::string& target, const FeatureStore& store) {
  RepoConfig config = store.config();
  config.registry.path = target.find("://") == std::string::npos ? fs::absolute(target).string() : target;
  config.registry.registry_type = IsSqlUrl(target) ? "sql" : "file";
  config.registry.registry_store_type.clear();
  // Of our own database, where it is one.
  config.registry.options.erase("read_path");
  ARROW_ASSIGN_OR_RAISE(const auto registry, Registry::Open(config));
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry->Current(/*allow_cache=*/false));
  std::set<std::string> projects;
  ForEachObject(snapshot->registry(),
                [&](ObjectKind kind, const std::string& project, const std::string& name, const Message&) {
                  projects.insert(kind == ObjectKind::kProject ? name : project);
                });
  const std::string& ours = store.project();
  if (projects.empty()) {
    return arrow::Status::Invalid("There is nothing in the registry to compare with. Check --against: ",
                                  RedactedUrl(target));
  }
  if (projects.count(ours) != 0) return snapshot;
  if (projects.size() == 1) return Moved(*snapshot, *projects.begin(), ours);
  std::string names;
  for (const auto& project : projects) names += (names.empty() ? "'" : ", '") + project + "'";
  return arrow::Status::Invalid("The registry to compare with has several projects, ", names, ", and none is '", ours,
                                "'. Name one with a project of that name: --against ", RedactedUrl(target));
}

arrow::Result<std::shared_ptr<const Snapshot>> ReadFolder(const fs::path& folder, const FeatureStore& store,
                                                          const ApplyOptions& options) {
  RepoConfig config = store.config();
  if (fs::exists(folder / "feature_store.yaml")) {
    ARROW_ASSIGN_OR_RAISE(config, RepoConfig::Load(folder));
  } else {
    config.repo_path = folder;
  }
  ARROW_ASSIGN_OR_RAISE(const auto other, FeatureStore::Open(config));
  ARROW_ASSIGN_OR_RAISE(const Definitions definitions, LoadDefinitions(other->config()));
  return AsSnapshot(definitions, *other, store.project(), options);
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

arrow::Result<std::shared_ptr<const Snapshot>> ReadGit(const std::string& target, FeatureStore& store,
                                                       const ApplyOptions& options) {
  const fs::path repo = fs::absolute(store.config().repo_path.empty() ? "." : store.config().repo_path);
  const auto top = RunProgram({"git", "-C", repo.string(), "rev-parse", "--show-toplevel"});
  const auto commit = RunProgram(
      {"git", "-C", repo.string(), "rev-parse", "--verify", "--quiet", "--end-of-options", target + "^{commit}"});
  if (!top.ok() || !commit.ok()) {
    return arrow::Status::Invalid("--against '", target,
                                  "' is no registry, no folder, and no commit, branch or tag of the Git repository of ",
                                  repo.string(), ". Check the name (in CI: was the branch fetched?)");
  }
  ARROW_ASSIGN_OR_RAISE(const auto folder, TemporaryFolder::Make());
  const std::string archive = (folder->path() / "tree.tar").string();
  const fs::path tree = folder->path() / "tree";
  fs::create_directory(tree);
  ARROW_RETURN_NOT_OK(
      RunProgram({"git", "-C", FirstLine(*top), "archive", "--format=tar", "--output=" + archive, FirstLine(*commit)})
          .status());
  ARROW_RETURN_NOT_OK(RunProgram({"tar", "-xf", archive, "-C", tree.string()}).status());
  const fs::path within = fs::canonical(repo).lexically_relative(fs::canonical(FirstLine(*top)));
  const fs::path there = (tree / within).lexically_normal();
  if (!fs::is_directory(there)) {
    return arrow::Status::Invalid("At '", target, "' there is no folder ", within.string(),
                                  " in the Git repository. Choose a later commit for --against");
  }
  // The definitions of then; sources are where they are now, as data is rarely under version control.
  RepoConfig config = store.config();
  if (fs::exists(there / "feature_store.yaml")) {
    ARROW_ASSIGN_OR_RAISE(config, RepoConfig::Load(there));
  }
  config.repo_path = there;
  ARROW_ASSIGN_OR_RAISE(const Definitions definitions, LoadDefinitions(config));
  return AsSnapshot(AsProject(definitions, store.project()), store, store.project(), options);
}

}  // namespace

arrow::Result<std::shared_ptr<const Snapshot>> ReadOther(const std::string& target, FeatureStore& store,
                                                         const ApplyOptions& options) {
  std::error_code ignored;
  if (target.find("://") != std::string::npos || fs::is_regular_file(target, ignored)) {
    return ReadRegistry(target, store);
  }
  if (fs::is_directory(target, ignored)) return ReadFolder(fs::absolute(target).lexically_normal(), store, options);
  return ReadGit(target, store, options);
}

}  // namespace feast::cli
