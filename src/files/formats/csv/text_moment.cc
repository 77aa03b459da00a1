#include "files/formats/csv/text_moment.h"

#include <chrono>
#include <limits>

namespace feast::scan {
namespace {

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool AtEnd() const { return text_.empty(); }

  bool Take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::optional<int> Digits(size_t count) {
    if (text_.size() < count) return std::nullopt;
    int number = 0;
    for (size_t i = 0; i < count; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return std::nullopt;
      number = number * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return number;
  }

  /// One to nine digits behind a point, as billionths.
  std::optional<int32_t> Fraction() {
    constexpr int kDigits = 9;
    int32_t number = 0;
    int digits = 0;
    for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; ++digits) {
      if (digits == kDigits) return std::nullopt;
      number = number * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    for (; digits < kDigits; ++digits) number *= 10;
    return number;
  }

 private:
  std::string_view text_;
};

std::optional<int64_t> ParseDay(Cursor* cursor) {
  const auto year = cursor->Digits(4);
  if (!year || !cursor->Take('-')) return std::nullopt;
  const auto month = cursor->Digits(2);
  if (!month || !cursor->Take('-')) return std::nullopt;
  const auto day = cursor->Digits(2);
  if (!day || *year == 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

/// "13:45", "13:45:10", "13:45:10.123"; false for no time of day.
bool ParseTime(Cursor* cursor, TextMoment* moment) {
  const auto hour = cursor->Digits(2);
  if (!hour || !cursor->Take(':')) return false;
  const auto minute = cursor->Digits(2);
  if (!minute || *hour > 23 || *minute > 59) return false;
  int second = 0;
  if (cursor->Take(':')) {
    const auto digits = cursor->Digits(2);
    if (!digits || *digits > 59) return false;
    second = *digits;
    if (cursor->Take('.')) {
      const auto fraction = cursor->Fraction();
      if (!fraction) return false;
      moment->nanoseconds = *fraction;
    }
  }
  moment->seconds += *hour * 3600 + *minute * 60 + second;
  return true;
}

/// "Z", "+02", "+0200", "+02:00"; true also for none.
bool ParseZone(Cursor* cursor, TextMoment* moment) {
  if (cursor->AtEnd()) return true;
  moment->has_zone = true;
  if (cursor->Take('Z')) return cursor->AtEnd();
  const bool is_east = cursor->Take('+');
  if (!is_east && !cursor->Take('-')) return false;
  const auto hours = cursor->Digits(2);
  if (!hours) return false;
  int minutes = 0;
  if (!cursor->AtEnd()) {
    cursor->Take(':');
    const auto digits = cursor->Digits(2);
    if (!digits) return false;
    minutes = *digits;
  }
  if (*hours > 23 || minutes > 59 || !cursor->AtEnd()) return false;
  moment->seconds -= (is_east ? 1 : -1) * (*hours * 3600 + minutes * 60);
  return true;
}

}  // namespace

int64_t TextMoment::SaturatingNanoseconds() const {
  int64_t product;
  if (!__builtin_mul_overflow(seconds, int64_t{1'000'000'000}, &product) &&
      !__builtin_add_overflow(product, int64_t{nanoseconds}, &product)) {
    return product;
  }
  return seconds < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}

std::optional<int64_t> TextMoment::Microseconds() const {
  if (nanoseconds % 1000 != 0) return std::nullopt;
  return seconds * 1'000'000 + nanoseconds / 1000;
}

std::optional<TextMoment> ParseMoment(std::string_view text) {
  Cursor cursor(text);
  const auto day = ParseDay(&cursor);
  if (!day) return std::nullopt;
  TextMoment moment;
  moment.seconds = *day * 86400;
  if (cursor.AtEnd()) return moment;
  if (!cursor.Take(' ') && !cursor.Take('T')) return std::nullopt;
  moment.has_time = true;
  if (!ParseTime(&cursor, &moment)) return std::nullopt;
  if (!ParseZone(&cursor, &moment)) return std::nullopt;
  return moment;
}

}  // namespace feast::scan
