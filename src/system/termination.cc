#include "system/termination.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <thread>

#include "system/temporary_file.h"

namespace feast::scan {
namespace {

constexpr std::array kWatchedSignals = {SIGTERM, SIGHUP};

/// A handler may do next to nothing, so it tells a thread.
std::array<int, 2> termination_pipe{-1, -1};
/// A forked child has no thread to tell.
pid_t watching_process = 0;

void EndBy(int number) {
  std::signal(number, SIG_DFL);
  raise(number);
}

void TellWatcher(int number) {
  if (getpid() != watching_process) return EndBy(number);
  const int error = errno;
  const char byte = static_cast<char>(number);
  [[maybe_unused]] const ssize_t told = write(termination_pipe[1], &byte, 1);
  errno = error;
}

void WatchPipe() {
  char number = 0;
  while (read(termination_pipe[0], &number, 1) < 0 && errno == EINTR) {
  }
  RemoveTemporaryFilesForExit();
  EndBy(number);
  // The signal may be blocked in this thread.
  _exit(128 + number);
}

void StartWatching() {
  if (pipe2(termination_pipe.data(), O_CLOEXEC) != 0) return;
  try {
    std::thread(WatchPipe).detach();
  } catch (const std::system_error&) {
    // Without a thread, signals end the program as they always do.
    return;
  }
  watching_process = getpid();
  for (const int number : kWatchedSignals) {
    struct sigaction now {};
    if (sigaction(number, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) continue;
    struct sigaction action {};
    action.sa_handler = TellWatcher;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);
  }
}

}  // namespace

void WatchTermination() {
  static std::once_flag started;
  std::call_once(started, StartWatching);
}

}  // namespace feast::scan
