// What a request asks of one key twice is read once.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace feast {

/// Each key once, and where the key of each row stands among them.
struct UniqueKeys {
  std::vector<std::string> keys;
  std::vector<size_t> of_row;
};

inline UniqueKeys DistinctOf(std::vector<std::string> keys) {
  UniqueKeys distinct;
  distinct.of_row.reserve(keys.size());
  std::unordered_map<std::string, size_t> known;
  for (std::string& key : keys) {
    const auto [found, is_new] = known.try_emplace(key, distinct.keys.size());
    distinct.of_row.push_back(found->second);
    if (is_new) distinct.keys.push_back(std::move(key));
  }
  return distinct;
}

}  // namespace feast
