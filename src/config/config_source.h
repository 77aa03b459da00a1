// Where a configuration's values came from: what errors about them point at.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "arrow/status.h"

namespace feast {

/// A file's name and the line of each of its keys, or nothing for values built in code. Values themselves are never
/// part of an error unless they are names: a configuration holds secrets.
struct ConfigSource {
  /// The file as the user knows it; "" for values built in code.
  std::string name;
  /// By dotted path, "offline_store.type"; counted from 1.
  std::map<std::string, int> lines;

  /// "feature_store.yaml:7: <message>", then "at <name>" on a line of its own, under a class of feast.errors. `path` is
  /// the dotted path of what is wrong; without a line of its own, the nearest block's line is given.
  arrow::Status Error(std::string_view path, const std::string& message,
                      std::string_view error_class = "FeastConfigError") const;
  /// The same for a known line.
  arrow::Status ErrorAt(int line, const std::string& message, std::string_view error_class = "FeastConfigError") const;
};

}  // namespace feast
