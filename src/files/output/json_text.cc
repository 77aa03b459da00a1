#include "files/output/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "arrow/array.h"
#include "arrow/extension_type.h"
#include "arrow/scalar.h"
#include "arrow/type_traits.h"
#include "arrow/util/base64.h"
#include "arrow/visit_array_inline.h"

namespace feast::scan {
namespace {

template <class Number>
void AppendNumber(Number value, std::string* out) {
  std::array<char, 64> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  out->append(text.data(), end);
}

template <class Float>
void AppendFloat(Float value, std::string* out) {
  if (!std::isfinite(value)) {
    *out += "null";
    return;
  }
  const size_t before = out->size();
  AppendNumber(value, out);
  // Whole numbers stay recognisable as floating point.
  if (out->find_first_of(".e", before) == std::string::npos) *out += ".0";
}

int64_t Milliseconds(const arrow::TimestampArray& values, int64_t row) {
  constexpr std::array<int64_t, 4> kTicksPerSecond = {1, 1'000, 1'000'000, 1'000'000'000};
  const auto unit = static_cast<const arrow::TimestampType&>(*values.type()).unit();
  const int64_t ticks = kTicksPerSecond[static_cast<size_t>(unit)], value = values.Value(row);
  if (ticks <= 1'000) return value * (1'000 / ticks);
  const int64_t divisor = ticks / 1'000;
  return value / divisor - (value % divisor < 0);
}

void AppendElements(const arrow::Array& values, int64_t first, int64_t count, std::string* out) {
  *out += '[';
  for (int64_t i = first; i < first + count; ++i) {
    if (i > first) *out += ',';
    AppendJson(values, i, out);
  }
  *out += ']';
}

/// Keys of objects are text, whatever they are in the map.
void AppendKey(const arrow::Array& keys, int64_t row, std::string* out) {
  std::string key;
  AppendJson(keys, row, &key);
  if (key.starts_with('"')) {
    *out += key;
  } else {
    AppendJsonText(key, out);
  }
  *out += ':';
}

void AppendStruct(const arrow::StructArray& values, int64_t row, std::string* out) {
  *out += '{';
  for (int i = 0; i < values.num_fields(); ++i) {
    if (i > 0) *out += ',';
    AppendJsonText(values.struct_type()->field(i)->name(), out);
    *out += ':';
    AppendJson(*values.field(i), row, out);
  }
  *out += '}';
}

void AppendMap(const arrow::MapArray& values, int64_t row, std::string* out) {
  *out += '{';
  for (int64_t i = values.value_offset(row); i < values.value_offset(row + 1); ++i) {
    if (i > values.value_offset(row)) *out += ',';
    AppendKey(*values.keys(), i, out);
    AppendJson(*values.items(), i, out);
  }
  *out += '}';
}

struct JsonAppender {
  int64_t row;
  std::string* out;

  arrow::Status Visit(const arrow::BooleanArray& values) const {
    *out += values.Value(row) ? "true" : "false";
    return arrow::Status::OK();
  }
  template <class Type>
  arrow::enable_if_integer<Type, arrow::Status> Visit(const arrow::NumericArray<Type>& values) const {
    AppendNumber(values.Value(row), out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::FloatArray& values) const {
    AppendFloat(values.Value(row), out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::DoubleArray& values) const {
    AppendFloat(values.Value(row), out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::TimestampArray& values) const {
    AppendNumber(Milliseconds(values, row), out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::Date32Array& values) const {
    AppendNumber(int64_t{values.Value(row)} * 86'400'000, out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::Date64Array& values) const {
    AppendNumber(values.Value(row), out);
    return arrow::Status::OK();
  }
  template <class Array>
  arrow::Status VisitText(const Array& values) const {
    AppendJsonText(values.GetView(row), out);
    return arrow::Status::OK();
  }
  template <class Array>
  arrow::Status VisitBytes(const Array& values) const {
    AppendJsonText(arrow::util::base64_encode(values.GetView(row)), out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::StringArray& values) const { return VisitText(values); }
  arrow::Status Visit(const arrow::LargeStringArray& values) const { return VisitText(values); }
  arrow::Status Visit(const arrow::StringViewArray& values) const { return VisitText(values); }
  arrow::Status Visit(const arrow::BinaryArray& values) const { return VisitBytes(values); }
  arrow::Status Visit(const arrow::LargeBinaryArray& values) const { return VisitBytes(values); }
  arrow::Status Visit(const arrow::BinaryViewArray& values) const { return VisitBytes(values); }
  arrow::Status Visit(const arrow::ListArray& values) const {
    AppendElements(*values.values(), values.value_offset(row), values.value_length(row), out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::LargeListArray& values) const {
    AppendElements(*values.values(), values.value_offset(row), values.value_length(row), out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::FixedSizeListArray& values) const {
    AppendElements(*values.values(), values.value_offset(row), values.value_length(row), out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::MapArray& values) const {
    AppendMap(values, row, out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::StructArray& values) const {
    AppendStruct(values, row, out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::DictionaryArray& values) const {
    AppendJson(*values.dictionary(), values.GetValueIndex(row), out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::ExtensionArray& values) const {
    AppendJson(*values.storage(), row, out);
    return arrow::Status::OK();
  }
  arrow::Status Visit(const arrow::Array& values) const {
    ARROW_ASSIGN_OR_RAISE(const auto scalar, values.GetScalar(row));
    const std::string text = scalar->ToString();
    if (arrow::is_decimal(values.type_id())) {
      *out += text;
    } else {
      AppendJsonText(text, out);
    }
    return arrow::Status::OK();
  }
};

}  // namespace

void AppendJsonText(std::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
      case '/':
        *out += '\\';
        *out += c;
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      case '\t':
        *out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          std::array<char, 8> escape;
          std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
          *out += escape.data();
        } else {
          *out += c;
        }
    }
  }
  *out += '"';
}

void AppendJson(const arrow::Array& values, int64_t row, std::string* out) {
  if (values.IsNull(row)) {
    *out += "null";
    return;
  }
  const JsonAppender appender{row, out};
  const arrow::Status status = arrow::VisitArrayInline(values, &appender);
  if (!status.ok()) *out += "null";
}

}  // namespace feast::scan
