#include "server/http/feature_answer.h"

#include <chrono>
#include <ctime>
#include <limits>

#include "arrow/util/base64.h"
#include "feast/types/Value.pb.h"
#include "google/protobuf/reflection.h"
#include "online/scalar_value.h"
#include "text/json_append.h"

namespace feast {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// What Feast keeps in the place of a missing moment.
constexpr int64_t kNoMoment = std::numeric_limits<int64_t>::min();

void AppendBase64(std::string_view bytes, std::string* out) {
  *out += '"';
  *out += arrow::util::base64_encode(bytes);
  *out += '"';
}

/// "2024-05-01T10:00:00", of UTC.
void AppendSeconds(int64_t seconds, std::string* out) {
  const std::time_t moment = seconds;
  std::tm parts{};
  char text[32];
  if (gmtime_r(&moment, &parts) == nullptr) return;
  out->append(text, std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts));
}

void AppendMoment(Timestamp moment, std::string* out) {
  if (moment == Timestamp{}) {
    *out += "\"1970-01-01T00:00:00Z\"";
    return;
  }
  const auto seconds = std::chrono::floor<std::chrono::seconds>(moment);
  int64_t fraction = (moment - seconds).count();
  *out += '"';
  AppendSeconds(seconds.time_since_epoch().count(), out);
  if (fraction != 0) {
    // Thousandths, millionths or billionths, as many as are needed.
    int digits = 9;
    for (; digits > 3 && fraction % 1000 == 0; digits -= 3) fraction /= 1000;
    const std::string text = std::to_string(fraction);
    *out += '.';
    out->append(static_cast<size_t>(digits) - text.size(), '0');
    *out += text;
  }
  *out += "Z\"";
}

void AppendScalar(const ScalarValue& value, std::string* out) {
  switch (value.kind) {
    case ScalarValue::Kind::kNull:
      *out += "null";
      return;
    case ScalarValue::Kind::kInteger:
    case ScalarValue::Kind::kMoment:
      AppendJsonInteger(value.integer, out);
      return;
    case ScalarValue::Kind::kReal:
      AppendJsonReal(value.real, out);
      return;
    case ScalarValue::Kind::kBoolean:
      *out += value.integer != 0 ? "true" : "false";
      return;
    case ScalarValue::Kind::kText:
      AppendJsonString(value.text, out);
      return;
    case ScalarValue::Kind::kBytes:
      AppendBase64(value.text, out);
      return;
  }
}

void AppendValue(const types::Value& value, std::string* out);

void AppendMap(const types::Map& map, std::string* out) {
  *out += '{';
  bool is_first = true;
  for (const auto& [key, value] : map.val()) {
    if (!is_first) *out += ',';
    is_first = false;
    AppendJsonString(key, out);
    *out += ':';
    AppendValue(value, out);
  }
  *out += '}';
}

template <typename List, typename Append>
void AppendList(const List& list, Append append, std::string* out) {
  *out += '[';
  bool is_first = true;
  for (const auto& element : list) {
    if (!is_first) *out += ',';
    is_first = false;
    append(element);
  }
  *out += ']';
}

/// A list of scalars is a message with one repeated field, `val`.
void AppendScalars(const Message& list, std::string* out) {
  const FieldDescriptor* field = list.GetDescriptor()->FindFieldByName("val");
  const auto& reflection = *list.GetReflection();
  const auto append_all = [&]<typename Element>(Element, auto append) {
    AppendList(reflection.GetRepeatedFieldRef<Element>(list, field), append, out);
  };
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const bool is_bytes = field->type() == FieldDescriptor::TYPE_BYTES;
      append_all(std::string(),
                 [&](const std::string& text) { is_bytes ? AppendBase64(text, out) : AppendJsonString(text, out); });
      return;
    }
    case FieldDescriptor::CPPTYPE_INT32:
      return append_all(int32_t{}, [&](int32_t number) { AppendJsonInteger(number, out); });
    case FieldDescriptor::CPPTYPE_INT64:
      return append_all(int64_t{}, [&](int64_t number) { AppendJsonInteger(number, out); });
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return append_all(double{}, [&](double number) { AppendJsonReal(number, out); });
    case FieldDescriptor::CPPTYPE_FLOAT:
      return append_all(float{}, [&](float number) { AppendJsonReal(static_cast<double>(number), out); });
    default:
      return append_all(bool{}, [&](bool flag) { *out += flag ? "true" : "false"; });
  }
}

