// Starting a thread where the system may refuse one: too many processes, too little memory.
#pragma once

#include <functional>
#include <thread>

namespace feast {

/// Runs `work` in a new thread, which `thread` then is. False when the system refuses; `thread` is left as it was and
/// `work` is not run. Threads are made by this alone, for a refused std::thread would end the program.
[[nodiscard]] bool StartThread(std::thread* thread, std::function<void()> work);

/// For tests: while one lives, the system seems to refuse every thread after the first `allowed`.
class RefusedThreads {
 public:
  explicit RefusedThreads(int allowed);
  ~RefusedThreads();
  RefusedThreads(const RefusedThreads&) = delete;
};

}  // namespace feast
