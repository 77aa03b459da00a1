#include "online/scalar_value.h"

#include <cstring>

#include "text/utf8.h"

namespace feast {

namespace {

// Protobuf's wire types.
constexpr uint64_t kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5;
constexpr int kVarintBitsMax = 64, kVarintBits = 7;
constexpr uint64_t kVarintMore = 0x80;

/// Unset when the bytes end early or the number is too long.
std::optional<uint64_t> TakeVarint(std::string_view* bytes) {
  uint64_t number = 0;
  size_t i = 0;
  for (int shift = 0; shift < kVarintBitsMax && i < bytes->size(); shift += kVarintBits) {
    const auto byte = static_cast<uint64_t>(static_cast<unsigned char>((*bytes)[i++]));
    number |= (byte & ~kVarintMore) << shift;
    if ((byte & kVarintMore) == 0) {
      bytes->remove_prefix(i);
      return number;
    }
  }
  return std::nullopt;
}

void AppendVarint(uint64_t number, std::string* out) {
  while (number >= kVarintMore) {
    out->push_back(static_cast<char>(number | kVarintMore));
    number >>= kVarintBits;
  }
  out->push_back(static_cast<char>(number));
}

uint64_t Tag(ValueType type, uint64_t wire) { return static_cast<uint64_t>(type) << 3 | wire; }

template <typename Number>
std::optional<ScalarValue> Fixed(std::string_view bytes, ValueType type) {
  if (bytes.size() != sizeof(Number)) return std::nullopt;
  Number number;
  std::memcpy(&number, bytes.data(), sizeof(Number));
  return ScalarValue{.kind = ScalarValue::Kind::kReal, .type = type, .real = static_cast<double>(number)};
}

std::optional<ScalarValue> Text(std::string_view bytes, ValueType type) {
  const auto size = TakeVarint(&bytes);
  if (!size || *size != bytes.size()) return std::nullopt;
  const bool is_bytes = type == ValueType::kBytes;
  if (!is_bytes && !IsUtf8(bytes)) return std::nullopt;
  return ScalarValue{
      .kind = is_bytes ? ScalarValue::Kind::kBytes : ScalarValue::Kind::kText, .type = type, .text = bytes};
}

std::optional<ScalarValue> Integer(std::string_view bytes, ValueType type, ScalarValue::Kind kind) {
  const auto number = TakeVarint(&bytes);
  if (!number || !bytes.empty()) return std::nullopt;
  auto value = static_cast<int64_t>(*number);
  if (kind == ScalarValue::Kind::kBoolean) value = value != 0;
  // What a parser makes of more than 32 bits: the lower ones.
  if (type == ValueType::kInt32) value = static_cast<int32_t>(value);
  return ScalarValue{.kind = kind, .type = type, .integer = value};
}

}  // namespace

std::optional<ScalarValue> ReadScalar(std::string_view bytes) {
  if (bytes.empty()) return ScalarValue{};
  const auto tag = TakeVarint(&bytes);
  if (!tag) return std::nullopt;
  const auto type = static_cast<ValueType>(*tag >> 3);
  const uint64_t wire = *tag & 7;
  switch (type) {
    case ValueType::kInt32:
    case ValueType::kInt64:
      if (wire == kVarint) return Integer(bytes, type, ScalarValue::Kind::kInteger);
      break;
    case ValueType::kUnixTimestamp:
      if (wire == kVarint) return Integer(bytes, type, ScalarValue::Kind::kMoment);
      break;
    case ValueType::kBool:
      if (wire == kVarint) return Integer(bytes, type, ScalarValue::Kind::kBoolean);
      break;
    case ValueType::kNull:
      if (wire == kVarint) return Integer(bytes, type, ScalarValue::Kind::kNull);
      break;
    case ValueType::kDouble:
      if (wire == kFixed64) return Fixed<double>(bytes, type);
      break;
    case ValueType::kFloat:
      if (wire == kFixed32) return Fixed<float>(bytes, type);
      break;
    case ValueType::kBytes:
    case ValueType::kString:
    case ValueType::kJson:
    case ValueType::kUuid:
    case ValueType::kTimeUuid:
    case ValueType::kDecimal:
      if (wire == kLengthDelimited) return Text(bytes, type);
      break;
    default:
      break;
  }
  return std::nullopt;
}

void AppendIntegerValue(ValueType type, int64_t value, std::string* out) {
  AppendVarint(Tag(type, kVarint), out);
  AppendVarint(static_cast<uint64_t>(value), out);
}

void AppendTextValue(ValueType type, std::string_view text, std::string* out) {
  AppendVarint(Tag(type, kLengthDelimited), out);
  AppendVarint(text.size(), out);
  out->append(text);
}

}  // namespace feast
