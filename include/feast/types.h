// The types a feature or join key may have.
//
// Feast knows two spellings of a type: `ValueType`, an enumeration that goes over the wire, and the richer
// `feast.types` (Int64, Array(Float32), Struct({...})) that people write in definitions. `Type` is the second; it
// maps onto the first and onto Arrow.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/export.h"

namespace FEAST_EXPORT feast {

/// A moment in UTC, in nanoseconds since 1970-01-01. The zero moment means "not set" in definition objects.
using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Free-form labels of an object, sorted by key.
using Tags = std::map<std::string, std::string>;

/// Where an object was defined, for error messages. Line 0: unknown.
struct Origin {
  std::string file;
  int line = 0;
  /// "file:line", or "" when unknown.
  std::string ToString() const;
};

/// The wire enumeration (`feast.types.ValueType.Enum`); numbers are those of the registry file.
enum class ValueType : int {
  kInvalid = 0,
  kBytes = 1,
  kString = 2,
  kInt32 = 3,
  kInt64 = 4,
  kDouble = 5,
  kFloat = 6,
  kBool = 7,
  kUnixTimestamp = 8,
  kBytesList = 11,
  kStringList = 12,
  kInt32List = 13,
  kInt64List = 14,
  kDoubleList = 15,
  kFloatList = 16,
  kBoolList = 17,
  kUnixTimestampList = 18,
  kNull = 19,
  kMap = 20,
  kMapList = 21,
  kBytesSet = 22,
  kStringSet = 23,
  kInt32Set = 24,
  kInt64Set = 25,
  kDoubleSet = 26,
  kFloatSet = 27,
  kBoolSet = 28,
  kUnixTimestampSet = 29,
  kPdfBytes = 30,
  kImageBytes = 31,
  kJson = 32,
  kJsonList = 33,
  kStruct = 34,
  kStructList = 35,
  kUuid = 36,
  kTimeUuid = 37,
  kUuidList = 38,
  kTimeUuidList = 39,
  kUuidSet = 40,
  kTimeUuidSet = 41,
  kValueList = 42,
  kValueSet = 43,
  kDecimal = 44,
  kDecimalList = 45,
  kDecimalSet = 46,
  kScalarMap = 47,
  kZonedTimestamp = 48,
};

/// "INT64", "FLOAT_LIST", … as the registry's JSON form and Python's `ValueType` spell it.
std::string_view ValueTypeName(ValueType type);
/// The inverse; Invalid (naming the text) for a name that is none.
arrow::Result<ValueType> ParseValueType(std::string_view name);

/// A type as written in a definition: a primitive, Array(t), Set(t) or Struct({name: t}). An immutable value, cheap to
/// copy.
class Type {
 public:
  enum class Kind { kPrimitive, kArray, kSet, kStruct };

  /// The invalid type, of a field whose type is still to be inferred.
  Type() = default;
  /// A primitive, or for a *_LIST / *_SET value the array or set of its element.
  static Type Of(ValueType value_type);
  static Type Array(Type element);
  static Type Set(Type element);
  static Type Struct(std::vector<std::pair<std::string, Type>> fields);

  Kind kind() const { return kind_; }
  /// What is stored on the wire: Array(Int64) is INT64_LIST, an array of arrays VALUE_LIST.
  ValueType value_type() const { return value_type_; }
  /// Element of an array or set; nullptr for other kinds.
  const Type* element() const { return element_.get(); }
  /// Fields of a struct; empty for other kinds.
  const std::vector<std::pair<std::string, Type>>& fields() const;
  bool is_valid() const { return value_type_ != ValueType::kInvalid; }

  /// "Int64", "Array(Float32)", … as people write it.
  std::string ToString() const;
  /// The inverse of ToString.
  static arrow::Result<Type> Parse(std::string_view text);
  /// The Arrow type that values of this type have in results.
  arrow::Result<std::shared_ptr<arrow::DataType>> ToArrow() const;
  /// The type Feast infers for a source column of this Arrow type; TypeError when there is none.
  static arrow::Result<Type> FromArrow(const arrow::DataType& type);

  bool operator==(const Type& other) const;

 private:
  Kind kind_ = Kind::kPrimitive;
  ValueType value_type_ = ValueType::kInvalid;
  std::shared_ptr<const Type> element_;
  std::shared_ptr<const std::vector<std::pair<std::string, Type>>> fields_;
};

/// A named, typed column of a feature view.
struct Field {
  std::string name;
  Type type = {};
  std::string description = {};
  Tags tags = {};
  bool vector_index = false;
  int vector_length = 0;
  std::string vector_search_metric = {};

  bool operator==(const Field&) const = default;
};

}  // namespace feast
