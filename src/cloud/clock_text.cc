#include "cloud/clock_text.h"

#include <time.h>

#include <ctime>

namespace feast {

namespace {

std::string Formatted(CloudTime time, const char* format) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  return {text, std::strftime(text, sizeof(text), format, &parts)};
}

std::optional<CloudTime> Parsed(const std::string& text, const char* format) {
  std::tm parts{};
  if (strptime(text.c_str(), format, &parts) == nullptr) return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

}  // namespace

std::string BasicIsoTime(CloudTime time) { return Formatted(time, "%Y%m%dT%H%M%SZ"); }
std::string IsoTime(CloudTime time) { return Formatted(time, "%Y-%m-%dT%H:%M:%SZ"); }

std::optional<CloudTime> ParseIsoTime(std::string_view text) {
  // Fractions are cut off and every zone the clouds write is UTC.
  return Parsed(std::string(text.substr(0, 19)), "%Y-%m-%dT%H:%M:%S");
}

std::optional<CloudTime> ParseHttpTime(const std::string& text) { return Parsed(text, "%a, %d %b %Y %H:%M:%S"); }

}  // namespace feast
