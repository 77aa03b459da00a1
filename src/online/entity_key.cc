#include "online/entity_key.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <utility>

#include "arrow/array/array_binary.h"
#include "arrow/array/array_primitive.h"
#include "arrow/util/endian.h"
#include "online/murmur_hash.h"

namespace feast {

namespace {

void AppendNumber(uint32_t number, std::string* out) {
  number = arrow::bit_util::ToLittleEndian(number);
  out->append(reinterpret_cast<const char*>(&number), sizeof(number));
}

void AppendNumber(int64_t number, std::string* out) {
  number = arrow::bit_util::ToLittleEndian(number);
  out->append(reinterpret_cast<const char*>(&number), sizeof(number));
}

bool MayBeAKey(ValueType type) {
  return type == ValueType::kString || type == ValueType::kBytes || type == ValueType::kInt32 ||
         type == ValueType::kInt64 || type == ValueType::kUnixTimestamp;
}

void AppendValue(ValueType type, const arrow::Array& column, int64_t row, std::string* out) {
  switch (type) {
    case ValueType::kInt32:
      AppendKeyNumber(type, static_cast<const arrow::Int32Array&>(column).Value(row), out);
      return;
    case ValueType::kInt64:
      AppendKeyNumber(type, static_cast<const arrow::Int64Array&>(column).Value(row), out);
      return;
    case ValueType::kUnixTimestamp:
      // Whole seconds, towards the past.
      AppendKeyNumber(type,
                      std::chrono::floor<std::chrono::seconds>(
                          std::chrono::microseconds(static_cast<const arrow::TimestampArray&>(column).Value(row)))
                          .count(),
                      out);
      return;
    default:
      AppendKeyText(type, static_cast<const arrow::BinaryArray&>(column).GetView(row), out);
  }
}

}  // namespace

void AppendKeyNumber(ValueType type, int64_t value, std::string* out) {
  AppendNumber(static_cast<uint32_t>(type), out);
  if (type == ValueType::kInt32) {
    AppendNumber(uint32_t{4}, out);
    AppendNumber(static_cast<uint32_t>(value), out);
  } else {
    AppendNumber(uint32_t{8}, out);
    AppendNumber(value, out);
  }
}

void AppendKeyText(ValueType type, std::string_view text, std::string* out) {
  AppendNumber(static_cast<uint32_t>(type), out);
  AppendNumber(static_cast<uint32_t>(text.size()), out);
  out->append(text);
}

arrow::Result<EntityKeyEncoder> EntityKeyEncoder::Make(int version, std::vector<KeyField> fields) {
  if (version != 2 && version != 3) {
    return arrow::Status::Invalid(
        "Entity keys are written in version 2 or 3. Set `entity_key_serialization_version: 3` "
        "in feature_store.yaml; it has ",
        version);
  }
  if (fields.empty()) fields.push_back({kNoEntityKeyName, ValueType::kString});
  EntityKeyEncoder encoder;
  encoder.order_.resize(fields.size());
  std::iota(encoder.order_.begin(), encoder.order_.end(), 0);
  std::sort(encoder.order_.begin(), encoder.order_.end(),
            [&](size_t a, size_t b) { return fields[a].name < fields[b].name; });
  if (version == 3) AppendNumber(static_cast<uint32_t>(fields.size()), &encoder.prefix_);
  for (const size_t i : encoder.order_) {
    const KeyField& field = fields[i];
    if (!MayBeAKey(field.type)) {
      return arrow::Status::Invalid("A join key of type ", ValueTypeName(field.type),
                                    " cannot be looked up in an online store; declare it as String, Bytes, Int32, "
                                    "Int64 or UnixTimestamp. Join key: ",
                                    field.name);
    }
    AppendNumber(static_cast<uint32_t>(ValueType::kString), &encoder.prefix_);
    if (version == 3) AppendNumber(static_cast<uint32_t>(field.name.size()), &encoder.prefix_);
    encoder.prefix_ += field.name;
  }
  encoder.fields_ = std::move(fields);
  return encoder;
}

arrow::Result<std::vector<std::string>> EntityKeyEncoder::Encode(const arrow::ArrayVector& columns,
                                                                 int64_t rows) const {
  std::vector<std::string> keys(static_cast<size_t>(rows), prefix_);
  if (columns.empty()) {
    for (std::string& key : keys) AppendKeyText(ValueType::kString, "", &key);
    return keys;
  }
  for (const size_t i : order_) {
    ARROW_ASSIGN_OR_RAISE(const auto wanted, Type::Of(fields_[i].type).ToArrow());
    if (!columns[i]->type()->Equals(*wanted)) {
      return arrow::Status::TypeError("The join key must be ", wanted->ToString(), ", not ",
                                      columns[i]->type()->ToString(), ": ", fields_[i].name);
    }
    for (int64_t row = 0; row < rows; ++row) {
      std::string& key = keys[static_cast<size_t>(row)];
      // Emptied by another column of the row, or about to be.
      if (key.empty()) continue;
      if (columns[i]->IsNull(row)) {
        key.clear();
      } else {
        AppendValue(fields_[i].type, *columns[i], row, &key);
      }
    }
  }
  return keys;
}

std::string EntityId(std::string_view key) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (const uint64_t half : Murmur128(key)) {
    for (int byte = 0; byte < 8; ++byte) {
      id += kDigits[(half >> (8 * byte + 4)) & 15];
      id += kDigits[(half >> (8 * byte)) & 15];
    }
  }
  return id;
}

}  // namespace feast
