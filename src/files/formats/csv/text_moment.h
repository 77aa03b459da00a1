// Moments written as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace feast::scan {

/// What TextMoment reads, for messages.
inline constexpr std::string_view kMomentForms =
    "2024-05-01, 2024-05-01 13:45, 2024-05-01 13:45:10.123456 (also with T), each time with or without a zone: Z, "
    "+02:00";

struct TextMoment {
  /// Since 1970-01-01 UTC; the rest of a second counts forward.
  int64_t seconds = 0;
  int32_t nanoseconds = 0;
  bool has_time = false, has_zone = false;

  int64_t SaturatingNanoseconds() const;
  /// Unset where microseconds are not all of it.
  std::optional<int64_t> Microseconds() const;
};

/// ISO 8601, years 0001 to 9999. A time without a zone is UTC. Unset for anything else: nothing is guessed.
std::optional<TextMoment> ParseMoment(std::string_view text);

}  // namespace feast::scan
