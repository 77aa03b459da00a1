// URIs of object stores, taken apart. Keys may hold any character, so they are not parsed as URIs.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace feast::scan {

struct ObjectUri {
  /// A name in front of an @. Keys there are dropped: they come from the environment of whoever reads, never from a
  /// source that everyone can read.
  bool has_user = false;
  std::string bucket;
  /// Bucket and key.
  std::string path;
  std::map<std::string, std::string> options;

  /// "" when it is not given.
  std::string Option(const std::string& name) const;
};

/// `rest` is what follows "://". Options stand behind a ? that is followed by nothing but `known` names with values;
/// other question marks are of the key, or patterns.
ObjectUri TakeApart(std::string_view rest, std::span<const std::string_view> known);

}  // namespace feast::scan
