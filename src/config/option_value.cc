#include "config/option_value.h"

#include <algorithm>
#include <cmath>

#include "config/yaml_reader.h"
#include "text/did_you_mean.h"

namespace feast {
namespace {

const char* NameOf(OptionKind kind) {
  switch (kind) {
    case OptionKind::kText:
    case OptionKind::kSecret:
      return "text";
    case OptionKind::kInt:
      return "a whole number";
    case OptionKind::kNumber:
      return "a number";
    case OptionKind::kBool:
      return "true or false";
    case OptionKind::kTextMap:
      return "a mapping of text to text";
    case OptionKind::kMap:
      return "a mapping";
    case OptionKind::kTextList:
      return "a list of texts";
    case OptionKind::kList:
      return "a list";
  }
  return "";
}

bool AllText(const ConfigValue& value) {
  if (const auto* list = value.As<ConfigValue::List>()) {
    for (const ConfigValue& item : *list) {
      if (!item.As<std::string>()) return false;
    }
  }
  if (const auto* map = value.As<ConfigValue::Map>()) {
    for (const auto& [key, item] : *map) {
      if (!item.As<std::string>()) return false;
    }
  }
  return true;
}

/// The value of the wanted kind; nullopt when it is of another.
std::optional<ConfigValue> Convert(OptionKind kind, const ConfigValue& value) {
  const std::string* text = value.As<std::string>();
  const ConfigValue meant = text ? PlainScalar(*text) : value;
  switch (kind) {
    case OptionKind::kText:
    case OptionKind::kSecret:
      if (text) return value;
      return std::nullopt;
    case OptionKind::kInt:
      if (meant.As<int64_t>()) return meant;
      if (const double* number = meant.As<double>();
          number && std::trunc(*number) == *number && std::abs(*number) < 9e18) {
        return ConfigValue(static_cast<int64_t>(*number));
      }
      return std::nullopt;
    case OptionKind::kNumber:
      if (meant.As<double>() || meant.As<int64_t>()) return meant;
      return std::nullopt;
    case OptionKind::kBool:
      if (meant.As<bool>()) return meant;
      return std::nullopt;
    case OptionKind::kTextMap:
    case OptionKind::kMap:
      if (value.As<ConfigValue::Map>() && (kind == OptionKind::kMap || AllText(value))) return value;
      return std::nullopt;
    case OptionKind::kTextList:
    case OptionKind::kList:
      if (value.As<ConfigValue::List>() && (kind == OptionKind::kList || AllText(value))) return value;
      return std::nullopt;
  }
  return std::nullopt;
}

std::vector<std::string> Split(std::string_view choices) {
  std::vector<std::string> words;
  while (true) {
    const size_t bar = choices.find('|');
    words.emplace_back(choices.substr(0, bar));
    if (bar == std::string_view::npos) return words;
    choices.remove_prefix(bar + 1);
  }
}

}  // namespace

const char* KindOf(const ConfigValue& value) {
  static constexpr const char* kNames[] = {"nothing", "true or false", "a whole number", "a number",
                                           "text",    "a list",        "a mapping"};
  return kNames[value.value().index()];
}

ConfigValue DefaultOf(const OptionSpec& spec) {
  if (spec.default_text == nullptr || spec.default_text == kRequired) return ConfigValue();
  const ConfigValue text{std::string(spec.default_text)};
  return Convert(spec.kind, text).value_or(text);
}

arrow::Result<ConfigValue> ReadOption(const OptionSpec& spec, const ConfigValue& value, const std::string& path,
                                      const ConfigSource& source) {
  std::optional<ConfigValue> converted = Convert(spec.kind, value);
  if (!converted) {
    const bool is_text = spec.kind == OptionKind::kText || spec.kind == OptionKind::kSecret;
    const bool is_scalar = value.value().index() < 4;
    return source.Error(path, "'" + path + "' must be " + NameOf(spec.kind) + ", not " +
                                  (AllText(value) ? KindOf(value) : "one with other values") + "." +
                                  (is_text && is_scalar ? " Put it in quotes." : ""));
  }
  if (!spec.choices.empty()) {
    const std::vector<std::string> choices = Split(spec.choices);
    const std::string& chosen = *converted->As<std::string>();
    if (std::find(choices.begin(), choices.end(), chosen) == choices.end()) {
      std::string all;
      for (const std::string& choice : choices) all += (all.empty() ? "" : ", ") + choice;
      return source.Error(
          path, "'" + path + "' cannot be '" + chosen + "'; it is one of " + all + "." + DidYouMean(chosen, choices));
    }
  }
  return *converted;
}

}  // namespace feast
