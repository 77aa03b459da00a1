#include "system/temporary_file.h"

#include <filesystem>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

#include "system/termination.h"

namespace feast::scan {
namespace {

struct Registered {
  std::mutex mutex;
  std::multiset<std::string> paths;
  std::set<const std::function<void()>*> unfinished;
};

/// Never destroyed: threads may be at work until the very end.
Registered& All() {
  static auto* all = new Registered;
  return *all;
}

void Remove(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

}  // namespace

TemporaryFile::TemporaryFile(std::string path) : path_(std::move(path)) {
  const std::lock_guard<std::mutex> lock(All().mutex);
  All().paths.insert(path_);
}

TemporaryFile::~TemporaryFile() {
  const std::lock_guard<std::mutex> lock(All().mutex);
  Remove(path_);
  All().paths.erase(All().paths.find(path_));
}

Unfinished::Unfinished(std::function<void()> undo) : undo_(std::move(undo)) {
  WatchTermination();
  const std::lock_guard<std::mutex> lock(All().mutex);
  All().unfinished.insert(&undo_);
}

Unfinished::~Unfinished() {
  const std::lock_guard<std::mutex> lock(All().mutex);
  All().unfinished.erase(&undo_);
}

void RemoveTemporaryFilesForExit() {
  All().mutex.lock();
  for (const auto* undo : All().unfinished) (*undo)();
  for (const std::string& path : All().paths) Remove(path);
}

}  // namespace feast::scan
