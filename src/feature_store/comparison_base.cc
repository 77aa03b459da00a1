#include "feature_store/comparison_base.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "databases/sql_url.h"
#include "definitions/proto.h"
#include "feature_store/feature_store_parts.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "registry/registry_objects.h"
#include "repo/load_definitions.h"
#include "system/program.h"
#include "text/redaction.h"

namespace feast {

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
                                                          const std::string& project, ApplyOptions options) {
  // The functions of then were tried then.
  options.skip_feature_view_validation = true;
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned, PlanApply(definitions, Snapshot(core::Registry(), ""),
                                                        *store.parts().offline, nullptr, store.config(), options));
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
    return arrow::Status::Invalid("There is nothing in the registry to compare with. Check its name: ",
                                  Redacted(target));
  }
  if (projects.count(ours) != 0) return snapshot;
  if (projects.size() == 1) return Moved(*snapshot, *projects.begin(), ours);
  std::string names;
  for (const auto& project : projects) names += (names.empty() ? "'" : ", '") + project + "'";
  return arrow::Status::Invalid("The registry to compare with has several projects, ", names, ", and none is '", ours,
                                "'. Name one with a project of that name: ", Redacted(target));
}

/// What there is before anything is declared.
std::shared_ptr<const Snapshot> EmptyBase() { return std::make_shared<const Snapshot>(core::Registry(), ""); }

/// An error of what is compared with, not of the definitions that are planned.
arrow::Status OfBase(const arrow::Status& status, const std::string& target) {
  return status.WithMessage("Cannot compare with '", Redacted(target), "': ", status.message());
}

arrow::Result<std::shared_ptr<const Snapshot>> ReadFolder(const fs::path& folder, const FeatureStore& store,
                                                          const ApplyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const RepoConfig config, RepoConfig::Load(folder));
  ARROW_ASSIGN_OR_RAISE(const auto other, FeatureStore::Open(config));
  ARROW_ASSIGN_OR_RAISE(const Definitions definitions, other->LoadDefinitions());
  return AsSnapshot(definitions, *other, store.project(), options);
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

/// Writes the files of a commit below `tree`, with a slash at its end. Through an index of its own: an archive would
/// leave out and rewrite what .gitattributes says of releases. Files kept elsewhere (LFS) stay pointers.
arrow::Status WriteTree(const std::string& top, const std::string& commit, const fs::path& index,
                        const std::string& tree) {
  const auto git = [&](std::vector<std::string> arguments) {
    std::vector<std::string> all = {"env", "GIT_INDEX_FILE=" + index.string(), "git", "-C", top};
    for (const char* setting : {"core.fsmonitor=false", "core.sparseCheckout=false",
                                "filter.lfs.smudge=", "filter.lfs.process=", "filter.lfs.required=false"}) {
      all.insert(all.end(), {"-c", setting});
    }
    all.insert(all.end(), arguments.begin(), arguments.end());
    return RunProgram(all).status();
  };
  ARROW_RETURN_NOT_OK(git({"read-tree", commit}));
  return git({"checkout-index", "--all", "--force", "--quiet", "--prefix=" + tree});
}

/// The configuration as it was: the same file at that commit. Nothing when the folder was no feature repo yet; the one
/// of now when that is no file of the repository.
arrow::Result<std::optional<RepoConfig>> ConfigThere(const RepoConfig& now, const fs::path& there) {
  if (!fs::is_directory(there)) return std::nullopt;
  const fs::path yaml = now.yaml_path.empty() ? fs::path() : fs::weakly_canonical(now.yaml_path);
  const fs::path repo = fs::weakly_canonical(fs::absolute(now.repo_path.empty() ? "." : now.repo_path));
  const fs::path from_repo = yaml.lexically_relative(repo);
  const bool is_of_repo = !yaml.empty() && !from_repo.empty() && *from_repo.begin() != "..";
  if (is_of_repo) {
    if (!fs::exists(there / from_repo)) return std::nullopt;
    ARROW_ASSIGN_OR_RAISE(RepoConfig config, RepoConfig::Load(there, there / from_repo));
    return config;
  }
  RepoConfig config = now;
  config.repo_path = there;
  return config;
}

