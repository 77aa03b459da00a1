// Catalog::Dump: the whole project as one JSON document, for debugging and for comparing registries.
#include <algorithm>
#include <string>
#include <utility>

#include "catalog/catalog.h"
#include "catalog/tagged_objects.h"
#include "definitions/proto.h"
#include "definitions/redacted_message.h"
#include "text/json_text.h"

namespace feast {

namespace {

/// Sorts keys, so that equal registries give equal bytes.
using SortedJson = nlohmann::json;

std::string NameInJson(const SortedJson& json) {
  const SortedJson& spec = json.contains("spec") ? json["spec"] : json;
  return spec.value("name", "");
}

void SortByName(SortedJson* array) {
  std::sort(array->begin(), array->end(),
            [](const SortedJson& a, const SortedJson& b) { return NameInJson(a) < NameInJson(b); });
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
void AppendStored(const Messages& messages, const std::string& project, const char* key, SortedJson* dump) {
  SortedJson array = SortedJson::array();
  for (const auto& message : messages) {
    if (SpecOf(message).project() != project) continue;
    SortedJson json = ParseJson<SortedJson>(ToShownJson(message));
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
    if (object.has_sqlite_table()) array.push_back(ParseJson<SortedJson>(ToShownJson(object.sqlite_table())));
    if (object.has_datastore_table()) array.push_back(ParseJson<SortedJson>(ToShownJson(object.datastore_table())));
    if (object.has_custom_infra()) array.push_back(ParseJson<SortedJson>(ToShownJson(object.custom_infra())));
  }
  SortByName(&array);
  return array;
}

}  // namespace

nlohmann::json Catalog::Dump() const {
  const core::Registry& registry = snapshot_->registry();
  SortedJson dump = {{"project", project_}};
  for (const core::ProjectMetadata& metadata : registry.project_metadata()) {
    if (metadata.project() == project_) dump["projectMetadata"].push_back(ParseJson<SortedJson>(ToShownJson(metadata)));
  }
  AppendStored(registry.data_sources(), project_, "dataSources", &dump);
  AppendStored(registry.entities(), project_, "entities", &dump);
  AppendStored(registry.feature_views(), project_, "featureViews", &dump);
  AppendStored(registry.feature_services(), project_, "featureServices", &dump);
  AppendStored(registry.on_demand_feature_views(), project_, "onDemandFeatureViews", &dump);
  AppendStored(registry.stream_feature_views(), project_, "streamFeatureViews", &dump);
  AppendStored(registry.label_views(), project_, "labelViews", &dump);
  AppendStored(registry.saved_datasets(), project_, "savedDatasets", &dump);
  AppendStored(registry.permissions(), project_, "permissions", &dump);
  SortedJson infrastructure = Infrastructure(registry);
  if (!infrastructure.empty()) dump["infra"] = std::move(infrastructure);
  return dump;
}

}  // namespace feast
