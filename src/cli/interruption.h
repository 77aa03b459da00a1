// Ctrl-C in the middle of long work: nothing half-written stays behind.
#pragma once

#include <thread>

namespace feast::cli {

/// While it lives, SIGINT, SIGTERM and SIGHUP remove temporary files (scan/temporary_file.h) and end the program with
/// 128 + the signal's number. At most one at a time. `outcome`: what is left of the work, for the line that says so;
/// must outlive this.
class Interruption {
 public:
  explicit Interruption(const char* outcome = "no file was written");
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

 private:
  std::thread watcher_;
};

}  // namespace feast::cli
