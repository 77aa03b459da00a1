// Files that are there only while work goes on, and must not stay behind when the program is interrupted.
#pragma once

#include <string>

namespace feast::scan {

/// Removes its file when destroyed, if it is still there. Make it before the file.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string path);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

/// Removes the files of all TemporaryFile objects and blocks every thread that makes or destroys another: for a program
/// about to exit in the middle of work. Not for signal handlers.
void RemoveTemporaryFilesForExit();

}  // namespace feast::scan
