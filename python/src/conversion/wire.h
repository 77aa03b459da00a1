// C++ messages to and from the messages of `feast.protos`, and what definitions derive from their wire form: equality
// and text.
#pragma once

#include <google/protobuf/message.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <memory>
#include <string>
#include <type_traits>

#include "bindings.h"
#include "definitions/proto.h"
#include "definitions/redacted_message.h"
#include "text/redaction.h"

namespace feast::python {

/// The Python message of the same class. ImportError, saying what to install, without the protobuf package.
nb::object ToPythonMessage(const google::protobuf::Message& message);
/// Parses a Python message (or its bytes) into `message`.
void FromPythonMessage(nb::handle python, google::protobuf::Message* message);

/// Equal but for what the registry adds (project, timestamps, version numbers) and how functions are pickled, with
/// lists of fields in any order.
bool SameDefinition(const google::protobuf::Message& left, const google::protobuf::Message& right);

nb::bytes ToBytes(const google::protobuf::Message& message);

/// Text as it may be shown, without the secrets in it.
inline nb::str ShownText(nb::handle text) { return nb::str(Redacted(nb::cast<std::string>(nb::str(text))).c_str()); }

/// The message that `from_proto` was given: by position, or under whatever name Feast's class has for it.
nb::object MessageArgument(const nb::args& positional, const nb::kwargs& keywords);

template <typename T>
const T& ValueOf(const std::shared_ptr<T>& object) {
  return *object;
}
template <typename T>
const T& ValueOf(const T& object) {
  return object;
}

/// Takes over what the registry knows of the stored object: when it was created and what was materialized.
template <typename Message, typename T>
void UpdateMeta(T& self, nb::handle serialized) {
  Message message;
  FromPythonMessage(serialized, &message);
  const auto parsed = Checked(FromProto(message));
  const auto& stored = ValueOf(parsed);
  self.created_timestamp = stored.created_timestamp;
  if constexpr (std::is_base_of_v<FeatureView, T>) self.materialization_intervals = stored.materialization_intervals;
}

/// Gives a class its wire methods: to_proto, from_proto, update_meta, str, == and pickling.
template <typename Message, typename T, typename Class>
void DefineWire(Class& binding) {
  binding.def("to_proto", [](const T& self) { return ToPythonMessage(ToProto(self)); });
  binding.def_static("from_proto", [](const nb::args& positional, const nb::kwargs& keywords) {
    Message message;
    FromPythonMessage(MessageArgument(positional, keywords), &message);
    return Checked(FromProto(message));
  });
  binding.def_prop_ro("proto_class", [](const T&) { return ToPythonMessage(Message()).type(); });
  binding.def("update_meta", &UpdateMeta<Message, T>, nb::arg("serialized_proto"));
  binding.def("__str__", [](const T& self) { return ToShownJson(ToProto(self)); });
  // Views compare their projections too (view_arguments.h).
  if constexpr (!std::is_base_of_v<BaseFeatureView, T>) {
    binding.def("__eq__", [](const T& self, nb::handle other) {
      const T* that = nullptr;
      return nb::try_cast(other, that) && that != nullptr && SameDefinition(ToProto(self), ToProto(*that));
    });
  }
  binding.def("__reduce__", [](nb::object self) {
    return nb::make_tuple(nb::module_::import_("feast._restore").attr("restore"),
                          nb::make_tuple(self.type(), ToBytes(ToProto(nb::cast<const T&>(self)))));
  });
}

}  // namespace feast::python
