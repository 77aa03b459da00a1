#include "definitions/wire_values.h"

namespace feast {

core::Entity ToProto(const Entity& entity, const std::string& project) {
  core::Entity wire;
  core::EntitySpecV2* spec = wire.mutable_spec();
  spec->set_name(entity.name);
  spec->set_project(project);
  spec->set_value_type(static_cast<types::ValueType::Enum>(entity.value_type));
  spec->set_description(entity.description);
  spec->set_join_key(entity.join_key.empty() ? entity.name : entity.join_key);
  PutMap(entity.tags, spec->mutable_tags());
  spec->set_owner(entity.owner);
  PutTimes(entity, wire.mutable_meta());
  return wire;
}

Entity FromProto(const core::Entity& proto) {
  const core::EntitySpecV2& spec = proto.spec();
  Entity entity;
  entity.name = spec.name();
  entity.value_type = static_cast<ValueType>(spec.value_type());
  entity.description = spec.description();
  entity.join_key = spec.join_key();
  entity.tags = TakeMap(spec.tags());
  entity.owner = spec.owner();
  TakeTimes(proto.meta(), &entity);
  return entity;
}

core::Project ToProto(const Project& project) {
  core::Project wire;
  core::ProjectSpec* spec = wire.mutable_spec();
  spec->set_name(project.name);
  spec->set_description(project.description);
  PutMap(project.tags, spec->mutable_tags());
  spec->set_owner(project.owner);
  PutTimes(project, wire.mutable_meta());
  return wire;
}

Project FromProto(const core::Project& proto) {
  Project project;
  project.name = proto.spec().name();
  project.description = proto.spec().description();
  project.tags = TakeMap(proto.spec().tags());
  project.owner = proto.spec().owner();
  TakeTimes(proto.meta(), &project);
  return project;
}

}  // namespace feast
