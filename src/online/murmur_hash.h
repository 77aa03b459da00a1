// MurmurHash3 (Austin Appleby, public domain algorithm), by which Feast spreads and names what it stores online.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace feast {

/// The variant of 32 bits, seed 0.
uint32_t Murmur32(std::string_view bytes);
/// The variant of 128 bits for x64, seed 0: the low and the high half.
std::array<uint64_t, 2> Murmur128(std::string_view bytes);

}  // namespace feast
