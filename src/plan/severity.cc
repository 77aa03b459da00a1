#include "plan/severity.h"

#include <optional>
#include <string_view>
#include <vector>

namespace feast {

namespace {

enum class How { kAdded, kRemoved, kChanged, kAny };

struct Rule {
  /// A path; `*` stands for the name of one element of a list.
  std::string_view pattern;
  How how;
  Severity severity;
  /// {1} and {2} are the names, {before} and {after} the values.
  std::string_view reason;
  /// Whether {1} is a feature of the view that changed.
  bool about_feature = false;
};

using enum How;
using enum Severity;

// For each kind of object the first rule that fits holds.
// clang-format off
constexpr Rule kEntityRules[] = {
    {"spec.join_key", kAny, kBreaking, "join key changed from '{before}' to '{after}'"},
    {"spec.value_type", kAny, kBreaking, "join key retyped from {before} to {after}"},
};

constexpr Rule kSourceRules[] = {
    {"request_data_options.schema[*]", kRemoved, kBreaking, "request field '{1}' removed"},
    {"request_data_options.schema[*]", kAdded, kBreaking, "request field '{1}' added: requests without it fail"},
    {"request_data_options.schema[*].value_type", kAny, kBreaking, "request field '{1}' retyped from {before} to {after}"},
    {"name", kAny, kSafe, ""},
    {"timestamp_field", kAny, kRisky, "timestamp field changed from '{before}' to '{after}'"},
    {"created_timestamp_column", kAny, kRisky, "created timestamp column changed from '{before}' to '{after}'"},
    {"field_mapping[*]", kAny, kRisky, "field mapping of column '{1}' changed from '{before}' to '{after}'"},
    {"file_options.uri", kAny, kRisky, "source path changed from '{before}' to '{after}'"},
    {"type", kAny, kRisky, "kind of source changed from {before} to {after}"},
};

constexpr Rule kViewRules[] = {
    {"spec.features[*]", kRemoved, kBreaking, "feature '{1}' removed", true},
    {"spec.features[*]", kAdded, kSafe, ""},
    {"spec.features[*].value_type", kAny, kBreaking, "feature '{1}' retyped from {before} to {after}", true},
    {"spec.entities[*]", kRemoved, kBreaking, "join keys changed: entity '{1}' removed"},
    {"spec.entities[*]", kAdded, kBreaking, "join keys changed: entity '{1}' added"},
    {"spec.entity_columns[*]", kRemoved, kBreaking, "join key '{1}' removed"},
    {"spec.entity_columns[*]", kAdded, kBreaking, "join key '{1}' added"},
    {"spec.entity_columns[*].value_type", kAny, kBreaking, "join key '{1}' retyped from {before} to {after}"},
    {"spec.ttl", kAdded, kRisky, "TTL set to {after}; it was unlimited"},
    {"spec.ttl", kRemoved, kRisky, "TTL of {before} removed: now unlimited"},
    {"spec.ttl", kChanged, kRisky, "TTL changed from {before} to {after}"},
    {"spec.timestamp_field", kAny, kRisky, "timestamp field changed from '{before}' to '{after}'"},
};

constexpr Rule kOnDemandRules[] = {
    {"spec.features[*]", kRemoved, kBreaking, "feature '{1}' removed", true},
    {"spec.features[*]", kAdded, kSafe, ""},
    {"spec.features[*].value_type", kAny, kBreaking, "feature '{1}' retyped from {before} to {after}", true},
    {"spec.sources[*].feature_view_projection.feature_columns[*]", kRemoved, kRisky, "input '{1}:{2}' removed"},
    {"spec.sources[*].feature_view_projection.feature_columns[*]", kAdded, kSafe, ""},
    {"spec.sources[*].feature_view_projection.feature_columns[*].value_type", kAny, kRisky,
     "input '{1}:{2}' retyped from {before} to {after}"},
    {"spec.sources[*].feature_view_projection.join_key_map[*]", kAny, kBreaking,
     "join key '{2}' of input '{1}' changed from '{before}' to '{after}'"},
    {"spec.sources[*]", kRemoved, kRisky, "input '{1}' removed"},
    {"spec.sources[*]", kAdded, kRisky, "input '{1}' added"},
};

constexpr Rule kServiceRules[] = {
    {"spec.features[*]", kRemoved, kBreaking, "loses every feature of view '{1}'"},
    {"spec.features[*]", kAdded, kSafe, ""},
    {"spec.features[*].feature_columns[*]", kRemoved, kBreaking, "loses feature '{1}:{2}'"},
    {"spec.features[*].feature_columns[*]", kAdded, kSafe, ""},
    {"spec.features[*].feature_columns[*].value_type", kAny, kBreaking,
     "feature '{1}:{2}' retyped from {before} to {after}"},
    {"spec.features[*].join_key_map[*]", kAny, kBreaking,
     "join key '{2}' of view '{1}' changed from '{before}' to '{after}'"},
};
// clang-format on

/// The names that `*` stands for; nullopt when the path is another one.
std::optional<std::vector<std::string>> Match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> names;
  while (true) {
    const size_t star = pattern.find('*');
    if (star == std::string_view::npos) {
      if (pattern != path) return std::nullopt;
      return names;
    }
    if (path.substr(0, star) != pattern.substr(0, star)) return std::nullopt;
    path.remove_prefix(star);
    pattern.remove_prefix(star + 1);
    // A name ends at the bracket that ends the path or has a dot behind it.
    const size_t dot = path.find("].");
    const size_t end = dot != std::string_view::npos ? dot : path.size() - 1;
    // With an empty path `end` is no place in it, so that comes first.
    if (path.empty() || path[end] != ']') return std::nullopt;
    names.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
}

constexpr size_t kValueBytesMax = 80;

std::string Shortened(const std::string& value) {
  if (value.size() <= kValueBytesMax) return value;
  size_t end = kValueBytesMax;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0u) == 0x80u) --end;
  return value.substr(0, end) + "…";
}

