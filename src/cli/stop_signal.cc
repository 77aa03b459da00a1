#include "cli/stop_signal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace feast::cli {

namespace {

/// A handler may do next to nothing, so it writes here. Handlers, unlike masks, do not pass to child processes.
std::array<int, 2> stop_pipe{-1, -1};

void TellStop(int signal) {
  const int error = errno;
  const char number = static_cast<char>(signal);
  [[maybe_unused]] const ssize_t told = write(stop_pipe[1], &number, 1);
  errno = error;
}

}  // namespace

StopSignal::StopSignal() {
  // Without a pipe, signals end the program as they always do, and Wait returns at once.
  if (pipe2(stop_pipe.data(), O_CLOEXEC) != 0) return;
  struct sigaction action {};
  action.sa_handler = TellStop;
  // The second one finds the handler that was there before.
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &former_[i]);
}

StopSignal::~StopSignal() {
  if (stop_pipe[0] < 0) return;
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &former_[i], nullptr);
  for (int& end : stop_pipe) {
    close(end);
    end = -1;
  }
}

void StopSignal::Wait() {
  char signal = 0;
  while (read(stop_pipe[0], &signal, 1) < 0 && errno == EINTR) {
  }
}

}  // namespace feast::cli
