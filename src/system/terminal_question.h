// Asking the person at the terminal.
#pragma once

#include <optional>
#include <string>

#include "arrow/result.h"

namespace feast {

/// Shows `question` on the terminal and reads a line, which is not shown. nullopt when standard input is no terminal,
/// as in CI and servers: nobody is there. Standard output stays as it is. Cancelled when the input ends.
arrow::Result<std::optional<std::string>> AskOnTerminal(const std::string& question);

}  // namespace feast
