#include "cli/interruption.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>

#include "cli/terminal.h"
#include "parallel/start_thread.h"
#include "system/temporary_file.h"

namespace feast::cli {

namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
constexpr char kNoSignal = 0;

/// A handler may do next to nothing, so it tells a thread. Handlers, unlike masks, do not pass to child processes.
std::array<int, 2> pipe_ends{-1, -1};
std::array<struct sigaction, kSignals.size()> former;
const char* outcome_of_work = "";

void Tell(int signal) {
  const int error = errno;
  const char number = static_cast<char>(signal);
  [[maybe_unused]] const ssize_t told = write(pipe_ends[1], &number, 1);
  errno = error;
}

void Watch() {
  char signal = kNoSignal;
  while (read(pipe_ends[0], &signal, 1) < 0 && errno == EINTR) {
  }
  if (signal == kNoSignal) return;
  scan::RemoveTemporaryFilesForExit();
  if (IsTerminal(stderr)) std::fputs("\r\033[K", stderr);
  std::fprintf(stderr, "Interrupted; %s.\n", outcome_of_work);
  _exit(128 + signal);
}

}  // namespace

Interruption::Interruption(const char* outcome) {
  outcome_of_work = outcome;
  // Without a pipe or a thread, signals end the program as they always do.
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return;
  if (!StartThread(&watcher_, Watch)) return;
  struct sigaction action {};
  action.sa_handler = Tell;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &former[i]);
}

Interruption::~Interruption() {
  if (!watcher_.joinable()) return;
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &former[i], nullptr);
  [[maybe_unused]] const ssize_t told = write(pipe_ends[1], &kNoSignal, 1);
  watcher_.join();
  for (const int end : pipe_ends) close(end);
}

}  // namespace feast::cli
