// Names of the wire enumeration, and where an object was defined.
#include <algorithm>
#include <array>
#include <string>

#include "arrow/status.h"
#include "feast/types.h"
#include "text/did_you_mean.h"

namespace feast {
namespace {

// By number; the empty names are numbers that the enumeration skips.
constexpr std::array<std::string_view, 49> kNames = {"UNKNOWN",
                                                     "BYTES",
                                                     "STRING",
                                                     "INT32",
                                                     "INT64",
                                                     "DOUBLE",
                                                     "FLOAT",
                                                     "BOOL",
                                                     "UNIX_TIMESTAMP",
                                                     "",
                                                     "",
                                                     "BYTES_LIST",
                                                     "STRING_LIST",
                                                     "INT32_LIST",
                                                     "INT64_LIST",
                                                     "DOUBLE_LIST",
                                                     "FLOAT_LIST",
                                                     "BOOL_LIST",
                                                     "UNIX_TIMESTAMP_LIST",
                                                     "NULL",
                                                     "MAP",
                                                     "MAP_LIST",
                                                     "BYTES_SET",
                                                     "STRING_SET",
                                                     "INT32_SET",
                                                     "INT64_SET",
                                                     "DOUBLE_SET",
                                                     "FLOAT_SET",
                                                     "BOOL_SET",
                                                     "UNIX_TIMESTAMP_SET",
                                                     "PDF_BYTES",
                                                     "IMAGE_BYTES",
                                                     "JSON",
                                                     "JSON_LIST",
                                                     "STRUCT",
                                                     "STRUCT_LIST",
                                                     "UUID",
                                                     "TIME_UUID",
                                                     "UUID_LIST",
                                                     "TIME_UUID_LIST",
                                                     "UUID_SET",
                                                     "TIME_UUID_SET",
                                                     "VALUE_LIST",
                                                     "VALUE_SET",
                                                     "DECIMAL",
                                                     "DECIMAL_LIST",
                                                     "DECIMAL_SET",
                                                     "SCALAR_MAP",
                                                     "ZONED_TIMESTAMP"};

}  // namespace

std::string Origin::ToString() const {
  return file.empty() ? std::string() : line > 0 ? file + ":" + std::to_string(line) : file;
}

std::string_view ValueTypeName(ValueType type) {
  const auto number = static_cast<size_t>(type);
  return number < kNames.size() && !kNames[number].empty() ? kNames[number] : kNames[0];
}

arrow::Result<ValueType> ParseValueType(std::string_view name) {
  if (name == "INVALID") return ValueType::kInvalid;
  const auto found = name.empty() ? kNames.end() : std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) {
    return arrow::Status::Invalid("There is no value type '", name, "'.",
                                  DidYouMean(name, std::vector<std::string>(kNames.begin(), kNames.end())));
  }
  return static_cast<ValueType>(found - kNames.begin());
}

}  // namespace feast
