// feast registry-dump: the whole project as one JSON document, for debugging and for comparing registries
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "definitions/proto.h"
#include "nlohmann/json.hpp"

namespace feast::cli {

namespace {

/// Sorts keys, so that equal registries give equal bytes.
using SortedJson = nlohmann::json;

bool IsIn(const std::string& project, const core::DataSource& message) { return message.project() == project; }
template <typename Message>
bool IsIn(const std::string& project, const Message& message) {
  return message.spec().project() == project;
}

std::string NameOf(const SortedJson& json) {
  const SortedJson& spec = json.contains("spec") ? json["spec"] : json;
  return spec.value("name", "");
}

void SortByName(SortedJson* array) {
  std::sort(array->begin(), array->end(),
            [](const SortedJson& a, const SortedJson& b) { return NameOf(a) < NameOf(b); });
}

/// Shows a function by its source text in place of its pickled form.
void ShowSourceText(SortedJson* function) {
  const std::string text = function->value("bodyText", "");
  (*function)["body"] = text;
}

void ShowFunctions(SortedJson* spec) {
  if (spec->contains("userDefinedFunction")) ShowSourceText(&(*spec)["userDefinedFunction"]);
  if (!spec->contains("featureTransformation")) return;
  SortedJson& transformation = (*spec)["featureTransformation"];
  if (!transformation.contains("userDefinedFunction")) return;
  ShowSourceText(&transformation["userDefinedFunction"]);
  // Feast's older field for the same function, which some registries leave empty.
  if (!spec->contains("userDefinedFunction")) {
    (*spec)["userDefinedFunction"]["body"] = transformation["userDefinedFunction"]["body"];
  }
}

template <typename Messages>
void Append(const Messages& messages, const std::string& project, const char* key, SortedJson* dump) {
  SortedJson array = SortedJson::array();
  for (const auto& message : messages) {
    if (!IsIn(project, message)) continue;
    SortedJson json = SortedJson::parse(ToJson(message));
    json.erase("project");
    if (json.value("type", "") != "CUSTOM_SOURCE") json.erase("dataSourceClassType");
    if (json.contains("spec")) {
      json["spec"].erase("project");
      ShowFunctions(&json["spec"]);
    }
    array.push_back(std::move(json));
  }
  if (array.empty()) return;
  SortByName(&array);
  (*dump)[key] = std::move(array);
}

SortedJson Infrastructure(const core::Registry& registry) {
  SortedJson array = SortedJson::array();
  for (const core::InfraObject& object : registry.infra().infra_objects()) {
    if (object.has_sqlite_table()) array.push_back(SortedJson::parse(ToJson(object.sqlite_table())));
    if (object.has_datastore_table()) array.push_back(SortedJson::parse(ToJson(object.datastore_table())));
    if (object.has_custom_infra()) array.push_back(SortedJson::parse(ToJson(object.custom_infra())));
  }
  SortByName(&array);
  return array;
}

SortedJson Dump(const core::Registry& registry, const std::string& project) {
  SortedJson dump = {{"project", project}};
  for (const core::ProjectMetadata& metadata : registry.project_metadata()) {
    if (metadata.project() == project) dump["projectMetadata"].push_back(SortedJson::parse(ToJson(metadata)));
  }
  Append(registry.data_sources(), project, "dataSources", &dump);
  Append(registry.entities(), project, "entities", &dump);
  Append(registry.feature_views(), project, "featureViews", &dump);
  Append(registry.feature_services(), project, "featureServices", &dump);
  Append(registry.on_demand_feature_views(), project, "onDemandFeatureViews", &dump);
  Append(registry.stream_feature_views(), project, "streamFeatureViews", &dump);
  Append(registry.label_views(), project, "labelViews", &dump);
  Append(registry.saved_datasets(), project, "savedDatasets", &dump);
  Append(registry.permissions(), project, "permissions", &dump);
  SortedJson infrastructure = Infrastructure(registry);
  if (!infrastructure.empty()) dump["infra"] = std::move(infrastructure);
  return dump;
}

}  // namespace

void AddRegistryDump(Command root, Session& session) {
  root.Add("registry-dump", "Show everything the registry has of this project, as JSON")
      .Run([&session]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(const ProjectView view, session.ReadRegistry());
        Print(Dump(view.snapshot->registry(), view.project).dump(2) + "\n");
        return arrow::Status::OK();
      });
}

}  // namespace feast::cli
