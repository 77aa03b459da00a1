// Pieces of JSON, appended to a text that grows: as Python's json module writes them without spaces, which is what
// clients of Feast's servers get.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace feast {

/// In quotes. Characters beyond ASCII stay as they are; what is no UTF-8 becomes U+FFFD.
void AppendJsonString(std::string_view text, std::string* out);
void AppendJsonInteger(int64_t number, std::string* out);
/// The shortest digits that are this number, as Python's repr has them: 0.1, 1.0, 1e-05, 1e+16. What is not finite is a
/// string as in protobuf's JSON: "NaN", "Infinity", "-Infinity".
void AppendJsonReal(double number, std::string* out);

}  // namespace feast
