// A file descriptor that closes itself.
#pragma once

#include <unistd.h>

namespace feast {

class Descriptor {
 public:
  /// Takes ownership; a negative value stands for none.
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

}  // namespace feast
