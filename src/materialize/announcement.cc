// What a run says of itself, on the command line and in Python.
#include <array>
#include <chrono>
#include <ctime>
#include <string>

#include "feast/materialization.h"

namespace feast {

namespace {

/// "2024-05-01 10:00:00+00:00"
std::string Shown(Timestamp moment) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S+00:00", &parts)};
}

}  // namespace

std::string Announcement(const MaterializeRequest& request, size_t views, const std::string& store) {
  const std::string from = request.start && !request.any_time ? " from " + Shown(*request.start) : "";
  return "Materializing " + std::to_string(views) + " feature views" + from + " to " + Shown(request.end) +
         " into the " + store + " online store.\n";
}

std::string Announcement(const MaterializeRequest& request, const ViewInterval& interval) {
  // Without a start each view has its own.
  const std::string from = request.start ? "" : " from " + Shown(interval.start) + " to " + Shown(interval.end);
  return interval.view + from + ":";
}

std::string KeysWritten(int64_t keys) { return std::to_string(keys) + (keys == 1 ? " key written" : " keys written"); }

}  // namespace feast
