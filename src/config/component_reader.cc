#include "config/component_reader.h"

#include "config/option_value.h"
#include "text/did_you_mean.h"
#include "text/redaction.h"

namespace feast {
namespace {

const OptionSpec* FindOption(const ComponentSpec& spec, std::string_view name) {
  for (std::span<const OptionSpec> group : spec.options) {
    for (const OptionSpec& option : group) {
      if (option.name == name || (!option.alias.empty() && option.alias == name)) return &option;
    }
  }
  return nullptr;
}

std::vector<std::string> OptionNames(const ComponentSpec& spec) {
  std::vector<std::string> names;
  for (std::span<const OptionSpec> group : spec.options) {
    for (const OptionSpec& option : group) names.emplace_back(option.name);
  }
  return names;
}

std::string List(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

/// A key beside those of the table. Where such keys are kept, one that is nearly a known key is still a mistake.
arrow::Status CheckUnknown(const ComponentSpec& spec, const std::string& block, const std::string& key,
                           const ConfigSource& source) {
  const std::vector<std::string> known = OptionNames(spec);
  const std::string hint = DidYouMean(key, known);
  if (spec.unknown_keys == UnknownKeys::kKept && hint.empty()) return arrow::Status::OK();
  std::string message = "'" + block + "' has no key '" + key + "'";
  if (spec.name != block) message += " for type " + std::string(spec.name);
  message += ".";
  if (!hint.empty()) {
    message += hint;
  } else {
    message += known.empty() ? " It takes none." : " It takes: " + List(known) + ".";
  }
  return source.Error(block + "." + key, message);
}

/// The type of a block and its options without it.
struct TypeAndOptions {
  std::string type;
  ConfigValue::Map options;
};

arrow::Result<TypeAndOptions> Split(const std::string& block, const ConfigValue& value, std::string_view default_type,
                                    const ConfigSource& source) {
  TypeAndOptions result{std::string(default_type), {}};
  if (const std::string* type = value.As<std::string>()) {
    result.type = *type;
  } else if (const auto* map = value.As<ConfigValue::Map>()) {
    result.options = *map;
    if (auto found = result.options.find("type"); found != result.options.end()) {
      const std::string* named = found->second.As<std::string>();
      if (!named && !found->second.is_null()) {
        return source.Error(block + ".type", "'" + block + ".type' must be text, not " + KindOf(found->second) + ".");
      }
      if (named) result.type = *named;
      result.options.erase(found);
    }
  } else if (!value.is_null()) {
    return source.Error(block, "'" + block + "' must be a type or a mapping with `type:`, not " + KindOf(value) + ".");
  }
  return result;
}

bool IsOwnClass(const ComponentKind& kind, const std::string& type) {
  return !kind.class_suffix.empty() && type.ends_with(kind.class_suffix) && type.find('.') != std::string::npos;
}

arrow::Status UnknownType(const ComponentKind& kind, const std::string& type, const ConfigSource& source) {
  const std::string block = kind.block;
  const std::vector<std::string> names = TypeNames(kind);
  std::string message = "'" + block + "' has no type '" + type + "'.";
  const std::string hint = DidYouMean(type, names);
  message += hint.empty() ? " It is one of " + List(names) + "." : hint;
  if (!kind.class_suffix.empty()) {
    message += " A class of your own is written as its dotted path and ends in " + std::string(kind.class_suffix) + ".";
  }
  return source.Error(block + ".type", message, kind.error_class);
}

}  // namespace

const ComponentSpec* FindType(const ComponentKind& kind, std::string_view name) {
  for (const ComponentSpec& type : kind.types) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

std::vector<std::string> TypeNames(const ComponentKind& kind) {
  std::vector<std::string> names;
  for (const ComponentSpec& type : kind.types) names.emplace_back(type.name);
  return names;
}

arrow::Status CheckOptions(const ComponentSpec& spec, const std::string& path, Written written,
                           const ConfigSource& source, ConfigValue::Map* options) {
  ConfigValue::Map checked;
  for (const auto& [key, value] : *options) {
    const OptionSpec* option = FindOption(spec, key);
    if (!option) {
      ARROW_RETURN_NOT_OK(CheckUnknown(spec, path, key, source));
      checked[key] = value;
    } else if (!value.is_null()) {
      ARROW_ASSIGN_OR_RAISE(ConfigValue read, ReadOption(*option, value, path + "." + key, source));
      const std::string name(option->name);
      if (!checked.emplace(name, std::move(read)).second) {
        return source.Error(path + "." + key,
                            "'" + key + "' and '" + name + "' are the same option; leave one of them.");
      }
    }
  }
  for (std::span<const OptionSpec> group : spec.options) {
    for (const OptionSpec& option : group) {
      const std::string name(option.name);
      if (checked.contains(name)) continue;
      if (option.default_text == kRequired && written == Written::kYes) {
        return source.Error(path, "'" + path + "' needs '" + name + "'" +
                                      (spec.name == path ? "" : " for type " + std::string(spec.name)) + ".");
      }
      if (ConfigValue value = DefaultOf(option); !value.is_null()) checked[name] = std::move(value);
    }
  }
  *options = std::move(checked);
  return arrow::Status::OK();
}

arrow::Result<ComponentConfig> ReadComponent(const ComponentKind& kind, const ConfigValue& value,
                                             std::string_view default_type, Written written,
                                             const ConfigSource& source) {
  ARROW_ASSIGN_OR_RAISE(TypeAndOptions read, Split(kind.block, value, default_type, source));
  if (const ComponentSpec* spec = FindType(kind, read.type)) {
    ARROW_RETURN_NOT_OK(CheckOptions(*spec, kind.block, written, source, &read.options));
  } else if (!IsOwnClass(kind, read.type)) {
    return UnknownType(kind, read.type, source);
  }
  return ComponentConfig{std::move(read.type), std::move(read.options)};
}

bool IsSecretOption(const ComponentSpec* spec, const std::string& key) {
  if (const OptionSpec* option = spec ? FindOption(*spec, key) : nullptr) {
    return option->kind == OptionKind::kSecret;
  }
  return IsSecretName(key);
}

}  // namespace feast
