#include "system/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

extern char** environ;

namespace feast {

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// A file without a name: output of any size, without two pipes to be read in turn.
File Temporary() {
  return {std::tmpfile(), [](std::FILE* file) { return file == nullptr ? 0 : std::fclose(file); }};
}

std::string ContentOf(std::FILE* file) {
  std::string text;
  std::rewind(file);
  char block[4096];
  while (const size_t got = std::fread(block, 1, sizeof(block), file)) text.append(block, got);
  return text;
}

}  // namespace

arrow::Result<std::string> RunProgram(const std::vector<std::string>& arguments) {
  const File out = Temporary(), errors = Temporary();
  if (!out || !errors) return arrow::Status::IOError("A temporary file cannot be made: ", std::strerror(errno));
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, fileno(out.get()), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(errors.get()), STDERR_FILENO);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return arrow::Status::IOError("'", arguments[0], "' cannot be run: ", std::strerror(error), ". Is it installed?");
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return ContentOf(out.get());
  std::string said = ContentOf(errors.get());
  while (said.ends_with('\n')) said.pop_back();
  return arrow::Status::IOError("'", arguments[0], "' failed: ", said);
}

}  // namespace feast
