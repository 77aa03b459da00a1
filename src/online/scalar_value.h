// Single values out of the bytes that online stores keep, without a message object: what answering a small request is
// made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "feast/types.h"

namespace feast {

/// A number, text or the like as it lies in a serialized feast.types.Value. Texts point into its bytes.
struct ScalarValue {
  enum class Kind : uint8_t { kNull, kInteger, kReal, kBoolean, kText, kBytes, kMoment };

  Kind kind = Kind::kNull;
  /// That of the Value's field; kInvalid for a Value that is empty.
  ValueType type = ValueType::kInvalid;
  /// kInteger, kBoolean, and seconds since 1970 for kMoment.
  int64_t integer = 0;
  double real = 0;
  std::string_view text = {};
};

/// Unset for lists and the like, and for bytes that are no Value or one that is written in an unusual way: a message
/// object reads those.
std::optional<ScalarValue> ReadScalar(std::string_view bytes);

/// Appends a serialized Value of one field. `type`: Int32, Int64, UnixTimestamp.
void AppendIntegerValue(ValueType type, int64_t value, std::string* out);
/// `type`: String, Bytes and what else is text in a Value.
void AppendTextValue(ValueType type, std::string_view text, std::string* out);

}  // namespace feast
