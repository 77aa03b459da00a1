// Catalog::Describe: one object in full, or what comes nearest to its name.
#include <cctype>
#include <utility>

#include "catalog/catalog.h"
#include "catalog/described_object.h"
#include "definitions/proto.h"
#include "definitions/redacted_message.h"
#include "feast/errors.h"
#include "text/did_you_mean.h"
#include "text/json_text.h"

namespace feast {

namespace {

using Json = nlohmann::ordered_json;

const google::protobuf::Message* FindStored(const Snapshot& snapshot, const std::string& project, ObjectKind kind,
                                            const std::string& name) {
  if (kind != ObjectKind::kFeatureView) return snapshot.Find(kind, kind == ObjectKind::kProject ? "" : project, name);
  // Views of all kinds share one namespace, and their listing shows more than plain ones.
  for (const ObjectKind one : {kind, ObjectKind::kOnDemandFeatureView, ObjectKind::kStreamFeatureView}) {
    if (const auto* found = snapshot.Find(one, project, name)) return found;
  }
  return nullptr;
}

const char* NotFoundClass(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kProject:
      return "ProjectObjectNotFoundException";
    case ObjectKind::kDataSource:
      return "DataSourceObjectNotFoundException";
    case ObjectKind::kEntity:
      return "EntityNotFoundException";
    case ObjectKind::kFeatureService:
      return "FeatureServiceNotFoundException";
    case ObjectKind::kSavedDataset:
      return "SavedDatasetNotFound";
    default:
      return "FeatureViewNotFoundException";
  }
}

arrow::Status NoSuchObject(const Snapshot& snapshot, const std::string& project, ObjectKind kind,
                           const std::string& name) {
  std::vector<std::string> names = snapshot.Names(kind, kind == ObjectKind::kProject ? "" : project);
  std::erase(names, kDummyEntityName);
  std::string message(ObjectKindName(kind));
  message[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(message[0])));
  message += " '" + name + "' does not exist in ";
  message += kind == ObjectKind::kProject ? "the registry." : "project '" + project + "'.";
  const std::string suggestion = DidYouMean(name, names);
  if (!suggestion.empty()) {
    message += suggestion;
  } else if (names.empty()) {
    message += " There are none: register definitions with 'feast apply'.";
  } else {
    message += " 'list' shows those there are.";
  }
  return NamedError(NotFoundClass(kind), message);
}

}  // namespace

Json DescribedObject(const google::protobuf::Message& message) {
  Json json = ParseJson<Json>(ToShownJson(message));
  json.erase("project");
  // Says of a source no more than its type does, unless that is "custom".
  if (json.contains("dataSourceClassType") && json.value("type", "") != "CUSTOM_SOURCE")
    json.erase("dataSourceClassType");
  if (json.contains("spec")) json["spec"].erase("project");
  return json;
}

arrow::Result<Json> Catalog::Describe(ObjectKind kind, const std::string& name) const {
  const google::protobuf::Message* const found = FindStored(*snapshot_, project_, kind, name);
  if (found == nullptr) return NoSuchObject(*snapshot_, project_, kind, name);
  Json json = DescribedObject(*found);
  // Shown even at their defaults.
  if (const auto* view = dynamic_cast<const core::FeatureView*>(found)) {
    json["enabled"] = !view->spec().disabled();
    json["state"] = core::FeatureViewState_Name(view->meta().state());
  }
  return json;
}

}  // namespace feast
