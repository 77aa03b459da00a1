// feast.value_type and feast.types.
#include "types.h"

#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arguments.h"
#include "arrow/c/bridge.h"
#include "bindings.h"
#include "wire.h"

namespace feast::python {

namespace {

struct PrimitiveName {
  PrimitiveType primitive = PrimitiveType::kInvalid;
  /// Member of PrimitiveFeastType.
  const char* name;
  ValueType value_type = ValueType::kInvalid;
};

constexpr PrimitiveName kPrimitives[] = {
    {PrimitiveType::kInvalid, "INVALID", ValueType::kInvalid},
    {PrimitiveType::kBytes, "BYTES", ValueType::kBytes},
    {PrimitiveType::kString, "STRING", ValueType::kString},
    {PrimitiveType::kInt32, "INT32", ValueType::kInt32},
    {PrimitiveType::kInt64, "INT64", ValueType::kInt64},
    {PrimitiveType::kFloat64, "FLOAT64", ValueType::kDouble},
    {PrimitiveType::kFloat32, "FLOAT32", ValueType::kFloat},
    {PrimitiveType::kBool, "BOOL", ValueType::kBool},
    {PrimitiveType::kUnixTimestamp, "UNIX_TIMESTAMP", ValueType::kUnixTimestamp},
    {PrimitiveType::kPdfBytes, "PDF_BYTES", ValueType::kPdfBytes},
    {PrimitiveType::kImageBytes, "IMAGE_BYTES", ValueType::kImageBytes},
    {PrimitiveType::kMap, "MAP", ValueType::kMap},
    {PrimitiveType::kJson, "JSON", ValueType::kJson},
    {PrimitiveType::kUuid, "UUID", ValueType::kUuid},
    {PrimitiveType::kTimeUuid, "TIME_UUID", ValueType::kTimeUuid},
    {PrimitiveType::kDecimal, "DECIMAL", ValueType::kDecimal},
    {PrimitiveType::kScalarMap, "SCALAR_MAP", ValueType::kScalarMap},
    {PrimitiveType::kZonedTimestamp, "ZONED_TIMESTAMP", ValueType::kZonedTimestamp},
};

Type TypeOf(PrimitiveType primitive) { return Type::Of(kPrimitives[static_cast<int>(primitive)].value_type); }

constexpr ValueType kValueTypes[] = {
    ValueType::kInvalid,
    ValueType::kBytes,
    ValueType::kString,
    ValueType::kInt32,
    ValueType::kInt64,
    ValueType::kDouble,
    ValueType::kFloat,
    ValueType::kBool,
    ValueType::kUnixTimestamp,
    ValueType::kBytesList,
    ValueType::kStringList,
    ValueType::kInt32List,
    ValueType::kInt64List,
    ValueType::kDoubleList,
    ValueType::kFloatList,
    ValueType::kBoolList,
    ValueType::kUnixTimestampList,
    ValueType::kNull,
    ValueType::kMap,
    ValueType::kMapList,
    ValueType::kBytesSet,
    ValueType::kStringSet,
    ValueType::kInt32Set,
    ValueType::kInt64Set,
    ValueType::kDoubleSet,
    ValueType::kFloatSet,
    ValueType::kBoolSet,
    ValueType::kUnixTimestampSet,
    ValueType::kPdfBytes,
    ValueType::kImageBytes,
    ValueType::kJson,
    ValueType::kJsonList,
    ValueType::kStruct,
    ValueType::kStructList,
    ValueType::kUuid,
    ValueType::kTimeUuid,
    ValueType::kUuidList,
    ValueType::kTimeUuidList,
    ValueType::kUuidSet,
    ValueType::kTimeUuidSet,
    ValueType::kValueList,
    ValueType::kValueSet,
    ValueType::kDecimal,
    ValueType::kDecimalList,
    ValueType::kDecimalSet,
    ValueType::kScalarMap,
    ValueType::kZonedTimestamp,
};

/// The element of an Array or Set, checked.
Type ElementFromPython(nb::handle value, const char* collection) {
  Type element = TypeFromPython(value, collection);
  if (element.value_type() == ValueType::kZonedTimestamp ||
      (std::string_view(collection) == "Set" &&
       (element.value_type() == ValueType::kMap || element.kind() == Type::Kind::kStruct))) {
    ThrowValueError("The type " + element.ToString() + " is not supported as the base type of " + collection + ".");
  }
  return element;
}

}  // namespace

nb::object TypeToPython(const Type& type) {
  switch (type.kind()) {
    case Type::Kind::kArray:
      return nb::cast(ArrayType{{type}});
    case Type::Kind::kSet:
      return nb::cast(SetType{{type}});
    case Type::Kind::kStruct:
      return nb::cast(StructType{{type}});
    case Type::Kind::kPrimitive:
      break;
  }
  for (const PrimitiveName& primitive : kPrimitives) {
    if (primitive.value_type == type.value_type()) return nb::cast(primitive.primitive);
  }
  return nb::cast(PrimitiveType::kInvalid);
}

std::optional<Type> TryTypeFromPython(nb::handle value) {
  const ComplexType* complex = nullptr;
  if (nb::try_cast(value, complex) && complex != nullptr) return complex->type;
  PrimitiveType primitive = PrimitiveType::kInvalid;
  // A number is none: it may be that of a value type, and these are counted otherwise.
  if (!PyLong_CheckExact(value.ptr()) && nb::try_cast(value, primitive)) return TypeOf(primitive);
  return std::nullopt;
}

Type TypeFromPython(nb::handle value, const std::string& where) {
  std::optional<Type> type = TryTypeFromPython(value);
  if (type) return *type;
  std::string hint;
  ValueType value_type = ValueType::kInvalid;
  if (nb::try_cast(value, value_type)) hint = " Use " + Type::Of(value_type).ToString() + " of feast.types.";
  std::string message = where + " needs a type of feast.types such as Int64 or Array(Float32), but got " +
                        nb::cast<std::string>(nb::repr(value)) + "." + hint;
  // What Feast raises: its collections check values, its constructors check types.
  if (where == "Array" || where == "Set") ThrowValueError(message);
  ThrowTypeError(message);
}

void BindTypes(nb::module_& module) {
  auto value_type = nb::enum_<ValueType>(module, "ValueType", "The types of feature values, as they are on the wire.");
  for (ValueType type : kValueTypes) {
    value_type.value(type == ValueType::kInvalid ? "UNKNOWN" : ValueTypeName(type).data(), type);
  }
  auto primitive = nb::enum_<PrimitiveType>(module, "PrimitiveFeastType", "The types that are not made of others.");
  for (const PrimitiveName& name : kPrimitives) primitive.value(name.name, name.primitive);
  primitive.def("to_value_type", [](PrimitiveType self) { return TypeOf(self).value_type(); });
  primitive.def("__str__", [](PrimitiveType self) { return TypeOf(self).ToString(); });

  nb::class_<ComplexType>(module, "ComplexFeastType")
      .def("to_value_type", [](const ComplexType& self) { return self.type.value_type(); })
      .def("__str__", [](const ComplexType& self) { return self.type.ToString(); })
      .def("__repr__", [](const ComplexType& self) { return self.type.ToString(); })
      .def("__hash__", [](const ComplexType& self) { return std::hash<std::string>{}(self.type.ToString()); })
      .def("__eq__",
           [](const ComplexType& self, nb::handle other) {
             std::optional<Type> that = TryTypeFromPython(other);
             return that.has_value() && self.type == *that;
           })
      .def("__getstate__", [](const ComplexType& self) { return self.type.ToString(); })
      .def("__setstate__",
           [](ComplexType& self, const std::string& text) { new (&self) ComplexType{Checked(Type::Parse(text))}; });
  nb::class_<ArrayType, ComplexType>(module, "Array", "A list of values of one type.")
      .def(
          "__init__",
          [](ArrayType* self, nb::handle base) {
            new (self) ArrayType{{Type::Array(ElementFromPython(base, "Array"))}};
          },
          nb::arg("base_type"))
      .def_prop_ro("base_type", [](const ArrayType& self) { return TypeToPython(*self.type.element()); });
  nb::class_<SetType, ComplexType>(module, "Set", "A set of values of one type.")
      .def(
          "__init__",
          [](SetType* self, nb::handle base) { new (self) SetType{{Type::Set(ElementFromPython(base, "Set"))}}; },
          nb::arg("base_type"))
      .def_prop_ro("base_type", [](const SetType& self) { return TypeToPython(*self.type.element()); });
  nb::class_<StructType, ComplexType>(module, "Struct", "Named fields, each with a type.")
      .def(
          "__init__",
          [](StructType* self, const nb::dict& fields) {
            if (fields.size() == 0) ThrowValueError("A Struct needs at least one field.");
            std::vector<std::pair<std::string, Type>> members;
            for (auto [name, type] : fields) {
              members.emplace_back(nb::cast<std::string>(name), TypeFromPython(type, "A field of Struct"));
            }
            new (self) StructType{{Type::Struct(std::move(members))}};
          },
          nb::arg("fields"))
      .def_prop_ro("fields", [](const StructType& self) {
        nb::dict fields;
        for (const auto& [name, type] : self.type.fields()) fields[name.c_str()] = TypeToPython(type);
        return fields;
      });
  module.def("arrow_type_capsule", [](nb::handle type) {
    auto arrow_type = Checked(TypeFromPython(type, "A type").ToArrow());
    auto schema = std::make_unique<ArrowSchema>();
    Check(arrow::ExportType(*arrow_type, schema.get()));
    return nb::capsule(schema.release(), "arrow_schema", [](void* pointer) noexcept {
      auto* exported = static_cast<ArrowSchema*>(pointer);
      if (exported->release != nullptr) exported->release(exported);
      delete exported;
    });
  });
  module.def("from_value_type", [](ValueType type) {
    Type result = Type::Of(type);
    if (type != ValueType::kInvalid && !result.is_valid()) {
      ThrowValueError("There is no type of feast.types for " + std::string(ValueTypeName(type)) + ".");
    }
    return TypeToPython(result);
  });
}

}  // namespace feast::python
