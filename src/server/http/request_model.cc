#include "server/http/request_model.h"

#include <algorithm>
#include <array>
#include <utility>

namespace feast {

namespace {

using Json = RequestModel::Json;

/// Where reading JSON came to its end.
struct FirstError : nlohmann::json_sax<nlohmann::json> {
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
    position = at;
    return false;
  }
  std::size_t position = 0;
};

}  // namespace

RequestModel::RequestModel(std::string_view body) { Read(body); }

void RequestModel::Read(std::string_view body) {
  if (body.empty()) return Add("missing", {}, "Field required", nullptr);
  if (IsNestedDeeper(body, kJsonDepthMax)) {
    return Add("json_invalid", {0}, "JSON decode error", Json::object(),
               {{"error", "Nested deeper than " + std::to_string(kJsonDepthMax) + " levels"}});
  }
  body_ = ParseJson<Json>(body);
  if (body_.is_discarded()) {
    FirstError error;
    nlohmann::json::sax_parse(body, &error);
    return Add("json_invalid", {error.position == 0 ? 0 : error.position - 1}, "JSON decode error", Json::object(),
               {{"error", error.position > body.size() ? "The text ends early" : "Expecting value"}});
  }
  if (!body_.is_object()) {
    return Add("model_attributes_type", {}, "Input should be a valid dictionary or object to extract fields from",
               body_);
  }
  is_object_ = true;
}

void RequestModel::Add(std::string_view type, std::vector<Json> place, std::string_view message, const Json& input,
                       const Json& context) {
  Json location = Json::array({"body"});
  for (Json& part : place) location.push_back(std::move(part));
  Json error = {{"type", type}, {"loc", std::move(location)}, {"msg", message}, {"input", input}};
  if (!context.is_null()) error["ctx"] = context;
  errors_.push_back(std::move(error));
}

const Json* RequestModel::Find(const char* name, bool required) {
  if (!is_object_) return nullptr;
  const auto found = body_.find(name);
  if (found != body_.end()) return &*found;
  if (required) Add("missing", {name}, "Field required", body_);
  return nullptr;
}

const Json* RequestModel::Object(const char* name, bool of_lists) {
  const Json* found = Find(name, true);
  if (found == nullptr) return nullptr;
  if (!found->is_object()) {
    Add("dict_type", {name}, "Input should be a valid dictionary", *found);
    return nullptr;
  }
  for (const auto& [key, value] : found->items()) {
    if (of_lists && !value.is_array()) Add("list_type", {name, key}, "Input should be a valid list", value);
  }
  return found;
}

const Json* RequestModel::Text(const char* name) {
  const Json* found = Find(name, true);
  if (found == nullptr || found->is_string()) return found;
  Add("string_type", {name}, "Input should be a valid string", *found);
  return nullptr;
}

const Json* RequestModel::OptionalText(const char* name) {
  const Json* found = Find(name, false);
  if (found == nullptr || found->is_string()) return found;
  if (!found->is_null()) Add("string_type", {name}, "Input should be a valid string", *found);
  return nullptr;
}

const Json* RequestModel::Texts(const char* name, bool required) {
  const Json* found = Find(name, required);
  if (found == nullptr) return nullptr;
  if (!found->is_array()) {
    Add("list_type", {name}, "Input should be a valid list", *found);
    return nullptr;
  }
  for (size_t i = 0; i < found->size(); ++i) {
    if (!(*found)[i].is_string()) Add("string_type", {name, i}, "Input should be a valid string", (*found)[i]);
  }
  return found;
}

bool RequestModel::Boolean(const char* name, bool otherwise) {
  static constexpr std::array<std::string_view, 6> kTrue = {"1", "on", "t", "true", "y", "yes"};
  static constexpr std::array<std::string_view, 6> kFalse = {"0", "off", "f", "false", "n", "no"};
  const Json* found = Find(name, false);
  if (found == nullptr) return otherwise;
  if (found->is_boolean()) return found->get<bool>();
  if (found->is_number() && (*found == 0 || *found == 1)) return *found == 1;
  if (found->is_string()) {
    std::string text = found->get<std::string>();
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return true;
    if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return false;
  }
  const bool may_be = found->is_string() || found->is_number();
  Add(may_be ? "bool_parsing" : "bool_type", {name},
      may_be ? "Input should be a valid boolean, unable to interpret input" : "Input should be a valid boolean",
      *found);
  return otherwise;
}

HttpAnswer RequestModel::Refusal() const { return {.status = 422, .body = JsonText(Json{{"detail", errors_}})}; }

}  // namespace feast
