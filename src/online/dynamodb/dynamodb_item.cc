#include "online/dynamodb/dynamodb_item.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace feast {

namespace {

/// What DynamoDB takes, less some room.
constexpr size_t kExpressionBytesMax = 4000;

/// Takes a number of `digits` digits, and the character behind it where there is to be one.
bool TakeNumber(std::string_view* text, size_t digits, std::string_view behind, int* number) {
  if (text->size() < digits) return false;
  const auto read = std::from_chars(text->data(), text->data() + digits, *number);
  if (read.ec != std::errc() || read.ptr != text->data() + digits) return false;
  text->remove_prefix(digits);
  if (behind.empty()) return true;
  if (text->empty() || behind.find(text->front()) == std::string_view::npos) return false;
  text->remove_prefix(1);
  return true;
}

/// "+HH:MM[:SS]", "Z" or nothing.
bool TakeOffset(std::string_view text, std::chrono::seconds* offset) {
  *offset = {};
  if (text.empty() || text == "Z") return true;
  const int sign = text.front() == '-' ? -1 : text.front() == '+' ? 1 : 0;
  text.remove_prefix(1);
  int hours = 0, minutes = 0, seconds = 0;
  if (sign == 0 || !TakeNumber(&text, 2, ":", &hours) || !TakeNumber(&text, 2, "", &minutes)) return false;
  if (text.starts_with(':')) {
    text.remove_prefix(1);
    if (!TakeNumber(&text, 2, "", &seconds)) return false;
  }
  *offset = sign * (std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds));
  return text.empty();
}

bool TakeFraction(std::string_view* text, std::chrono::microseconds* fraction) {
  *fraction = {};
  if (!text->starts_with('.')) return true;
  text->remove_prefix(1);
  int64_t number = 0;
  size_t digits = 0;
  for (; digits < text->size() && (*text)[digits] >= '0' && (*text)[digits] <= '9'; ++digits) {
    if (digits < 6) number = number * 10 + ((*text)[digits] - '0');
  }
  for (size_t i = digits; i < 6; ++i) number *= 10;
  text->remove_prefix(digits);
  *fraction = std::chrono::microseconds(number);
  return digits > 0;
}

}  // namespace

std::string DynamodbMomentText(Timestamp moment) {
  using namespace std::chrono;  // NOLINT(google-build-using-namespace)
  const auto micros = floor<microseconds>(moment);
  const auto day = floor<days>(micros);
  const year_month_day date(day);
  const hh_mm_ss time(micros - day);
  char text[64];
  int size = std::snprintf(text, sizeof(text), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                           static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                           static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                           static_cast<int>(time.seconds().count()));
  std::string result(text, static_cast<size_t>(size));
  if (time.subseconds().count() != 0) {
    size = std::snprintf(text, sizeof(text), ".%06d", static_cast<int>(time.subseconds().count()));
    result.append(text, static_cast<size_t>(size));
  }
  return result + "+00:00";
}

std::optional<Timestamp> DynamodbMomentOf(std::string_view text) {
  using std::chrono::microseconds;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  microseconds fraction;
  std::chrono::seconds offset;
  if (!TakeNumber(&text, 4, "-", &year) || !TakeNumber(&text, 2, "-", &month) || !TakeNumber(&text, 2, " T", &day) ||
      !TakeNumber(&text, 2, ":", &hour) || !TakeNumber(&text, 2, ":", &minute) || !TakeNumber(&text, 2, "", &second) ||
      !TakeFraction(&text, &fraction) || !TakeOffset(text, &offset)) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const microseconds moment = std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(hour) +
                              std::chrono::minutes(minute) + std::chrono::seconds(second) + fraction - offset;
  constexpr auto kFirst = std::chrono::ceil<microseconds>(Timestamp::min().time_since_epoch());
  constexpr auto kLast = std::chrono::floor<microseconds>(Timestamp::max().time_since_epoch());
  return Timestamp(std::clamp(moment, kFirst, kLast));
}

std::string JsonText(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string DynamodbProjection(const std::vector<std::string>& features) {
  std::string expression = "#i,#t", names = R"("#i":"entity_id","#t":"event_ts")";
  if (!features.empty()) names += R"(,"#v":"values")";
  for (size_t i = 0; i < features.size(); ++i) {
    const std::string alias = "#" + std::to_string(i);
    expression += ",#v." + alias;
    names += ",\"" + alias + "\":" + JsonText(features[i]);
  }
  if (expression.size() > kExpressionBytesMax) {
    expression = "#i,#t,#v";
    names = R"("#i":"entity_id","#t":"event_ts","#v":"values")";
  }
  return R"(,"ProjectionExpression":")" + expression + R"(","ExpressionAttributeNames":{)" + names + "}";
}

}  // namespace feast
