#include "progress_bar.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace feast::python {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kDelay{1};
constexpr std::chrono::milliseconds kRedrawInterval{100};
constexpr int kWidth = 40;

class ProgressBar {
 public:
  ~ProgressBar() {
    if (drawn_) std::fputs("\r\033[K", stderr);
  }

  void Update(int64_t rows_done, int64_t rows_total) {
    Clock::time_point now = Clock::now();
    if (rows_total <= 0 || now - start_ < kDelay || now - last_draw_ < kRedrawInterval) return;
    last_draw_ = now;
    drawn_ = true;
    double share = static_cast<double>(rows_done) / static_cast<double>(rows_total);
    int filled = static_cast<int>(share * kWidth);
    std::string bar = std::string(filled, '#') + std::string(kWidth - filled, ' ');
    std::fprintf(stderr, "\r[%s] %3d%% of %lld rows", bar.c_str(), static_cast<int>(share * 100),
                 static_cast<long long>(rows_total));
    std::fflush(stderr);
  }

 private:
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_draw_{};
  bool drawn_ = false;
};

}  // namespace

ProgressCallback MakeProgressBar() {
  if (!isatty(STDERR_FILENO) || std::getenv("FEAST_NO_PROGRESS") != nullptr) return {};
  auto bar = std::make_shared<ProgressBar>();
  return [bar](int64_t rows_done, int64_t rows_total) { bar->Update(rows_done, rows_total); };
}

}  // namespace feast::python
