// The primitive types and their spellings.
#pragma once

#include <array>
#include <string_view>

#include "feast/types.h"

namespace feast {

struct PrimitiveType {
  ValueType value_type;
  /// As people write it: Float32.
  std::string_view name;
  /// As Feast writes it inside the tags that describe nested types: FLOAT32.
  std::string_view tag_name;
  /// The value types of an array or set of it; kInvalid where there is none.
  ValueType list;
  ValueType set;
};

inline constexpr std::array<PrimitiveType, 19> kPrimitiveTypes = {{
    {ValueType::kInvalid, "Invalid", "INVALID", ValueType::kInvalid, ValueType::kInvalid},
    {ValueType::kBytes, "Bytes", "BYTES", ValueType::kBytesList, ValueType::kBytesSet},
    {ValueType::kString, "String", "STRING", ValueType::kStringList, ValueType::kStringSet},
    {ValueType::kInt32, "Int32", "INT32", ValueType::kInt32List, ValueType::kInt32Set},
    {ValueType::kInt64, "Int64", "INT64", ValueType::kInt64List, ValueType::kInt64Set},
    {ValueType::kDouble, "Float64", "FLOAT64", ValueType::kDoubleList, ValueType::kDoubleSet},
    {ValueType::kFloat, "Float32", "FLOAT32", ValueType::kFloatList, ValueType::kFloatSet},
    {ValueType::kBool, "Bool", "BOOL", ValueType::kBoolList, ValueType::kBoolSet},
    {ValueType::kUnixTimestamp, "UnixTimestamp", "UNIX_TIMESTAMP", ValueType::kUnixTimestampList,
     ValueType::kUnixTimestampSet},
    {ValueType::kNull, "Null", "NULL", ValueType::kInvalid, ValueType::kInvalid},
    {ValueType::kMap, "Map", "MAP", ValueType::kMapList, ValueType::kInvalid},
    {ValueType::kPdfBytes, "PdfBytes", "PDF_BYTES", ValueType::kInvalid, ValueType::kInvalid},
    {ValueType::kImageBytes, "ImageBytes", "IMAGE_BYTES", ValueType::kInvalid, ValueType::kInvalid},
    {ValueType::kJson, "Json", "JSON", ValueType::kJsonList, ValueType::kInvalid},
    {ValueType::kUuid, "Uuid", "UUID", ValueType::kUuidList, ValueType::kUuidSet},
    {ValueType::kTimeUuid, "TimeUuid", "TIME_UUID", ValueType::kTimeUuidList, ValueType::kTimeUuidSet},
    {ValueType::kDecimal, "Decimal", "DECIMAL", ValueType::kDecimalList, ValueType::kDecimalSet},
    {ValueType::kScalarMap, "ScalarMap", "SCALAR_MAP", ValueType::kInvalid, ValueType::kInvalid},
    {ValueType::kZonedTimestamp, "ZonedTimestamp", "ZONED_TIMESTAMP", ValueType::kInvalid, ValueType::kInvalid},
}};

}  // namespace feast
