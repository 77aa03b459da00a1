#include "plan/protection.h"

#include <algorithm>
#include <cstdlib>

#include "plan/resolve/unique_definitions.h"

namespace feast {

namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool ListHas(const std::string& list, const std::string& name) {
  size_t start = 0;
  while (start <= list.size()) {
    const size_t end = std::min(list.find(',', start), list.size());
    std::string item = list.substr(start, end - start);
    item.erase(0, item.find_first_not_of(' '));
    item.erase(item.find_last_not_of(' ') + 1);
    if (!item.empty() && item == name) return true;
    start = end + 1;
  }
  return false;
}

template <typename ItsTags>
bool IsProduction(const ItsTags& tags) {
  const auto stage = tags.find("stage");
  return stage != tags.end() && FoldCase(stage->second) == "production";
}

/// What protects the project; "" when nothing does.
std::string Protection(const RepoConfig& config, const core::Project* registered, const Project* declared) {
  const auto option = config.registry.options.find("protected");
  if (option != config.registry.options.end() && option->second.As<bool>() != nullptr && *option->second.As<bool>()) {
    return "`protected: true` in its configuration";
  }
  if (declared != nullptr && IsProduction(declared->tags)) {
    return "tag stage=production of its Project" + DefinedAt(declared->origin);
  }
  if (registered != nullptr && IsProduction(registered->spec().tags())) {
    return "tag stage=production of the registered project";
  }
  return ListHas(Environment("FEAST_PROTECTED_PROJECT"), config.project) ? "FEAST_PROTECTED_PROJECT" : "";
}

}  // namespace

arrow::Status CheckConfirmed(const RepoConfig& config, const core::Project* registered, const Project* declared,
                             const std::string& confirmed) {
  const std::string& project = config.project;
  const std::string name = confirmed.empty() ? Environment("FEAST_PROJECT_CONFIRM") : confirmed;
  if (name == project) return arrow::Status::OK();
  const std::string protection = Protection(config, registered, declared);
  if (protection.empty()) return arrow::Status::OK();
  const std::string other = name.empty() ? "" : " What was confirmed is '" + name + "'.";
  return arrow::Status::Invalid("Project '", project, "' is protected (", protection, "); nothing was changed.", other,
                                " To change it, confirm its name: --project-confirm ", project, ", project_confirm=\"",
                                project, "\" in Python, or FEAST_PROJECT_CONFIRM=", project, " in CI");
}

arrow::Status CheckDeclaresSomething(const RepoConfig& config, const Definitions& declared, const Plan& plan) {
  const bool declares = declared.project || !declared.entities.empty() || !declared.data_sources.empty() ||
                        !declared.feature_views.empty() || !declared.on_demand_feature_views.empty() ||
                        !declared.feature_services.empty() || !declared.saved_datasets.empty() ||
                        !declared.carried_objects.empty();
  const int deleted = plan.counts().remove;
  if (declares || deleted == 0) return arrow::Status::OK();
  const std::string folder = config.repo_path.empty() ? "the feature repo" : config.repo_path.string();
  return arrow::Status::Invalid(
      "No object is declared in ", folder, ", but project '", config.project, "' has ", deleted,
      " registered, which would all be deleted. Objects are found as the values of module-level names in .py files, "
      "such as `driver = Entity(...)`. Give the folder that has them with --chdir; to remove a whole project, use "
      "`feast teardown`.");
}

}  // namespace feast