std::string Filled(std::string_view reason, const std::vector<std::string>& names, const FieldChange& change) {
  std::string text;
  while (!reason.empty()) {
    const size_t open = reason.find('{');
    text += reason.substr(0, open);
    if (open == std::string_view::npos) break;
    const size_t close = reason.find('}', open);
    const std::string_view what = reason.substr(open + 1, close - open - 1);
    if (what == "before") text += Shortened(change.before);
    if (what == "after") text += Shortened(change.after);
    if (what == "1" && !names.empty()) text += names[0];
    if (what == "2" && names.size() > 1) text += names[1];
    reason.remove_prefix(close + 1);
  }
  return text;
}

How HowChanged(const FieldChange& change) {
  return change.before.empty() ? kAdded : change.after.empty() ? kRemoved : kChanged;
}

template <size_t size>
std::optional<FieldSeverity> FirstRule(const Rule (&rules)[size], const FieldChange& change) {
  for (const Rule& rule : rules) {
    if (rule.how != kAny && rule.how != HowChanged(change)) continue;
    const auto names = Match(rule.pattern, change.path);
    if (!names) continue;
    FieldSeverity judged{rule.severity, Filled(rule.reason, *names, change), ""};
    if (rule.about_feature) judged.feature = names->front();
    return judged;
  }
  return std::nullopt;
}

/// What people read and nothing computes with.
bool IsDescriptive(std::string_view path) {
  if (path.starts_with("tags[") || path.find(".tags[") != std::string_view::npos) return true;
  const size_t dot = path.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? path : path.substr(dot + 1);
  for (const std::string_view name : {"description", "owner", "org", "version", "position", "enable_validation",
                                      "data_source_class_type", "precompute_online"}) {
    if (last == name) return true;
  }
  return path.find("logging_config") != std::string_view::npos;
}

bool IsFunction(std::string_view path) {
  return path.find("feature_transformation") != std::string_view::npos ||
         path.find("user_defined_function") != std::string_view::npos;
}

/// The path inside a source that is stored in another object; "" when the path is not in one.
std::string_view InsideSource(std::string_view path) {
  std::string_view inside;
  for (const std::string_view source : {"batch_source.", "stream_source.", "request_data_source."}) {
    const size_t at = path.find(source);
    if (at == std::string_view::npos || (at > 0 && path[at - 1] != '.')) continue;
    const std::string_view rest = path.substr(at + source.size());
    if (inside.empty() || rest.size() < inside.size()) inside = rest;
  }
  return inside;
}

FieldSeverity JudgeSourceField(const FieldChange& change) {
  if (auto judged = FirstRule(kSourceRules, change)) return *judged;
  for (const std::string_view where : {".table", ".query", ".path", ".database", ".schema"}) {
    if (change.path.ends_with(where)) {
      const std::string reason = "source " + std::string(where.substr(1)) + " changed from '{before}' to '{after}'";
      return {kRisky, Filled(reason, {}, change), ""};
    }
  }
  return {kRisky, "source option '" + change.path + "' changed", ""};
}

std::optional<FieldSeverity> ByRules(ObjectKind kind, const FieldChange& change) {
  switch (kind) {
    case ObjectKind::kEntity:
      // What was not declared was taken from the source: declaring it is no change by itself.
      if (change.path == "spec.value_type" && change.before == "INVALID") return FieldSeverity{};
      return FirstRule(kEntityRules, change).value_or(FieldSeverity{});
    case ObjectKind::kFeatureView:
    case ObjectKind::kStreamFeatureView:
      return FirstRule(kViewRules, change);
    case ObjectKind::kOnDemandFeatureView: {
      auto judged = FirstRule(kOnDemandRules, change);
      // A whole input that comes or goes takes its request fields with it.
      const std::string& text = change.before.empty() ? change.after : change.before;
      if (judged && judged->severity == kRisky && text.starts_with("{request_data_source"))
        judged->severity = kBreaking;
      return judged;
    }
    case ObjectKind::kFeatureService:
      return FirstRule(kServiceRules, change);
    case ObjectKind::kProject:
    case ObjectKind::kPermission:
    case ObjectKind::kLabelView:
    case ObjectKind::kValidationReference:
      return FieldSeverity{};
    case ObjectKind::kDataSource:
    case ObjectKind::kSavedDataset:
      break;
  }
  return std::nullopt;
}

}  // namespace

// What no rule knows of a view, a source or a service is risky, never safe: a field that is new to this program may
// mean anything.
FieldSeverity JudgeField(ObjectKind kind, const FieldChange& change) {
  if (auto judged = ByRules(kind, change)) return *judged;
  if (IsDescriptive(change.path)) return {};
  if (IsFunction(change.path)) {
    return change.path.ends_with(".name") ? FieldSeverity{} : FieldSeverity{kRisky, "function changed", ""};
  }
  if (kind == ObjectKind::kDataSource) {
    const std::string_view inside = InsideSource(change.path);
    return JudgeSourceField({inside.empty() ? change.path : std::string(inside), change.before, change.after});
  }
  if (const std::string_view inside = InsideSource(change.path); !inside.empty()) {
    return JudgeSourceField({std::string(inside), change.before, change.after});
  }
  const std::string field = change.path.starts_with("spec.") ? change.path.substr(5) : change.path;
  return {kRisky, Filled("'{1}' changed from '{before}' to '{after}'", {field}, change), ""};
}

}  // namespace feast
