// feast entities
#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/tags_filter.h"
#include "feast/definitions.h"

namespace feast::cli {

namespace {

arrow::Result<std::vector<ListedObject>> ListEntities(const ProjectView& view, const Tags& tags) {
  std::vector<ListedObject> objects;
  for (const core::Entity& entity : view.snapshot->registry().entities()) {
    const core::EntitySpecV2& spec = entity.spec();
    if (spec.project() != view.project || spec.name() == kDummyEntityName || !HasTags(spec.tags(), tags)) continue;
    const auto value_type = static_cast<ValueType>(spec.value_type());
    // Feast's name for the type of an entity that declares none.
    const std::string type = value_type == ValueType::kInvalid ? "UNKNOWN" : std::string(ValueTypeName(value_type));
    objects.push_back({{spec.name(), spec.description(), "ValueType." + type},
                       {{"name", spec.name()},
                        {"description", spec.description()},
                        {"value_type", type},
                        {"join_key", spec.join_key()},
                        {"tags", TagsJson(spec.tags())},
                        {"owner", spec.owner()}}});
  }
  return objects;
}

}  // namespace

Command AddEntities(Command root, Session& session) {
  return AddObjectGroup(
      root, session, {"entities", "entities", ObjectKind::kEntity, {"NAME", "DESCRIPTION", "TYPE"}, ListEntities, {}});
}

}  // namespace feast::cli
