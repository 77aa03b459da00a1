// The files that `feast init` writes.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace feast::cli {

/// Paths (with '/') relative to the new folder, and their contents.
using TemplateFiles = std::vector<std::pair<std::string, std::string>>;

/// A repo with an example that plans and applies as it is. Its data is not among the files (see driver_stats.h).
TemplateFiles LocalTemplate(const std::string& project);
/// Configuration and an empty package.
TemplateFiles MinimalTemplate(const std::string& project);

/// Where the example's data belongs.
inline constexpr const char* kDriverStatsPath = "feature_repo/data/driver_stats.parquet";

}  // namespace feast::cli
