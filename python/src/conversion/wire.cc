#include "wire.h"

#include <google/protobuf/util/message_differencer.h>
#include <nanobind/stl/string.h>

#include <set>

#include "arguments.h"

namespace feast::python {

namespace {

/// What the registry adds to a definition, and pickled functions: their text is compared instead.
class RegistryFields : public google::protobuf::util::MessageDifferencer::IgnoreCriteria {
 public:
  bool IsIgnored(const google::protobuf::Message&, const google::protobuf::Message&,
                 const google::protobuf::FieldDescriptor* field,
                 const std::vector<google::protobuf::util::MessageDifferencer::SpecificField>&) override {
    static const std::set<std::string, std::less<>> names = {
        "created_timestamp", "last_updated_timestamp", "project", "body", "version_id", "current_version_number"};
    return names.contains(field->name());
  }
};

}  // namespace

nb::object ToPythonMessage(const google::protobuf::Message& message) {
  const google::protobuf::Descriptor* descriptor = message.GetDescriptor();
  std::string file = descriptor->file()->name();
  std::string name = "feast.protos." + file.substr(0, file.rfind('.')) + "_pb2";
  for (char& letter : name) {
    if (letter == '/') letter = '.';
  }
  nb::object module = nb::module_::import_("feast._messages").attr("load")(name);
  return module.attr(descriptor->name().c_str()).attr("FromString")(ToBytes(message));
}

void FromPythonMessage(nb::handle python, google::protobuf::Message* message) {
  nb::object bytes = nb::borrow(python);
  if (!PyBytes_Check(python.ptr())) {
    if (!nb::hasattr(python, "SerializeToString")) {
      ThrowTypeError("from_proto takes a " + message->GetDescriptor()->full_name() + " message, but got " +
                     nb::cast<std::string>(nb::repr(python)));
    }
    bytes = python.attr("SerializeToString")();
  }
  auto data = nb::cast<nb::bytes>(bytes);
  if (!message->ParseFromArray(data.c_str(), static_cast<int>(data.size()))) {
    ThrowValueError("These bytes are no " + message->GetDescriptor()->full_name() + " message.");
  }
}

nb::object MessageArgument(const nb::args& positional, const nb::kwargs& keywords) {
  nb::object message;
  if (positional.size() > 0) message = positional[0];
  for (auto [name, value] : keywords) {
    if (nb::cast<std::string>(name) == "skip_udf") continue;
    if (message.is_valid()) ThrowTypeError("from_proto takes one message and skip_udf.");
    message = nb::borrow(value);
  }
  if (!message.is_valid()) ThrowTypeError("from_proto needs a message.");
  return message;
}

bool SameDefinition(const google::protobuf::Message& left, const google::protobuf::Message& right) {
  if (left.GetDescriptor() != right.GetDescriptor()) return false;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.set_message_field_comparison(google::protobuf::util::MessageDifferencer::EQUIVALENT);
  differencer.set_repeated_field_comparison(google::protobuf::util::MessageDifferencer::AS_SET);
  differencer.AddIgnoreCriteria(new RegistryFields);
  return differencer.Compare(left, right);
}

nb::bytes ToBytes(const google::protobuf::Message& message) {
  std::string bytes = message.SerializeAsString();
  return nb::bytes(bytes.data(), bytes.size());
}

}  // namespace feast::python
