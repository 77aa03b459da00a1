#include "plugin_source.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include "bindings.h"
#include "wire.h"

namespace feast::python {

namespace {

/// What a source of a Python class is to the engine, with the object it was made from.
class PluginSource : public CustomSource {
 public:
  PluginSource(const CustomSource& stored, nb::object object) : CustomSource(stored), object_(std::move(object)) {}
  ~PluginSource() override {
    if (!Py_IsInitialized()) {
      object_.release();
      return;
    }
    nb::gil_scoped_acquire gil;
    object_.reset();
  }
  const nb::object& object() const { return object_; }

 private:
  nb::object object_;
};

/// The Python part of a class's path; "feast._feast" for those of this library.
std::string ModuleOf(nb::handle type) { return nb::cast<std::string>(nb::str(type.attr("__module__"))); }

bool IsOurs(nb::handle object) { return ModuleOf(object.type()) == "feast._feast"; }

/// Old classes leave out what they got from the constructor.
void FillIn(const DataSource& given, core::DataSource* message) {
  if (message->name().empty()) message->set_name(given.name);
  if (message->timestamp_field().empty()) message->set_timestamp_field(given.timestamp_field);
  if (message->created_timestamp_column().empty())
    message->set_created_timestamp_column(given.created_timestamp_column);
  if (message->date_partition_column().empty()) message->set_date_partition_column(given.date_partition_column);
  if (message->field_mapping().empty())
    message->mutable_field_mapping()->insert(given.field_mapping.begin(), given.field_mapping.end());
  if (message->tags().empty()) message->mutable_tags()->insert(given.tags.begin(), given.tags.end());
  if (message->description().empty()) message->set_description(given.description);
  if (message->owner().empty()) message->set_owner(given.owner);
}

std::shared_ptr<DataSource> FromSubclass(nb::handle object, const std::shared_ptr<DataSource>& given) {
  core::DataSource message;
  FromPythonMessage(object.attr("to_proto")(), &message);
  // A subclass that only adds behaviour to a built-in class is stored as that.
  if (message.type() != core::DataSource::CUSTOM_SOURCE) return given;
  FillIn(*given, &message);
  if (message.name().empty()) {
    ThrowFeastError("DataSourceNoNameException",
                    "A " + nb::cast<std::string>(nb::str(object.type().attr("__name__"))) +
                        " has no name, and the registry knows sources by their names: give name=...");
  }
  if (message.data_source_class_type().empty()) {
    message.set_data_source_class_type(ModuleOf(object.type()) + "." +
                                       nb::cast<std::string>(nb::str(object.type().attr("__qualname__"))));
  }
  const std::shared_ptr<DataSource> stored = Checked(FromProto(message));
  if (stored->kind() != DataSource::Kind::kCustom) return stored;
  auto source = std::make_shared<PluginSource>(static_cast<const CustomSource&>(*stored), nb::borrow(object));
  source->origin = given->origin;
  return source;
}

}  // namespace

std::shared_ptr<DataSource> SourceFromPython(nb::handle object) {
  std::shared_ptr<DataSource> source;
  if (!nb::try_cast(object, source) || !source) return nullptr;
  return IsOurs(object) ? source : FromSubclass(object, source);
}

nb::object SourceToPython(const std::shared_ptr<DataSource>& source) {
  if (const auto* plugin = dynamic_cast<const PluginSource*>(source.get())) return plugin->object();
  if (source && source->kind() == DataSource::Kind::kCustom) {
    nb::object rebuilt =
        nb::module_::import_("feast._plugins")
            .attr("rebuild_source")(static_cast<const CustomSource&>(*source).class_type, ToBytes(ToProto(*source)));
    if (!rebuilt.is_none()) return rebuilt;
  }
  return nb::cast(source);
}

std::shared_ptr<DataSource> SourceArgument(Arguments& arguments, const char* name, const char* expected) {
  nb::object value = arguments.Take(name);
  if (value.is_none()) return nullptr;
  std::shared_ptr<DataSource> source = SourceFromPython(value);
  if (!source) arguments.WrongType(name, expected, value);
  return source;
}

}  // namespace feast::python
