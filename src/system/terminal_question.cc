#include "system/terminal_question.h"

#include <fcntl.h>
#include <unistd.h>

namespace feast {

namespace {

/// Without its line break; nullopt when the input ends, or a signal comes, before that.
std::optional<std::string> ReadLine(int terminal) {
  std::string line;
  for (char character = 0; read(terminal, &character, 1) == 1; line += character) {
    if (character == '\n') return line;
  }
  return std::nullopt;
}

}  // namespace

arrow::Result<std::optional<std::string>> AskOnTerminal(const std::string& question) {
  if (isatty(STDIN_FILENO) == 0) return std::nullopt;
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return std::nullopt;
  // Who cannot see the question can still answer it.
  const bool shown = write(terminal, question.data(), question.size()) > 0;
  std::optional<std::string> line = ReadLine(terminal);
  close(terminal);
  if (!line) {
    return arrow::Status::Cancelled("the question on the terminal was ", shown ? "not answered" : "not shown");
  }
  return line;
}

}  // namespace feast
