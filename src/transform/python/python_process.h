// A Python interpreter as a child process, talking over a socket of its own; stdin, stdout and stderr stay the user's.
//
// The module that runs in it has `main(fd: int, arguments: list[str]) -> int | None`, where fd is the child's end of
// the socket: bytes in both directions, without any framing. The function's result is the exit code.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "arrow/status.h"
#include "feast/call_context.h"

namespace feast {

/// One child process. Not thread-safe. Destroying it closes the socket and ends a child that still runs, so no process
/// or descriptor is left behind on any path.
class PythonProcess {
 public:
  struct Options {
    /// Handed to the module's main().
    std::vector<std::string> arguments;
    /// Added to this process's environment, or replacing what it has.
    std::vector<std::pair<std::string, std::string>> environment;
    /// "" for this process's own.
    std::filesystem::path working_directory;
    /// Send what Python prints to stderr, for callers whose own output goes to stdout.
    bool stdout_to_stderr = false;
    /// Keep what it writes to stderr for captured_stderr() instead of passing it through.
    bool capture_stderr = false;
  };

  /// Starts `module`'s main() in the interpreter of FindPython(). The working directory is not on its sys.path.
  static arrow::Result<std::unique_ptr<PythonProcess>> Start(const std::string& module, const Options& options);
  ~PythonProcess();
  PythonProcess(const PythonProcess&) = delete;
  PythonProcess& operator=(const PythonProcess&) = delete;

  // What waits for the child ends with Cancelled when its context says so; the child then runs on.

  /// Sends all of `size` bytes. IOError, never a signal, when the child has gone.
  arrow::Status Write(const void* data, int64_t size, const CallContext& context);
  arrow::Status Write(std::string_view data, const CallContext& context) {
    return Write(data.data(), static_cast<int64_t>(data.size()), context);
  }
  /// No more will be sent: the child reads an end of file.
  void CloseWrite();
  /// Reads exactly `size` bytes. When the child ends before: the error of Ended().
  arrow::Status Read(void* out, int64_t size, const CallContext& context);
  /// Reads until the child closes its end. CapacityError beyond `bytes_max`.
  arrow::Result<std::string> ReadToEnd(int64_t bytes_max, const CallContext& context);
  /// Waits for the end; the exit code, or 128 + the signal that ended it.
  arrow::Result<int> Wait(const CallContext& context);
  /// Waits for the end and says how it came about: IOError with exit code or signal and what was captured of stderr;
  /// Invalid when this interpreter lacks our package.
  arrow::Status Ended(const CallContext& context);
  /// The last 64 kB of stderr, when it was captured.
  std::string captured_stderr() const;
  const std::filesystem::path& interpreter() const { return interpreter_; }
  pid_t pid() const { return pid_; }

 private:
  PythonProcess(std::filesystem::path interpreter, int socket, int stderr_file, pid_t pid)
      : interpreter_(std::move(interpreter)), socket_(socket), stderr_file_(stderr_file), pid_(pid) {}

  /// Waits until the socket is ready for `events` of poll().
  arrow::Status Await(short events, const CallContext& context) const;
  /// What the child sent, at most `size` bytes; zero when it has closed its end.
  arrow::Result<int64_t> Receive(void* out, int64_t size, const CallContext& context);

  std::filesystem::path interpreter_;
  int socket_;
  int stderr_file_;
  pid_t pid_;
  std::optional<int> exit_code_;
};

}  // namespace feast
