#include "server/http/access_log.h"

#include <cstdio>
#include <ctime>

#include "text/json_append.h"

namespace feast {

namespace {

constexpr size_t kHeldBytesMax = 1 << 16;

void AppendNow(std::string* out) {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts{};
  char text[40];
  gmtime_r(&seconds, &parts);
  const size_t size = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
  out->append(text, size);
  std::snprintf(text, sizeof(text), ".%03dZ", static_cast<int>(millis));
  *out += text;
}

}  // namespace

void AccessLog::Write(const ServerRequest& request, int status, size_t bytes, std::chrono::nanoseconds time) {
  if (!wanted_) return;
  std::string line = "{\"time\":\"";
  AppendNow(&line);
  line += "\",\"client\":";
  AppendJsonString(request.client, &line);
  line += ",\"method\":";
  AppendJsonString(request.method, &line);
  line += ",\"path\":";
  AppendJsonString(request.path, &line);
  line += ",\"status\":" + std::to_string(status) + ",\"bytes\":" + std::to_string(bytes) + ",\"ms\":";
  char text[32];
  std::snprintf(text, sizeof(text), "%.3f", std::chrono::duration<double, std::milli>(time).count());
  line += text;
  line += "}\n";
  const std::lock_guard lock(mutex_);
  lines_ += line;
  if (lines_.size() < kHeldBytesMax) return;
  std::fwrite(lines_.data(), 1, lines_.size(), stdout);
  lines_.clear();
}

void AccessLog::Flush() {
  const std::lock_guard lock(mutex_);
  if (lines_.empty()) return;
  std::fwrite(lines_.data(), 1, lines_.size(), stdout);
  std::fflush(stdout);
  lines_.clear();
}

}  // namespace feast