/// Data is rarely under version control: the sources of now may no longer have what was declared then.
arrow::Result<std::shared_ptr<const Snapshot>> PastSnapshot(const Definitions& definitions, FeatureStore& store,
                                                            ApplyOptions options) {
  const auto looked_at = AsSnapshot(definitions, store, store.project(), options);
  if (looked_at.ok() || options.skip_source_validation) return looked_at;
  options.skip_source_validation = true;
  const auto declared = AsSnapshot(definitions, store, store.project(), options);
  return declared.ok() ? declared : looked_at;
}

/// Paths in an error as the reader knows them: "HEAD~1:production/repo.py" for a file of the commit.
arrow::Status WithoutTree(const arrow::Status& status, const std::string& tree, const std::string& target) {
  std::string message = status.message();
  for (size_t at = message.find(tree); at != std::string::npos; at = message.find(tree, at)) {
    message.replace(at, tree.size(), target + ":");
  }
  return status.WithMessage(message);
}

arrow::Result<std::shared_ptr<const Snapshot>> ReadCommit(const std::string& top, const std::string& commit,
                                                          const std::string& target, FeatureStore& store,
                                                          const ApplyOptions& options) {
  ARROW_ASSIGN_OR_RAISE(const auto folder, TemporaryFolder::Make());
  const fs::path tree = folder->path() / "tree";
  ARROW_RETURN_NOT_OK(WriteTree(top, commit, folder->path() / "index", tree.string() + "/"));
  const fs::path repo = fs::absolute(store.config().repo_path.empty() ? "." : store.config().repo_path);
  const fs::path within = fs::canonical(repo).lexically_relative(fs::canonical(top));
  const auto read = [&]() -> arrow::Result<std::shared_ptr<const Snapshot>> {
    ARROW_ASSIGN_OR_RAISE(auto config, ConfigThere(store.config(), (tree / within).lexically_normal()));
    if (!config) return EmptyBase();
    ARROW_ASSIGN_OR_RAISE(const Definitions definitions, LoadDefinitions(*config));
    return PastSnapshot(AsProject(definitions, store.project()), store, options);
  }();
  return read.ok() ? read : WithoutTree(read.status(), tree.string() + "/", target);
}

arrow::Result<std::shared_ptr<const Snapshot>> ReadGit(const std::string& target, FeatureStore& store,
                                                       const ApplyOptions& options) {
  const fs::path repo = fs::absolute(store.config().repo_path.empty() ? "." : store.config().repo_path);
  const auto top = RunProgram({"git", "-C", repo.string(), "rev-parse", "--show-toplevel"});
  const auto commit = RunProgram(
      {"git", "-C", repo.string(), "rev-parse", "--verify", "--quiet", "--end-of-options", target + "^{commit}"});
  if (top.ok() && commit.ok()) return ReadCommit(FirstLine(*top), FirstLine(*commit), target, store, options);
  std::error_code ignored;
  if (fs::is_directory(target, ignored)) {
    return arrow::Status::Invalid(
        "It is a folder without feature_store.yaml, so no feature repo, and no commit, branch "
        "or tag. Name a feature repo, a registry or a commit");
  }
  return arrow::Status::Invalid("It is no registry, no folder, and no commit, branch or tag of the Git repository of ",
                                repo.string(), ". Check the name (in CI: was the branch fetched?)");
}

}  // namespace

arrow::Result<std::shared_ptr<const Snapshot>> ReadComparisonBase(const std::string& target, FeatureStore& store,
                                                                  const ApplyOptions& options) {
  std::error_code ignored;
  const auto read = [&] {
    if (target.find("://") != std::string::npos || fs::is_regular_file(target, ignored)) {
      return ReadRegistry(target, store);
    }
    // Scripts of a folder that is no feature repo are none of ours to run, whatever its name.
    if (fs::exists(fs::path(target) / "feature_store.yaml", ignored)) {
      return ReadFolder(fs::absolute(target).lexically_normal(), store, options);
    }
    return ReadGit(target, store, options);
  }();
  return read.ok() ? read : OfBase(read.status(), target);
}

}  // namespace feast
