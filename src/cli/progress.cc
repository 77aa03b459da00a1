#include "cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "arrow/util/macros.h"
#include "cli/terminal.h"
#include "parallel/start_thread.h"

namespace feast::cli {

namespace {

constexpr std::chrono::milliseconds kRedrawInterval(200);
constexpr int kBarColumns = 30;
constexpr int kDefaultColumns = 80;
constexpr const char* kClearLine = "\r\033[K";

int TerminalColumns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefaultColumns;
  return size.ws_col;
}

/// "950", "1.2k", "3.4M", "5.6G".
std::string Short(double number) {
  const char* suffixes[] = {"", "k", "M", "G"};
  size_t unit = 0;
  for (; number >= 1000 && unit + 1 < std::size(suffixes); ++unit) number /= 1000;
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f%s" : "%.1f%s", number, suffixes[unit]);
  return text.data();
}

}  // namespace

bool Progress::Wanted() {
  const char* off = std::getenv("FEAST_NO_PROGRESS");
  return IsTerminal(stderr) && (off == nullptr || *off == '\0');
}

Progress::Progress(std::string label, bool enabled, std::chrono::milliseconds delay, std::string unit)
    : label_(std::move(label)), unit_(std::move(unit)) {
  // Without a thread nothing is drawn; the work goes on.
  if (enabled) ARROW_UNUSED(StartThread(&thread_, [this, delay] { DrawUntilStopped(delay); }));
}

Progress::~Progress() { Stop(); }

void Progress::Update(int64_t done, int64_t total) {
  std::lock_guard lock(mutex_);
  done_ = done;
  total_ = total;
}

void Progress::Stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stop_signal_.notify_all();
  thread_.join();
}

void Progress::DrawUntilStopped(std::chrono::milliseconds delay) {
  std::unique_lock lock(mutex_);
  bool drawn = false;
  while (!stop_signal_.wait_for(lock, drawn ? kRedrawInterval : delay, [this] { return stopped_; })) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started_);
    const std::string line = Line(label_, done_, total_, elapsed, TerminalColumns(), unit_);
    std::fprintf(stderr, "%s%s", kClearLine, line.c_str());
    std::fflush(stderr);
    drawn = true;
  }
  if (drawn) std::fputs(kClearLine, stderr);
}

std::string Progress::Line(const std::string& label, int64_t done, int64_t total, std::chrono::seconds elapsed,
                           int columns, const std::string& unit) {
  std::string line = label;
  if (total > 0) {
    const double fraction = std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
    const auto filled = static_cast<size_t>(fraction * kBarColumns);
    line += "  [" + std::string(filled, '#') + std::string(kBarColumns - filled, '-') + "]  " +
            std::to_string(static_cast<int>(fraction * 100)) + "%";
  }
  line += "  " + std::to_string(elapsed.count()) + "s";
  if (!unit.empty() && done > 0 && elapsed.count() > 0) {
    const double speed = static_cast<double>(done) / static_cast<double>(elapsed.count());
    const double left = static_cast<double>(std::max<int64_t>(total - done, 0)) / speed;
    line += "  " + Short(speed) + " " + unit + "/s  ETA " + std::to_string(std::llround(left)) + "s";
  }
  // The last column stays empty: some terminals wrap when it is written.
  return line.substr(0, static_cast<size_t>(std::max(columns - 1, 1)));
}

}  // namespace feast::cli
