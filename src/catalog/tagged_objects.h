// The objects of one kind that a listing is about.
#pragma once

#include <map>
#include <string>

#include "feast/core/Registry.pb.h"
#include "feast/types.h"
#include "nlohmann/json.hpp"

namespace feast {

/// Whether `tags` (a map from string to string, wire form or our own) has all of `wanted`.
template <typename Map>
bool HasTags(const Map& tags, const Tags& wanted) {
  for (const auto& [key, value] : wanted) {
    const auto found = tags.find(key);
    if (found == tags.end() || found->second != value) return false;
  }
  return true;
}

/// Tags as JSON, sorted by key.
template <typename Map>
nlohmann::ordered_json TagsJson(const Map& tags) {
  return nlohmann::json(std::map<std::string, std::string>(tags.begin(), tags.end()));
}

/// What an object says of itself: most have a spec, a data source is one.
template <typename Message>
const auto& SpecOf(const Message& message) {
  if constexpr (requires { message.spec(); }) {
    return message.spec();
  } else {
    return message;
  }
}

/// Calls `visit(message)` for each of `messages` that is in `project` and carries all of `tags`.
template <typename Messages, typename Visit>
void ForEachTagged(const Messages& messages, const std::string& project, const Tags& tags, Visit&& visit) {
  for (const auto& message : messages) {
    const auto& spec = SpecOf(message);
    if (spec.project() == project && HasTags(spec.tags(), tags)) visit(message);
  }
}

}  // namespace feast
