#include "text/iso_moment.h"

#include "arrow/util/value_parsing.h"

namespace feast {

std::optional<int64_t> MicrosOfIsoMoment(std::string_view text) {
  constexpr int64_t kNanosPerMicro = 1000;
  int64_t moment = 0;
  bool has_zone = false;
  using arrow::TimeUnit;
  if (arrow::internal::ParseTimestampISO8601(text.data(), text.size(), TimeUnit::MICRO, &moment, &has_zone)) {
    return moment;
  }
  if (arrow::internal::ParseTimestampISO8601(text.data(), text.size(), TimeUnit::NANO, &moment, &has_zone)) {
    return moment / kNanosPerMicro - (moment % kNanosPerMicro < 0 ? 1 : 0);
  }
  return std::nullopt;
}

}  // namespace feast
