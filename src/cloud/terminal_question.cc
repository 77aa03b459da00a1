#include "cloud/terminal_question.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

namespace feast {

namespace {

/// A terminal that shows nothing of what is typed, until this goes.
class WithoutEcho {
 public:
  explicit WithoutEcho(int terminal) : terminal_(terminal), known_(tcgetattr(terminal, &before_) == 0) {
    if (!known_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(terminal_, TCSAFLUSH, &silent);
  }
  ~WithoutEcho() {
    if (known_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;

 private:
  const int terminal_;
  termios before_{};
  const bool known_;
};

void Show(int terminal, const std::string& text) {
  if (write(terminal, text.data(), text.size()) < 0) return;  // Who cannot see the question can still answer it.
}

/// Without its line break; nullopt when the input ends first.
std::optional<std::string> ReadLine(int terminal) {
  std::string line;
  char character = 0;
  while (true) {
    const ssize_t got = read(terminal, &character, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    if (character == '\n') return line;
    line += character;
  }
}

}  // namespace

arrow::Result<std::optional<std::string>> AskOnTerminal(const std::string& question) {
  if (isatty(STDIN_FILENO) == 0) return std::nullopt;
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return std::nullopt;
  std::optional<std::string> line;
  {
    const WithoutEcho silence(terminal);
    Show(terminal, question);
    line = ReadLine(terminal);
  }
  Show(terminal, "\n");
  close(terminal);
  if (!line) return arrow::Status::Cancelled("no answer was given");
  return line;
}

}  // namespace feast
