// Whether text is UTF-8, and how to show text that is not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace feast {

/// Bytes of the longest prefix of `text` that is UTF-8: without overlong forms and surrogates, as protobuf's parsers
/// want it. The whole size when all of it is.
size_t Utf8PrefixBytes(std::string_view text);

inline bool IsUtf8(std::string_view text) { return Utf8PrefixBytes(text) == text.size(); }

/// `text` with each byte that does not belong to a character written as \xNN.
std::string Utf8OrEscaped(std::string_view text);

}  // namespace feast
