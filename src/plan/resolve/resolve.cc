#include "plan/resolve/resolve.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "feast/errors.h"
#include "offline/offline_store.h"
#include "plan/resolve/known_objects.h"
#include "plan/resolve/resolve_projection.h"
#include "plan/resolve/resolve_source.h"
#include "plan/resolve/resolve_view.h"
#include "plan/resolve/source_credentials.h"
#include "plan/resolve/source_schemas.h"
#include "plan/resolve/unique_definitions.h"

namespace feast {

namespace {

/// Sources that must be looked at: those of views, and those whose timestamp column is to be found.
std::vector<std::shared_ptr<DataSource>> SourcesToRead(const Definitions& definitions) {
  std::set<std::string> used;
  for (const auto& view : definitions.feature_views) {
    if (view->batch_source) used.insert(view->batch_source->name);
  }
  std::vector<std::shared_ptr<DataSource>> sources;
  for (const auto& source : definitions.data_sources) {
    if (IsBatchSource(*source) && (used.count(source->name) != 0 || source->timestamp_field.empty())) {
      sources.push_back(source);
    }
  }
  return sources;
}

/// The project as declared; without a declaration, as registered; failing that, as configured.
arrow::Result<std::shared_ptr<Project>> ResolveProject(const Definitions& definitions, const Snapshot& snapshot,
                                                       const RepoConfig& config) {
  if (definitions.project) {
    if (definitions.project->name != config.project) {
      return arrow::Status::Invalid("Project '", definitions.project->name, "'", DefinedAt(definitions.project->origin),
                                    " is not the project of feature_store.yaml, which is '", config.project,
                                    "'. Give both the same name");
    }
    return definitions.project;
  }
  if (snapshot.FindProject(config.project) != nullptr) return nullptr;
  auto project = std::make_shared<Project>();
  project->name = config.project;
  project->description = config.project_description;
  return project;
}

bool IsDeleted(const BaseFeatureView& view, const Definitions& to_delete) {
  const auto names = [&](const auto& others) {
    for (const auto& other : others) {
      if (other->name == view.name) return true;
    }
    return false;
  };
  return names(to_delete.feature_views) || names(to_delete.on_demand_feature_views);
}

/// In a partial apply, a new view may not take the name of a registered view of another kind or spelling.
class RegisteredViewNames {
 public:
  RegisteredViewNames(const Snapshot& snapshot, const std::string& project) {
    const auto add = [&](ObjectKind kind) {
      for (auto& name : snapshot.Names(kind, project)) names_[FoldCase(name)] = {kind, name};
    };
    add(ObjectKind::kFeatureView);
    add(ObjectKind::kStreamFeatureView);
    add(ObjectKind::kOnDemandFeatureView);
    for (const auto& view : snapshot.registry().label_views()) {
      if (view.spec().project() == project) labels_.insert(FoldCase(view.spec().name()));
    }
  }

  arrow::Status Check(const BaseFeatureView& view, const Definitions& to_delete) const {
    const std::string folded = FoldCase(view.name);
    if (labels_.count(folded) != 0) return Conflict(view, "label view", view.name);
    const auto found = names_.find(folded);
    if (found == names_.end()) return arrow::Status::OK();
    const auto& [kind, name] = found->second;
    if ((kind == KindOf(view) && name == view.name) || IsDeleted(view, to_delete)) return arrow::Status::OK();
    return Conflict(view, std::string(ObjectKindName(kind)), name);
  }

 private:
  static ObjectKind KindOf(const BaseFeatureView& view) {
    if (view.kind() == BaseFeatureView::Kind::kOnDemand) return ObjectKind::kOnDemandFeatureView;
    if (view.kind() == BaseFeatureView::Kind::kStream) return ObjectKind::kStreamFeatureView;
    return ObjectKind::kFeatureView;
  }

  static arrow::Status Conflict(const BaseFeatureView& view, const std::string& kind, const std::string& name) {
    return NamedError("ConflictingFeatureViewNames",
                      "The name '" + view.name + "'" + DefinedAt(view.origin) + " is already used by the registered " +
                          kind + " '" + name +
                          "'. Feature view names must be case-insensitively unique "
                          "across all kinds; rename one of them or delete the other first");
  }

  std::map<std::string, std::pair<ObjectKind, std::string>> names_;
  std::set<std::string> labels_;
};

}  // namespace

arrow::Result<Definitions> Resolve(const Definitions& definitions, const Snapshot& snapshot, OfflineStore& offline,
                                   const RepoConfig& config, const ApplyOptions& options,
                                   std::vector<std::string>* warnings) {
  ARROW_ASSIGN_OR_RAISE(const Definitions harmless,
                        WithoutSourceCredentials(definitions, options.leave_out_uri_credentials, warnings));
  ARROW_ASSIGN_OR_RAISE(Definitions resolved, WithUniqueNames(harmless));
  ARROW_ASSIGN_OR_RAISE(resolved.project, ResolveProject(definitions, snapshot, config));
  if (!options.whole_project) {
    const RegisteredViewNames registered(snapshot, config.project);
    for (const auto& view : resolved.feature_views) ARROW_RETURN_NOT_OK(registered.Check(*view, options.to_delete));
    for (const auto& view : resolved.on_demand_feature_views) {
      ARROW_RETURN_NOT_OK(registered.Check(*view, options.to_delete));
    }
  }

  SourceSchemas schemas;
  if (!options.skip_source_validation) schemas = SourceSchemas::Read(SourcesToRead(resolved), offline);
  ARROW_ASSIGN_OR_RAISE(const auto sources, ResolvedSources::Make(resolved.data_sources, schemas));
  resolved.data_sources = sources.all();

  // An apply of the whole project knows what it declares and nothing else: what is only registered is about to be
  // deleted.
  KnownObjects known(options.whole_project ? nullptr : &snapshot, config.project, options.references_may_be_missing);
  for (const auto& entity : resolved.entities) known.Add(entity);
  for (auto& view : resolved.feature_views) {
    ARROW_ASSIGN_OR_RAISE(view, ResolveView(*view, known, sources, schemas, warnings));
    known.Add(std::static_pointer_cast<BaseFeatureView>(view));
  }
  // On-demand views may build on each other, in any order: the undeclared parts of their projections are their own
  // schemas.
  for (const auto& view : resolved.on_demand_feature_views) known.Add(std::static_pointer_cast<BaseFeatureView>(view));
  for (auto& view : resolved.on_demand_feature_views) {
    ARROW_ASSIGN_OR_RAISE(view, ResolveOnDemandView(*view, known));
    known.Add(std::static_pointer_cast<BaseFeatureView>(view));
    if (!options.skip_feature_view_validation) ARROW_RETURN_NOT_OK(CheckFunction(*view, known));
  }
  for (auto& service : resolved.feature_services) {
    ARROW_ASSIGN_OR_RAISE(service, ResolveService(*service, known));
  }
  return resolved;
}

}  // namespace feast
