// Takes a fuzzer's bytes apart.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace feast::fuzz {

/// Ends the program as a crash does, so that the input is kept.
inline void Require(bool holds) {
  if (!holds) std::abort();
}

class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  /// 0 once there are no more.
  uint8_t Byte() {
    if (rest_.empty()) return 0;
    const char byte = rest_.front();
    rest_.remove_prefix(1);
    return static_cast<uint8_t>(byte);
  }
  uint16_t Two() {
    const uint16_t low = Byte();
    return static_cast<uint16_t>(low | Byte() << 8);
  }
  bool is_empty() const { return rest_.empty(); }
  std::string Rest() const { return std::string(rest_); }

 private:
  std::string_view rest_;
};

}  // namespace feast::fuzz
