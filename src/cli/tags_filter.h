// The --tags option of listings.
#pragma once

#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/types.h"

namespace feast::cli {

/// Tags from the option's values, each "key:value" or several of them separated by commas, possibly quoted or in
/// parentheses. A usage error for text without a colon.
arrow::Result<Tags> ParseTags(const std::vector<std::string>& texts);

/// Whether `tags` (a map from string to string, wire form or our own) has all of `wanted`.
template <typename Map>
bool HasTags(const Map& tags, const Tags& wanted) {
  for (const auto& [key, value] : wanted) {
    const auto found = tags.find(key);
    if (found == tags.end() || found->second != value) return false;
  }
  return true;
}

}  // namespace feast::cli
