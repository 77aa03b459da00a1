#include "plan/stored_forms.h"

#include <utility>

#include "definitions/proto.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"
#include "plan/compare_stored.h"

namespace feast {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

template <typename Stored>
std::shared_ptr<Message> Shared(Stored stored) {
  return std::make_shared<Stored>(std::move(stored));
}

/// For kinds whose reading may fail.
template <typename Stored>
std::shared_ptr<Message> ReadAndWrite(const Message& message, const std::string& project) {
  const auto& stored = static_cast<const Stored&>(message);
  auto object = FromProto(stored);
  if (!object.ok()) return Shared(stored);
  if constexpr (requires { ToProto(**object, project); }) {
    return Shared(ToProto(**object, project));
  } else {
    return Shared(ToProto(*object, project));
  }
}

const Message* FindElement(const Message& parent, const FieldDescriptor* field, const std::string& name) {
  const auto* reflection = parent.GetReflection();
  for (int i = 0; i < reflection->FieldSize(parent, field); ++i) {
    const Message& element = reflection->GetRepeatedMessage(parent, field, i);
    if (ElementName(element) == name) return &element;
  }
  return nullptr;
}

/// A pickle of another source text must not survive it.
bool IsStalePickle(const FieldDescriptor* field, const Message& stored, const Message& desired) {
  if (field->name() != "body" || !field->containing_type()->name().starts_with("UserDefinedFunction")) return false;
  const auto* text = field->containing_type()->FindFieldByName("body_text");
  return stored.GetReflection()->GetString(stored, text) != desired.GetReflection()->GetString(desired, text);
}

void KeepInElements(const FieldDescriptor* field, const Message& stored, const Message& normal, Message* desired) {
  const auto* reflection = desired->GetReflection();
  for (int i = 0; i < reflection->FieldSize(*desired, field); ++i) {
    Message* element = reflection->MutableRepeatedMessage(desired, field, i);
    const std::string name = ElementName(*element);
    if (name.empty()) continue;
    const Message* stored_element = FindElement(stored, field, name);
    const Message* normal_element = FindElement(normal, field, name);
    if (stored_element != nullptr && normal_element != nullptr) {
      KeepUnmodelled(*stored_element, *normal_element, element);
    }
  }
}

void CopyField(const FieldDescriptor* field, const Message& from, Message* to) {
  std::unique_ptr<Message> only(from.New());
  only->CopyFrom(from);
  std::vector<const FieldDescriptor*> fields;
  only->GetReflection()->ListFields(*only, &fields);
  for (const auto* other : fields) {
    if (other != field) only->GetReflection()->ClearField(only.get(), other);
  }
  only->GetReflection()->MutableUnknownFields(only.get())->Clear();
  to->MergeFrom(*only);
}

ObjectKind KindOf(const CarriedObject& object) {
  switch (object.kind) {
    case CarriedObject::Kind::kLabelView:
      return ObjectKind::kLabelView;
    case CarriedObject::Kind::kPermission:
      return ObjectKind::kPermission;
    case CarriedObject::Kind::kValidationReference:
      break;
  }
  return ObjectKind::kValidationReference;
}

}  // namespace

