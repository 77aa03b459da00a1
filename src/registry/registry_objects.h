// The objects inside a registry message, seen alike whatever their kind.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "feast/core/Registry.pb.h"
#include "feast/plan.h"

namespace feast {

/// Kind, project and name joined with NULs: what identifies an object in a registry. Projects have project "".
std::string ObjectKey(ObjectKind kind, std::string_view project, std::string_view name);

/// Calls `visit(kind, project, name, message)` for every object that `plan.h` has a kind for, kinds in their order
/// there.
template <typename Visit>
void ForEachObject(const core::Registry& registry, Visit&& visit) {
  static const std::string no_project;
  for (const auto& p : registry.projects()) visit(ObjectKind::kProject, no_project, p.spec().name(), p);
  for (const auto& s : registry.data_sources()) visit(ObjectKind::kDataSource, s.project(), s.name(), s);
  const auto each = [&](ObjectKind kind, const auto& objects) {
    for (const auto& object : objects) visit(kind, object.spec().project(), object.spec().name(), object);
  };
  each(ObjectKind::kEntity, registry.entities());
  each(ObjectKind::kFeatureView, registry.feature_views());
  each(ObjectKind::kOnDemandFeatureView, registry.on_demand_feature_views());
  each(ObjectKind::kStreamFeatureView, registry.stream_feature_views());
  each(ObjectKind::kFeatureService, registry.feature_services());
  each(ObjectKind::kSavedDataset, registry.saved_datasets());
  for (const auto& v : registry.validation_references())
    visit(ObjectKind::kValidationReference, v.project(), v.name(), v);
  each(ObjectKind::kPermission, registry.permissions());
  each(ObjectKind::kLabelView, registry.label_views());
}

/// Edits objects of a registry by identity. Holds positions, so nothing else may add or remove objects while it lives.
class RegistryEditor {
 public:
  /// `registry` must outlive this.
  explicit RegistryEditor(core::Registry* registry);

  /// nullptr when there is none. Valid until the next Put or Remove.
  const google::protobuf::Message* Find(ObjectKind kind, std::string_view project, std::string_view name) const;
  /// Adds `object`, or replaces the one of that identity where it stands. `object` must be the message class of `kind`.
  void Put(ObjectKind kind, std::string_view project, std::string_view name, const google::protobuf::Message& object);
  /// False when there was none. The order of the others is kept.
  bool Remove(ObjectKind kind, std::string_view project, std::string_view name);

 private:
  void Index();

  core::Registry* registry_;
  std::unordered_map<std::string, int> positions_;
};

}  // namespace feast
