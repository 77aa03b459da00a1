#include "registry/registry_objects.h"

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace feast {

namespace {

const google::protobuf::FieldDescriptor* FieldOf(ObjectKind kind) {
  int number = 0;
  switch (kind) {
    case ObjectKind::kProject:
      number = core::Registry::kProjectsFieldNumber;
      break;
    case ObjectKind::kDataSource:
      number = core::Registry::kDataSourcesFieldNumber;
      break;
    case ObjectKind::kEntity:
      number = core::Registry::kEntitiesFieldNumber;
      break;
    case ObjectKind::kFeatureView:
      number = core::Registry::kFeatureViewsFieldNumber;
      break;
    case ObjectKind::kOnDemandFeatureView:
      number = core::Registry::kOnDemandFeatureViewsFieldNumber;
      break;
    case ObjectKind::kStreamFeatureView:
      number = core::Registry::kStreamFeatureViewsFieldNumber;
      break;
    case ObjectKind::kFeatureService:
      number = core::Registry::kFeatureServicesFieldNumber;
      break;
    case ObjectKind::kSavedDataset:
      number = core::Registry::kSavedDatasetsFieldNumber;
      break;
    case ObjectKind::kValidationReference:
      number = core::Registry::kValidationReferencesFieldNumber;
      break;
    case ObjectKind::kPermission:
      number = core::Registry::kPermissionsFieldNumber;
      break;
    case ObjectKind::kLabelView:
      number = core::Registry::kLabelViewsFieldNumber;
      break;
  }
  return core::Registry::descriptor()->FindFieldByNumber(number);
}

}  // namespace

std::string_view ActionName(Action action) {
  return action == Action::kCreate ? "create" : action == Action::kUpdate ? "update" : "delete";
}

std::string_view ObjectKindName(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kProject:
      return "project";
    case ObjectKind::kDataSource:
      return "data source";
    case ObjectKind::kEntity:
      return "entity";
    case ObjectKind::kFeatureView:
      return "feature view";
    case ObjectKind::kOnDemandFeatureView:
      return "on demand feature view";
    case ObjectKind::kStreamFeatureView:
      return "stream feature view";
    case ObjectKind::kFeatureService:
      return "feature service";
    case ObjectKind::kSavedDataset:
      return "saved dataset";
    case ObjectKind::kValidationReference:
      return "validation reference";
    case ObjectKind::kPermission:
      return "permission";
    case ObjectKind::kLabelView:
      return "label view";
  }
  return "object";
}

std::string ObjectKey(ObjectKind kind, std::string_view project, std::string_view name) {
  // Zero bytes keep project and name apart: "a" and "bc" are not "ab" and "c".
  std::string key(1, static_cast<char>('a' + static_cast<int>(kind)));
  key.reserve(3 + project.size() + name.size());
  key.push_back('\0');
  if (kind != ObjectKind::kProject) key.append(project);
  key.push_back('\0');
  key.append(name);
  return key;
}

RegistryEditor::RegistryEditor(core::Registry* registry) : registry_(registry) { Index(); }

void RegistryEditor::Index() {
  positions_.clear();
  std::unordered_map<int, int> seen;
  ForEachObject(*registry_, [&](ObjectKind kind, const std::string& project, const std::string& name,
                                const google::protobuf::Message&) {
    positions_.emplace(ObjectKey(kind, project, name), seen[static_cast<int>(kind)]++);
  });
}

const google::protobuf::Message* RegistryEditor::Find(ObjectKind kind, std::string_view project,
                                                      std::string_view name) const {
  const auto found = positions_.find(ObjectKey(kind, project, name));
  if (found == positions_.end()) return nullptr;
  return &registry_->GetReflection()->GetRepeatedMessage(*registry_, FieldOf(kind), found->second);
}

void RegistryEditor::Put(ObjectKind kind, std::string_view project, std::string_view name,
                         const google::protobuf::Message& object) {
  const auto* field = FieldOf(kind);
  const auto* reflection = registry_->GetReflection();
  const auto [found, added] = positions_.try_emplace(ObjectKey(kind, project, name), 0);
  if (added) {
    found->second = reflection->FieldSize(*registry_, field);
    reflection->AddMessage(registry_, field)->CopyFrom(object);
  } else {
    reflection->MutableRepeatedMessage(registry_, field, found->second)->CopyFrom(object);
  }
}

bool RegistryEditor::Remove(ObjectKind kind, std::string_view project, std::string_view name) {
  const auto found = positions_.find(ObjectKey(kind, project, name));
  if (found == positions_.end()) return false;
  const auto* field = FieldOf(kind);
  const auto* reflection = registry_->GetReflection();
  const int last = reflection->FieldSize(*registry_, field) - 1;
  // Moved to the end step by step, so that the others keep their order: a registry whose objects change places differs
  // in every line for who compares two of them. Positions behind it have changed, hence Index.
  for (int i = found->second; i < last; ++i) reflection->SwapElements(registry_, field, i, i + 1);
  reflection->RemoveLast(registry_, field);
  Index();
  return true;
}

}  // namespace feast
