// Objects that are kept and planned but not interpreted: their wire form is all there is of them.
#include <google/protobuf/util/json_util.h>

#include "arrow/status.h"
#include "definitions/wire_values.h"

namespace feast {

std::unique_ptr<google::protobuf::Message> CarriedMessage(const CarriedObject& object, const std::string& project) {
  const auto parsed = [&](auto message) -> std::unique_ptr<google::protobuf::Message> {
    message->ParseFromString(object.serialized);
    if constexpr (requires { message->mutable_spec(); }) {
      if (!project.empty()) message->mutable_spec()->set_project(project);
    } else if (!project.empty()) {
      message->set_project(project);
    }
    return message;
  };
  switch (object.kind) {
    case CarriedObject::Kind::kLabelView:
      return parsed(std::make_unique<core::LabelView>());
    case CarriedObject::Kind::kPermission:
      return parsed(std::make_unique<core::Permission>());
    case CarriedObject::Kind::kValidationReference:
      break;
  }
  return parsed(std::make_unique<core::ValidationReference>());
}

arrow::Result<CarriedObject> CarriedFromJson(CarriedObject::Kind kind, const std::string& json) {
  CarriedObject object{.kind = kind, .name = {}, .serialized = {}, .origin = {}};
  const auto message = CarriedMessage(object, "");
  const auto status = google::protobuf::util::JsonStringToMessage(json, message.get());
  if (!status.ok()) {
    return arrow::Status::Invalid("This is no ", message->GetDescriptor()->name(), ": ", std::string(status.message()));
  }
  if (kind == CarriedObject::Kind::kLabelView) {
    auto* spec = static_cast<core::LabelView&>(*message).mutable_spec();
    object.name = spec->name();
    if (spec->has_source()) {
      ARROW_ASSIGN_OR_RAISE(const auto source, FromProto(spec->source()));
      *spec->mutable_source() = EmbeddedSource(*source);
    }
  } else if (kind == CarriedObject::Kind::kPermission) {
    object.name = static_cast<const core::Permission&>(*message).spec().name();
  } else {
    object.name = static_cast<const core::ValidationReference&>(*message).name();
  }
  object.serialized = ToBytes(*message);
  return object;
}

CarriedObject FromProto(const core::LabelView& proto) {
  return {CarriedObject::Kind::kLabelView, proto.spec().name(), ToBytes(proto), {}};
}

CarriedObject FromProto(const core::Permission& proto) {
  return {CarriedObject::Kind::kPermission, proto.spec().name(), ToBytes(proto), {}};
}

CarriedObject FromProto(const core::ValidationReference& proto) {
  return {CarriedObject::Kind::kValidationReference, proto.name(), ToBytes(proto), {}};
}

}  // namespace feast
