// Points in time as the clouds write them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace feast {

using CloudTime = std::chrono::system_clock::time_point;

/// For how long a server says that a token is good; ten years at most, which added to now is still a time.
inline std::chrono::seconds TokenSeconds(double seconds) {
  constexpr double kSecondsMax = 10.0 * 365 * 24 * 3600;
  return std::chrono::seconds(static_cast<int64_t>(std::clamp(seconds, 0.0, kSecondsMax)));
}

/// "20150830T123600Z"
std::string BasicIsoTime(CloudTime time);
/// "2015-08-30T12:36:00Z"
std::string IsoTime(CloudTime time);
/// From "2015-08-30T12:36:00Z", with or without fractions of a second, "+00:00" or "UTC" at its end.
std::optional<CloudTime> ParseIsoTime(std::string_view text);
/// From "Sun, 30 Aug 2015 12:36:00 GMT", the Date header.
std::optional<CloudTime> ParseHttpTime(const std::string& text);

}  // namespace feast
