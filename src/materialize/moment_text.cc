#include "materialize/moment_text.h"

#include <array>
#include <chrono>
#include <ctime>

namespace feast {

std::string MomentText(Timestamp moment) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S+00:00", &parts)};
}

}  // namespace feast
