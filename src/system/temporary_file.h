// Files that are there only while work goes on, and must not stay behind when the program is interrupted.
#pragma once

#include <functional>
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

/// Something that is begun and must be taken back if it does not end: `undo` is called when the program exits in the
/// middle of it. Whoever ends it well, or takes it back otherwise, destroys this.
class Unfinished {
 public:
  explicit Unfinished(std::function<void()> undo);
  ~Unfinished();
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

 private:
  const std::function<void()> undo_;
};

/// Removes the files of all TemporaryFile objects, takes back what is Unfinished, and blocks every thread that makes or
/// destroys another: for a program about to exit in the middle of work. Not for signal handlers.
void RemoveTemporaryFilesForExit();

}  // namespace feast::scan
