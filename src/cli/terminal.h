// What the other end of a stream can show.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace feast::cli {

/// A person looks at it.
bool IsTerminal(std::FILE* stream);

/// A terminal that takes ANSI colours, and NO_COLOR is not set.
bool UseColor(std::FILE* stream);

enum class Color { kRed, kGreen, kYellow, kBlue };

/// `text` bright and coloured when `on`, otherwise as it is.
std::string Paint(std::string_view text, Color color, bool on);

/// To standard output.
void Print(std::string_view text);

}  // namespace feast::cli