std::vector<StoredForm> StoredForms(const Definitions& definitions, const std::string& project) {
  std::vector<StoredForm> forms;
  const auto add = [&](ObjectKind kind, const std::string& name, std::shared_ptr<Message> message) {
    forms.push_back({kind, name, std::move(message)});
  };
  if (definitions.project) add(ObjectKind::kProject, definitions.project->name, Shared(ToProto(*definitions.project)));
  for (const auto& s : definitions.data_sources) add(ObjectKind::kDataSource, s->name, Shared(ToProto(*s, project)));
  for (const auto& e : definitions.entities) add(ObjectKind::kEntity, e->name, Shared(ToProto(*e, project)));
  for (const auto& view : definitions.feature_views) {
    if (view->kind() == BaseFeatureView::Kind::kStream) {
      add(ObjectKind::kStreamFeatureView, view->name,
          Shared(ToProto(static_cast<const StreamFeatureView&>(*view), project)));
    } else {
      add(ObjectKind::kFeatureView, view->name, Shared(ToProto(*view, project)));
    }
  }
  for (const auto& v : definitions.on_demand_feature_views) {
    add(ObjectKind::kOnDemandFeatureView, v->name, Shared(ToProto(*v, project)));
  }
  for (const auto& s : definitions.feature_services)
    add(ObjectKind::kFeatureService, s->name, Shared(ToProto(*s, project)));
  for (const auto& d : definitions.saved_datasets)
    add(ObjectKind::kSavedDataset, d->name, Shared(ToProto(*d, project)));
  for (const auto& object : definitions.carried_objects) {
    add(KindOf(*object), object->name, CarriedMessage(*object, project));
  }
  return forms;
}

// Read and written again, a stored object has the form that this program gives its like: what Feast, or an older
// version, writes otherwise for the same meaning then does not show as a change.
std::shared_ptr<Message> NormalForm(ObjectKind kind, const Message& stored, const std::string& project) {
  switch (kind) {
    case ObjectKind::kProject:
      return Shared(ToProto(FromProto(static_cast<const core::Project&>(stored))));
    case ObjectKind::kEntity:
      return Shared(ToProto(FromProto(static_cast<const core::Entity&>(stored)), project));
    case ObjectKind::kFeatureService:
      return Shared(ToProto(FromProto(static_cast<const core::FeatureService&>(stored)), project));
    case ObjectKind::kDataSource:
      return ReadAndWrite<core::DataSource>(stored, project);
    case ObjectKind::kFeatureView:
      return ReadAndWrite<core::FeatureView>(stored, project);
    case ObjectKind::kStreamFeatureView:
      return ReadAndWrite<core::StreamFeatureView>(stored, project);
    case ObjectKind::kOnDemandFeatureView:
      return ReadAndWrite<core::OnDemandFeatureView>(stored, project);
    case ObjectKind::kSavedDataset:
      return ReadAndWrite<core::SavedDataset>(stored, project);
    case ObjectKind::kValidationReference:
    case ObjectKind::kPermission:
    case ObjectKind::kLabelView:
      break;
  }
  std::shared_ptr<Message> copy(stored.New());
  copy->CopyFrom(stored);
  return copy;
}

// `normal` is `stored` without what this library does not model. A field that is in `stored` alone is therefore none
// that the user could have declared or dropped, and is carried on; one that is in `normal` too and not in `desired` was
// dropped.
void KeepUnmodelled(const Message& stored, const Message& normal, Message* desired) {
  const auto* reflection = desired->GetReflection();
  reflection->MutableUnknownFields(desired)->MergeFrom(stored.GetReflection()->GetUnknownFields(stored));
  std::vector<const FieldDescriptor*> fields;
  stored.GetReflection()->ListFields(stored, &fields);
  for (const auto* field : fields) {
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (field->is_repeated()) {
      if (is_message && !field->is_map()) KeepInElements(field, stored, normal, desired);
      if (normal.GetReflection()->FieldSize(normal, field) == 0 && reflection->FieldSize(*desired, field) == 0) {
        CopyField(field, stored, desired);
      }
      continue;
    }
    const bool in_normal = normal.GetReflection()->HasField(normal, field);
    const bool in_desired = reflection->HasField(*desired, field);
    if (is_message && in_normal && in_desired) {
      KeepUnmodelled(stored.GetReflection()->GetMessage(stored, field),
                     normal.GetReflection()->GetMessage(normal, field), reflection->MutableMessage(desired, field));
    } else if (!in_normal && !in_desired && !IsStalePickle(field, stored, *desired) &&
               (field->containing_oneof() == nullptr || !reflection->HasOneof(*desired, field->containing_oneof()))) {
      // Not in a oneof of which another field was declared, for setting one clears the others.
      CopyField(field, stored, desired);
    }
  }
}

}  // namespace feast
