// A whole set of definitions as a registry message.
#include <utility>

#include "arrow/status.h"
#include "definitions/wire_values.h"

namespace feast {
namespace {

const std::string& ProjectOf(const core::DataSource& source) { return source.project(); }
const std::string& ProjectOf(const core::ValidationReference& reference) { return reference.project(); }

template <typename Wire>
const std::string& ProjectOf(const Wire& wire) {
  return wire.spec().project();
}

template <typename Wire>
std::string NameOf(const Wire& wire) {
  if constexpr (requires { wire.spec(); }) {
    return wire.spec().name();
  } else {
    return wire.name();
  }
}

template <typename Value>
std::shared_ptr<Value> Share(Value value) {
  return std::make_shared<Value>(std::move(value));
}

template <typename Value>
std::shared_ptr<Value> Share(std::shared_ptr<Value> value) {
  return value;
}

template <typename Value>
arrow::Result<Value> AsResult(Value value) {
  return value;
}

template <typename Value>
arrow::Result<Value> AsResult(arrow::Result<Value> result) {
  return result;
}

// Appends the objects of `project` to `objects`. Without `unreadable` the first that cannot be read is the end.
template <typename Wires, typename Objects>
arrow::Status Take(const Wires& wires, const std::string& project, Objects* objects,
                   std::vector<std::string>* unreadable) {
  for (const auto& wire : wires) {
    if (ProjectOf(wire) != project) continue;
    auto object = AsResult(FromProto(wire));
    if (object.ok()) {
      objects->push_back(Share(*std::move(object)));
      continue;
    }
    const arrow::Status failure =
        object.status().WithMessage("'", NameOf(wire), "' of project '", project, "': ", object.status().message());
    if (unreadable == nullptr) return failure;
    unreadable->push_back(failure.message());
  }
  return arrow::Status::OK();
}

template <typename Objects, typename Wires>
void Put(const Objects& objects, const std::string& project, Wires* wires) {
  for (const auto& object : objects) *wires->Add() = ToProto(*object, project);
}

}  // namespace

core::Registry ToProto(const Definitions& definitions, const std::string& project) {
  core::Registry registry;
  if (definitions.project != nullptr) *registry.add_projects() = ToProto(*definitions.project);
  Put(definitions.entities, project, registry.mutable_entities());
  Put(definitions.data_sources, project, registry.mutable_data_sources());
  for (const auto& view : definitions.feature_views) {
    if (view->kind() == BaseFeatureView::Kind::kStream) {
      *registry.add_stream_feature_views() = ToProto(static_cast<const StreamFeatureView&>(*view), project);
    } else {
      *registry.add_feature_views() = ToProto(*view, project);
    }
  }
  Put(definitions.on_demand_feature_views, project, registry.mutable_on_demand_feature_views());
  Put(definitions.feature_services, project, registry.mutable_feature_services());
  Put(definitions.saved_datasets, project, registry.mutable_saved_datasets());
  for (const auto& object : definitions.carried_objects) {
    const auto message = CarriedMessage(*object, project);
    switch (object->kind) {
      case CarriedObject::Kind::kLabelView:
        *registry.add_label_views() = static_cast<const core::LabelView&>(*message);
        break;
      case CarriedObject::Kind::kPermission:
        *registry.add_permissions() = static_cast<const core::Permission&>(*message);
        break;
      case CarriedObject::Kind::kValidationReference:
        *registry.add_validation_references() = static_cast<const core::ValidationReference&>(*message);
        break;
    }
  }
  return registry;
}

namespace {

arrow::Status TakeAll(const core::Registry& registry, const std::string& project, Definitions* definitions,
                      std::vector<std::string>* unreadable) {
  for (const core::Project& wire : registry.projects()) {
    if (wire.spec().name() == project) definitions->project = Share(FromProto(wire));
  }
  const auto take = [&](const auto& wires, auto* objects) { return Take(wires, project, objects, unreadable); };
  ARROW_RETURN_NOT_OK(take(registry.entities(), &definitions->entities));
  ARROW_RETURN_NOT_OK(take(registry.data_sources(), &definitions->data_sources));
  ARROW_RETURN_NOT_OK(take(registry.feature_views(), &definitions->feature_views));
  ARROW_RETURN_NOT_OK(take(registry.stream_feature_views(), &definitions->feature_views));
  ARROW_RETURN_NOT_OK(take(registry.on_demand_feature_views(), &definitions->on_demand_feature_views));
  ARROW_RETURN_NOT_OK(take(registry.feature_services(), &definitions->feature_services));
  ARROW_RETURN_NOT_OK(take(registry.saved_datasets(), &definitions->saved_datasets));
  ARROW_RETURN_NOT_OK(take(registry.label_views(), &definitions->carried_objects));
  ARROW_RETURN_NOT_OK(take(registry.permissions(), &definitions->carried_objects));
  return take(registry.validation_references(), &definitions->carried_objects);
}

}  // namespace

arrow::Result<Definitions> FromProto(const core::Registry& registry, const std::string& project) {
  Definitions definitions;
  ARROW_RETURN_NOT_OK(TakeAll(registry, project, &definitions, nullptr));
  return definitions;
}

Definitions ReadableFromProto(const core::Registry& registry, const std::string& project) {
  Definitions definitions;
  // Cannot fail: what would make it fail is put down as unreadable.
  (void)TakeAll(registry, project, &definitions, &definitions.unreadable);
  return definitions;
}

}  // namespace feast
