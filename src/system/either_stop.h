// A stop that either of two may ask for: the call's, and that of the object which it waits in.
#pragma once

#include <stop_token>
#include <utility>

namespace feast {

/// Passes the requests on as long as it lives.
class EitherStop {
 public:
  EitherStop(std::stop_token first, std::stop_token second)
      : first_(std::move(first), Ask{source_}), second_(std::move(second), Ask{source_}) {}
  EitherStop(const EitherStop&) = delete;
  EitherStop& operator=(const EitherStop&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  struct Ask {
    std::stop_source& source;
    void operator()() const { source.request_stop(); }
  };

  std::stop_source source_;
  const std::stop_callback<Ask> first_, second_;
};

}  // namespace feast
