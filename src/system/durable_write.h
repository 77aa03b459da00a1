// Replacing a file so that a crash leaves the old or the new one, never a torn one.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace feast {

/// What went wrong, for the caller to say in its own words; `error` is an errno, 0 for success.
struct WriteProblem {
  std::string what;
  int error = 0;
  /// The file was replaced all the same, but a crash of the machine may still bring back the old one.
  bool replaced = false;
};

/// Writes `temporary`, which must be in the same folder, syncs it, renames it to `path` and syncs the folder. The file
/// `like`, if it is there, lends its owner, group and mode; where they cannot be kept, nothing is written. On failure
/// `temporary` is gone and `path` as it was, unless it was replaced. `written`, unless null: the new file's own status,
/// also when somebody else replaces it at once.
WriteProblem ReplaceDurably(const std::filesystem::path& path, const std::filesystem::path& temporary,
                            const std::string& bytes, const std::filesystem::path& like,
                            struct stat* written = nullptr);

/// Syncs the folder that `path` is in.
WriteProblem SyncFolder(const std::filesystem::path& path);

}  // namespace feast
