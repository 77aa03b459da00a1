// A command that runs until it is told to end.
#pragma once

#include <array>
#include <csignal>

namespace feast::cli {

/// While it lives, SIGINT and SIGTERM end Wait instead of the program; a second one ends the program at once. At most
/// one at a time.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void Wait();

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM};
  std::array<struct sigaction, kSignals.size()> former_{};
};

}  // namespace feast::cli
