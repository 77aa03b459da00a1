// Replacing a file so that a crash leaves the old or the new one, never a torn one.
#pragma once

#include <filesystem>
#include <string>

namespace feast {

/// What went wrong, for the caller to say in its own words; `error` is an errno, 0 for success.
struct WriteProblem {
  std::string what;
  int error = 0;
};

/// Writes `temporary`, which must be in the same folder, syncs it, renames it to `path` and syncs the folder. A file
/// that was there lends its mode. On failure `temporary` is gone and `path` as it was.
WriteProblem ReplaceDurably(const std::filesystem::path& path, const std::filesystem::path& temporary,
                            const std::string& bytes);

/// Syncs the folder that `path` is in.
WriteProblem SyncFolder(const std::filesystem::path& path);

}  // namespace feast
