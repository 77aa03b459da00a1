#include "server/http/feature_request.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "server/http/request_model.h"
#include "text/utf8.h"

namespace feast {

namespace {

using Kind = GivenValue::Kind;

/// Reads JSON of a known form from left to right. Nothing here calls itself, so no input is too deep.
class Cursor {
 public:
  Cursor(std::string_view text, std::deque<std::string>* texts) : text_(text), texts_(texts) {}

  bool Take(char wanted) {
    SkipSpace();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  bool AtEnd() {
    SkipSpace();
    return at_ == text_.size();
  }

  bool TakeText(std::string_view* taken) {
    if (!Take('"')) return false;
    const size_t begin = at_;
    while (at_ < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') {
        *taken = text_.substr(begin, at_++ - begin);
        return true;
      }
      if (c == '\\') return TakeEscaped(begin, taken);
      if (c < 0x20) return false;
      ++at_;
    }
    return false;
  }

  bool TakeWord(std::string_view word) {
    SkipSpace();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool TakeBoolean(bool* taken) {
    *taken = TakeWord("true");
    return *taken || TakeWord("false");
  }

  /// Anything but lists and objects.
  bool TakeValue(GivenValue* value) {
    SkipSpace();
    if (at_ >= text_.size()) return false;
    switch (text_[at_]) {
      case '"':
        value->kind = Kind::kText;
        return TakeText(&value->text);
      case 't':
      case 'f': {
        bool flag = false;
        value->kind = Kind::kBoolean;
        if (!TakeBoolean(&flag)) return false;
        value->integer = flag ? 1 : 0;
        return true;
      }
      case 'n':
        value->kind = Kind::kNull;
        return TakeWord("null");
      default:
        return TakeNumber(value);
    }
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  bool TakeNumber(GivenValue* value) {
    size_t end = at_;
    bool is_whole = true;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      if (c == '.' || c == 'e' || c == 'E' || c == '+') {
        is_whole = false;
      } else if (c != '-' && (c < '0' || c > '9')) {
        break;
      }
    }
    const std::string_view number = text_.substr(at_, end - at_);
    const size_t digits = number.starts_with('-') ? 1 : 0;
    // JSON has no such numbers: "", "-", ".5", "01", "1."
    if (digits >= number.size() || number[digits] < '0' || number[digits] > '9') return false;
    if (number[digits] == '0' && digits + 1 < number.size() && number[digits + 1] >= '0' && number[digits + 1] <= '9') {
      return false;
    }
    if (const size_t point = number.find('.');
        point != std::string_view::npos &&
        (point + 1 >= number.size() || number[point + 1] < '0' || number[point + 1] > '9')) {
      return false;
    }
    const char* const last = number.data() + number.size();
    value->kind = is_whole ? Kind::kInteger : Kind::kReal;
    const auto [rest, error] = is_whole ? std::from_chars(number.data(), last, value->integer)
                                        : std::from_chars(number.data(), last, value->real);
    at_ = end;
    return error == std::errc() && rest == last;
  }

  /// A text with escapes: found here, read by whoever reads JSON in general.
  bool TakeEscaped(size_t begin, std::string_view* taken) {
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) return false;
    ++at_;
    const auto read = ParseJson(text_.substr(begin - 1, at_ - begin + 1));
    if (!read.is_string()) return false;
    *taken = texts_->emplace_back(read.get_ref<const std::string&>());
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::deque<std::string>* texts_;
};

bool TakeFeatures(Cursor& cursor, std::vector<std::string>* features) {
  if (!cursor.Take('[')) return false;
  if (cursor.Take(']')) return true;
  do {
    std::string_view feature;
    if (!cursor.TakeText(&feature)) return false;
    features->emplace_back(feature);
  } while (cursor.Take(','));
  return cursor.Take(']');
}

bool TakeValues(Cursor& cursor, std::vector<GivenValue>* values) {
  if (!cursor.Take('[')) return false;
  if (cursor.Take(']')) return true;
  do {
    if (!cursor.TakeValue(&values->emplace_back())) return false;
  } while (cursor.Take(','));
  return cursor.Take(']');
}

bool TakeEntities(Cursor& cursor, GivenRows* rows) {
  if (!cursor.Take('{')) return false;
  if (cursor.Take('}')) return true;
  do {
    std::string_view name;
    if (!cursor.TakeText(&name) || !cursor.Take(':')) return false;
    for (const GivenColumn& known : rows->columns) {
      if (known.name == name) return false;
    }
    GivenColumn& column = rows->columns.emplace_back();
    column.name = name;
    if (!TakeValues(cursor, &column.values)) return false;
  } while (cursor.Take(','));
  return cursor.Take('}');
}

/// What both ways of reading end with.
void Finish(FeatureRequest* request) {
  for (const GivenColumn& column : request->rows.columns) request->shape.columns.push_back(column.name);
  request->rows.count = request->rows.columns.empty() ? 0 : request->rows.columns[0].values.size();
  request->rows.reads_numbers = true;
}

bool IsAmong(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool TakeMember(Cursor& cursor, std::string_view name, FeatureRequest* request) {
  if (name == "features") return TakeFeatures(cursor, &request->shape.features);
  if (name == "entities") return TakeEntities(cursor, &request->rows);
  if (name == "full_feature_names") return cursor.TakeBoolean(&request->shape.full_feature_names);
  if (name == "feature_service") {
    std::string_view service;
    if (cursor.TakeWord("null")) return true;
    if (!cursor.TakeText(&service)) return false;
    request->shape.feature_service = service;
    return true;
  }
  return false;
}

arrow::Status TakeOne(const nlohmann::ordered_json& given, GivenColumn* column, std::deque<std::string>* texts,
                      GivenValue* value) {
  using Type = nlohmann::json::value_t;
  switch (given.type()) {
    case Type::null:
      return arrow::Status::OK();
    case Type::boolean:
      value->kind = Kind::kBoolean;
      value->integer = given.get<bool>() ? 1 : 0;
      return arrow::Status::OK();
    case Type::number_unsigned:
      if (given.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) {
        return arrow::Status::Invalid("Value out of range: ", given.get<uint64_t>());
      }
      [[fallthrough]];
    case Type::number_integer:
      value->kind = Kind::kInteger;
      value->integer = given.get<int64_t>();
      return arrow::Status::OK();
    case Type::number_float:
      value->kind = Kind::kReal;
      value->real = given.get<double>();
      return arrow::Status::OK();
    case Type::string:
      value->kind = Kind::kText;
      value->text = texts->emplace_back(given.get_ref<const std::string&>());
      return arrow::Status::OK();
    case Type::array: {
      if (column == nullptr) return arrow::Status::Invalid("Lists of lists are no values of a column");
      std::vector<GivenValue> list;
      for (const auto& element : given) ARROW_RETURN_NOT_OK(TakeOne(element, nullptr, texts, &list.emplace_back()));
      value->kind = Kind::kList;
      value->integer = static_cast<int64_t>(column->lists.size());
      column->lists.push_back(std::move(list));
      return arrow::Status::OK();
    }
    default:
      return arrow::Status::Invalid("Objects are no values of a column; give them as JSON text");
  }
}

}  // namespace

bool ReadFeatureRequest(std::string_view body, FeatureRequest* request) {
  if (!IsUtf8(body)) return false;
  Cursor cursor(body, &request->texts);
  if (!cursor.Take('{')) return false;
  std::vector<std::string_view> seen;
  do {
    std::string_view name;
    if (!cursor.TakeText(&name) || !cursor.Take(':') || IsAmong(seen, name)) return false;
    seen.push_back(name);
    if (!TakeMember(cursor, name, request)) return false;
  } while (cursor.Take(','));
  if (!cursor.Take('}') || !cursor.AtEnd() || !IsAmong(seen, "entities")) return false;
  Finish(request);
  return true;
}

arrow::Status TakeColumn(const nlohmann::ordered_json& values, GivenColumn* column, std::deque<std::string>* texts) {
  for (const auto& given : values) {
    const arrow::Status status = TakeOne(given, column, texts, &column->values.emplace_back());
    if (!status.ok()) return status.WithMessage(status.message(), ". Column: ", column->name);
  }
  return arrow::Status::OK();
}

bool ReadUnusualFeatureRequest(std::string_view body, FeatureRequest* request, HttpAnswer* refusal) {
  RequestModel model(body);
  const auto* entities = model.Object("entities", /*of_lists=*/true);
  const auto* service = model.OptionalText("feature_service");
  const auto* features = model.Texts("features", /*required=*/false);
  const bool full_names = model.Boolean("full_feature_names", false);
  model.Boolean("include_feature_view_version_metadata", false);
  if (!model.ok()) {
    *refusal = model.Refusal();
    return false;
  }
  if (features != nullptr) {
    for (const auto& feature : *features) request->shape.features.push_back(feature.get<std::string>());
  }
  if (service != nullptr) request->shape.feature_service = service->get<std::string>();
  request->shape.full_feature_names = full_names;
  for (const auto& [name, values] : entities->items()) {
    GivenColumn& column = request->rows.columns.emplace_back();
    column.name = name;
    const arrow::Status status = TakeColumn(values, &column, &request->texts);
    if (!status.ok()) {
      *refusal = ErrorAnswer(status);
      return false;
    }
  }
  Finish(request);
  return true;
}

}  // namespace feast
