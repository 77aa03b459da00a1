// What the constructors of all feature views share, and what all views have in Python.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <string>
#include <vector>

#include "arguments.h"
#include "attributes.h"
#include "bindings.h"
#include "feast/definitions.h"
#include "wire.h"

namespace feast::python {

/// Entities given to a view: their names, and the join keys of those given as objects. A name alone is resolved at
/// apply.
struct ViewEntities {
  std::vector<std::string> names;
  std::vector<std::shared_ptr<Entity>> objects;
};
ViewEntities TakeEntities(Arguments& arguments);

/// Takes 'schema' (or 'features', its old spelling).
std::vector<Field> TakeSchema(Arguments& arguments);

/// Divides the schema into join keys and features; ValueError when a join key's type contradicts its entity.
void SplitSchema(const std::string& view, const ViewEntities& entities, std::vector<Field> schema,
                 std::vector<Field>* entity_columns, std::vector<Field>* features);

/// Takes name, description, tags, owner, org, version and enabled.
void TakeViewDescription(Arguments& arguments, BaseFeatureView& view);
/// A projection to all features of the view.
void ResetProjection(BaseFeatureView& view);

/// A view was made, or got another name: who looks it up in this process gets its function, if it has one of Python's.
void RememberFunction(const BaseFeatureView& view);

void CheckProjection(const BaseFeatureView& view, const FeatureViewProjection& projection);
/// The projection `view[[names...]]` has.
FeatureViewProjection Select(const BaseFeatureView& view, nb::handle names);
/// ValueError for a name Feast does not allow.
void CheckViewName(const std::string& name);

/// Binds what every concrete class of views has: wire form, copies and projections.
template <typename Message, typename T, typename Class>
void DefineView(Class& binding) {
  DefineWire<Message, T>(binding);
  binding.def("__copy__", [](const T& self) { return std::make_shared<T>(self); })
      .def("__deepcopy__", [](const T& self, nb::handle) { return std::make_shared<T>(self); })
      .def("__eq__",
           [](const T& self, nb::handle other) {
             const T* that = nullptr;
             return nb::try_cast(other, that) && that != nullptr && self.kind() == that->kind() &&
                    self.projection == that->projection && SameDefinition(ToProto(self), ToProto(*that));
           })
      .def("__getitem__",
           [](const T& self, nb::handle names) {
             auto copy = std::make_shared<T>(self);
             copy->projection = Select(self, names);
             return copy;
           })
      .def(
          "with_name",
          [](const T& self, const std::string& name) {
            auto copy = std::make_shared<T>(self);
            copy->projection.name_alias = name;
            return copy;
          },
          nb::arg("name"))
      .def(
          "with_projection",
          [](const T& self, const FeatureViewProjection& projection) {
            CheckProjection(self, projection);
            auto copy = std::make_shared<T>(self);
            copy->projection = projection;
            return copy;
          },
          nb::arg("feature_view_projection"));
  if constexpr (std::is_base_of_v<FeatureView, T>) {
    binding.def(
        "with_join_key_map",
        [](const T& self, const std::map<std::string, std::string>& join_key_map) {
          auto copy = std::make_shared<T>(self);
          copy->projection.join_key_map = join_key_map;
          return copy;
        },
        nb::arg("join_key_map"));
  }
}

}  // namespace feast::python
