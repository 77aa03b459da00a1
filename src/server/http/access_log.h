// A line of JSON for each request, written now and then rather than one by one.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

#include "server/http/exchange.h"

namespace feast {

/// Thread-safe. Writes to standard output.
class AccessLog {
 public:
  explicit AccessLog(bool wanted) : wanted_(wanted) {}
  ~AccessLog() { Flush(); }

  void Write(const ServerRequest& request, int status, size_t bytes, std::chrono::nanoseconds time);
  void Flush();

 private:
  const bool wanted_;
  std::mutex mutex_;
  std::string lines_;
};

}  // namespace feast
