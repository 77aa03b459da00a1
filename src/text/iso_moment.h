// Moments as people and programs write them in text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace feast {

/// Microseconds since 1970 of "2026-01-31", "2026-01-31 12:00:00[.123456789]" or "2026-01-31T12:00:00+01:00"; of UTC
/// when it says no zone. Unset for other text, and for fractions beyond nanoseconds.
std::optional<int64_t> MicrosOfIsoMoment(std::string_view text);

}  // namespace feast
