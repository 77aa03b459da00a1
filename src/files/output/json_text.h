// Values as JSON text, in the way of pandas and so of Feast's commands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "arrow/type_fwd.h"

namespace feast::scan {

/// Appends the value in `row`: moments and dates as milliseconds since 1970, NaN and infinity as null, bytes as base64,
/// lists as arrays, structs and maps as objects, what JSON has no form for as text.
void AppendJson(const arrow::Array& values, int64_t row, std::string* out);

/// Appends `text` in quotes.
void AppendJsonText(std::string_view text, std::string* out);

}  // namespace feast::scan
