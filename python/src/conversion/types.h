// feast.types in Python: an enumeration of primitives and a class each for arrays, sets and structs, all of them a
// feast::Type.
#pragma once

#include <nanobind/nanobind.h>

#include <optional>
#include <string>

#include "feast/types.h"

namespace feast::python {

namespace nb = nanobind;

/// Members of PrimitiveFeastType, with Feast's numbers.
enum class PrimitiveType : int {
  kInvalid,
  kBytes,
  kString,
  kInt32,
  kInt64,
  kFloat64,
  kFloat32,
  kBool,
  kUnixTimestamp,
  kPdfBytes,
  kImageBytes,
  kMap,
  kJson,
  kUuid,
  kTimeUuid,
  kDecimal,
  kScalarMap,
  kZonedTimestamp,
};

struct ComplexType {
  Type type;
};
struct ArrayType : ComplexType {};
struct SetType : ComplexType {};
struct StructType : ComplexType {};

/// The object a user would have written: Int64, Array(String), …
nb::object TypeToPython(const Type& type);
std::optional<Type> TryTypeFromPython(nb::handle value);
/// Raises when `value` is no type; `where` begins the message.
Type TypeFromPython(nb::handle value, const std::string& where);

}  // namespace feast::python