void AppendValue(const types::Value& value, std::string* out) {
  using Case = types::Value::ValCase;
  switch (value.val_case()) {
    case Case::VAL_NOT_SET:
    case Case::kNullVal:
    // Keys that are no texts have no place in JSON; Feast leaves them out, too.
    case Case::kScalarMapVal:
      *out += "null";
      return;
    case Case::kListVal:
    case Case::kSetVal:
      return AppendList(
          value.has_list_val() ? value.list_val().val() : value.set_val().val(),
          [&](const types::Value& element) { AppendValue(element, out); }, out);
    case Case::kMapVal:
    case Case::kStructVal:
      return AppendMap(value.has_map_val() ? value.map_val() : value.struct_val(), out);
    case Case::kMapListVal:
    case Case::kStructListVal:
      return AppendList(
          value.has_map_list_val() ? value.map_list_val().val() : value.struct_list_val().val(),
          [&](const types::Map& element) { AppendMap(element, out); }, out);
    case Case::kZonedTimestampVal: {
      const int64_t seconds = value.zoned_timestamp_val().unix_timestamp();
      if (seconds == kNoMoment) {
        *out += "null";
        return;
      }
      *out += '"';
      AppendSeconds(seconds, out);
      *out += "+00:00\"";
      return;
    }
    default:
      break;
  }
  const auto* field = types::Value::descriptor()->FindFieldByNumber(static_cast<int>(value.val_case()));
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return AppendScalars(value.GetReflection()->GetMessage(value, field), out);
  }
  if (const auto scalar = ReadScalar(value.SerializeAsString())) {
    // The bytes that a text points into are gone; the message has its own.
    ScalarValue own = *scalar;
    std::string scratch;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      own.text = value.GetReflection()->GetStringReference(value, field, &scratch);
    }
    AppendScalar(own, out);
  } else {
    *out += "null";
  }
}

std::string_view StatusName(FeatureStatus status) {
  switch (status) {
    case FeatureStatus::kPresent:
      return "\"PRESENT\"";
    case FeatureStatus::kNullValue:
      return "\"NULL_VALUE\"";
    case FeatureStatus::kNotFound:
      return "\"NOT_FOUND\"";
    case FeatureStatus::kOutsideMaxAge:
      break;
  }
  return "\"OUTSIDE_MAX_AGE\"";
}

arrow::Status AppendCell(const ServedCell& cell, const ServedColumn& column, std::string* out) {
  if (const auto scalar = ReadScalar(cell.value)) {
    AppendScalar(*scalar, out);
    return arrow::Status::OK();
  }
  types::Value value;
  if (!value.ParseFromArray(cell.value.data(), static_cast<int>(cell.value.size()))) {
    return arrow::Status::Invalid("The online store has bytes that are no feature value. Feature: ", column.name);
  }
  AppendValue(value, out);
  return arrow::Status::OK();
}

}  // namespace

arrow::Status AppendAnswer(const ServedRows& served, std::string* out) {
  const auto separate = [&](size_t index) {
    if (index != 0) *out += ',';
  };
  // Rows of one view share their event times, and one text serves them all.
  Timestamp known{};
  std::string known_text;
  AppendMoment(known, &known_text);
  *out += "{\"results\":[";
  for (size_t c = 0; c < served.columns->size(); ++c) {
    const ServedColumn& column = (*served.columns)[c];
    separate(c);
    *out += "{\"values\":[";
    for (size_t row = 0; row < served.count; ++row) {
      separate(row);
      ARROW_RETURN_NOT_OK(AppendCell(served.at(c, row), column, out));
    }
    *out += "],\"statuses\":[";
    for (size_t row = 0; row < served.count; ++row) {
      separate(row);
      *out += StatusName(served.at(c, row).status);
    }
    *out += ']';
    if (served.count != 0) *out += ",\"event_timestamps\":[";
    for (size_t row = 0; row < served.count; ++row) {
      separate(row);
      if (const Timestamp moment = served.at(c, row).event_timestamp; moment != known) {
        known = moment;
        known_text.clear();
        AppendMoment(known, &known_text);
      }
      *out += known_text;
    }
    *out += served.count != 0 ? "]}" : "}";
  }
  *out += "],\"metadata\":{\"feature_names\":[";
  for (size_t c = 0; c < served.columns->size(); ++c) {
    separate(c);
    AppendJsonString((*served.columns)[c].name, out);
  }
  *out += "]}}";
  return arrow::Status::OK();
}

}  // namespace feast
