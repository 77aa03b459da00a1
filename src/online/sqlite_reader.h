// Reading values out of a SQLite online store.
#pragma once

#include <sys/types.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "feast/call_context.h"
#include "online/online_rows.h"

namespace feast {

/// Keeps connections and their statements for the next call. Thread-safe.
class SqliteReaders {
 public:
  explicit SqliteReaders(std::string path);
  ~SqliteReaders();

  /// `tables`: that of each lookup.
  arrow::Result<std::vector<OnlineAnswer>> Read(const std::vector<OnlineLookup>& lookups,
                                                const std::vector<std::string>& tables, const CallContext& context);

 private:
  /// The file behind a path, which may be removed and made anew while a connection still has the old one open.
  struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const FileIdentity&) const = default;
  };
  class Reader;
  static std::optional<FileIdentity> IdentityOf(const std::string& path);
  arrow::Result<std::unique_ptr<Reader>> Take(const CallContext& context);

  const std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;
};

}  // namespace feast
