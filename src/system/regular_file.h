// Reading a file that should be an ordinary one, wherever its path leads.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace feast {

/// Why a file was not read, for the caller to say in its own words.
struct ReadProblem {
  /// An errno; 0 for success and for what `what` says.
  int error = 0;
  /// "is a pipe"; "" when it is the system that refuses.
  std::string what;

  bool ok() const { return error == 0 && what.empty(); }
  /// What the system or `what` says.
  std::string Reason() const;
};

/// Reads all of a regular file. A pipe, a device or a file of more than `bytes_max` is a problem, and neither waited
/// for nor read. `before` and `after`, which may be null, tell how the file was before the first byte was read and
/// after the last: one that was written meanwhile may be torn.
ReadProblem ReadRegularFile(const std::filesystem::path& path, int64_t bytes_max, std::string* bytes,
                            struct stat* before = nullptr, struct stat* after = nullptr);

/// "is a pipe", "is a device" and so on for what is not a regular file; "" for one.
std::string IrregularKind(mode_t mode);

}  // namespace feast
