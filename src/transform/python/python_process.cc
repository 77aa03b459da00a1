#include "transform/python/python_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <thread>

#include "system/python_interpreter.h"

extern char** environ;

namespace feast {
namespace {

namespace fs = std::filesystem;

// The exit code with which kBootstrap says that the interpreter lacks the module.
constexpr int kModuleMissing = 97;
constexpr int64_t kStderrBytesMax = 64 << 10;
// How long a request to stop may go unnoticed, and the end of a child.
constexpr std::chrono::milliseconds kStopInterval{50};
constexpr std::chrono::milliseconds kExitInterval{2};

// Python puts the working directory first on sys.path for -c and -m; a user's types.py there must not shadow Python's.
// A child whose parent was killed ends too, also in the middle of user code that never would: its end of the socket
// hangs up.
constexpr const char* kBootstrap =
    "import sys\n"
    "if sys.path[:1] == ['']: del sys.path[0]\n"
    "import importlib, os, select, threading\n"
    "def end_with_parent():\n"
    "    parent = select.poll()\n"
    "    parent.register(int(sys.argv[2]), 0)\n"
    "    parent.poll()\n"
    "    os._exit(1)\n"
    "threading.Thread(target=end_with_parent, daemon=True).start()\n"
    "try:\n"
    "    module = importlib.import_module(sys.argv[1])\n"
    "except ModuleNotFoundError as error:\n"
    "    if not error.name or not (sys.argv[1] + '.').startswith(error.name + '.'): raise\n"
    "    sys.exit(97)\n"
    "sys.exit(module.main(int(sys.argv[2]), sys.argv[3:]))\n";

/// A descriptor closed on every way out of Start.
struct Descriptor {
  explicit Descriptor(int fd) : fd(fd) {}
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int Release() { return std::exchange(fd, -1); }
  int fd;
};

arrow::Status SystemError(const std::string& what, int error) {
  return arrow::Status::IOError(what, ": ", std::strerror(error));
}

std::vector<std::string> EnvironmentWith(const std::vector<std::pair<std::string, std::string>>& added) {
  std::map<std::string, std::string> values;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals != text.npos) values[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  }
  for (const auto& [name, value] : added) values[name] = value;
  std::vector<std::string> result;
  for (const auto& [name, value] : values) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// What the child does between fork and exec, in order.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  void ChangeFolder(const fs::path& folder) { posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str()); }
  /// With to == from: the child keeps the descriptor although it closes on exec.
  void Duplicate(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }

  /// The pid, or minus the error number. The child does not inherit this thread's blocked signals.
  pid_t Run(const fs::path& program, std::vector<std::string> arguments, std::vector<std::string> environment) {
    // A mask survives exec. A host that blocks SIGTERM, say, would start children that cannot be ended by it.
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
    pid_t pid = -1;
    const int error = posix_spawn(&pid, program.c_str(), &actions_, &attributes_, Pointers(arguments).data(),
                                  Pointers(environment).data());
    return error == 0 ? pid : -error;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

arrow::Result<std::unique_ptr<PythonProcess>> PythonProcess::Start(const std::string& module, const Options& options) {
  ARROW_ASSIGN_OR_RAISE(fs::path interpreter, FindPython());
  int ends[2];
  // A socket rather than two pipes: writing to a child that is gone gives an error instead of SIGPIPE.
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return SystemError("No socket for the Python process", errno);
  }
  Descriptor ours(ends[0]), theirs(ends[1]), stderr_file(-1);
  SpawnPlan plan;
  if (!options.working_directory.empty()) plan.ChangeFolder(options.working_directory);
  // All else closes on exec. What another thread starts at this moment therefore gets neither end, and the child's end
  // of file comes when ours is closed.
  plan.Duplicate(theirs.fd, theirs.fd);
  if (options.capture_stderr) {
    // A file in memory, not a pipe: nobody has to read it while the child runs.
    stderr_file.fd = memfd_create("feast-python-stderr", MFD_CLOEXEC);
    if (stderr_file.fd < 0) return SystemError("No memory file for the Python process", errno);
    plan.Duplicate(stderr_file.fd, STDERR_FILENO);
  }
  if (options.stdout_to_stderr) plan.Duplicate(STDERR_FILENO, STDOUT_FILENO);
  std::vector<std::string> arguments = {interpreter.string(), "-c", kBootstrap, module, std::to_string(theirs.fd)};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  // `theirs` closes when this function ends: were it open here too, the end of a child would go unnoticed.
  const pid_t pid = plan.Run(interpreter, std::move(arguments), EnvironmentWith(options.environment));
  if (pid < 0) return SystemError("Starting Python as " + interpreter.string(), -pid);
  return std::unique_ptr<PythonProcess>(
      new PythonProcess(std::move(interpreter), ours.Release(), stderr_file.Release(), pid));
}

PythonProcess::~PythonProcess() {
  // Closed first: a child that waits for the next message ends by itself.
  close(socket_);
  // Not waited for yet, so the number is still the child's and nobody else's.
  if (!exit_code_) {
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (stderr_file_ >= 0) close(stderr_file_);
}

arrow::Status PythonProcess::Await(short events, const CallContext& context) const {
  while (true) {
    ARROW_RETURN_NOT_OK(context.Check());
    pollfd waiting{socket_, events, 0};
    // A request to stop wakes no poll, so it is looked for now and then. Without one there is nothing to look for.
    const int patience_ms =
        context.is_endless() ? -1 : static_cast<int>(context.deadline.LeftUpTo(kStopInterval).count());
    const int ready = poll(&waiting, 1, patience_ms);
    if (ready > 0) return arrow::Status::OK();
    if (ready < 0 && errno != EINTR) return SystemError("Waiting for the Python process", errno);
  }
}

arrow::Status PythonProcess::Write(const void* data, int64_t size, const CallContext& context) {
  const char* next = static_cast<const char*>(data);
  while (size > 0) {
    // Never waiting in send itself, where neither a stop nor a deadline would end it.
    const ssize_t sent = send(socket_, next, static_cast<size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      ARROW_RETURN_NOT_OK(Await(POLLOUT, context));
      continue;
    }
    // The child's exit code and last words say more than the socket's error.
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return Ended(context);
    if (sent < 0) return SystemError("Writing to the Python process", errno);
    next += sent;
    size -= sent;
  }
  return arrow::Status::OK();
}

void PythonProcess::CloseWrite() { shutdown(socket_, SHUT_WR); }

arrow::Result<int64_t> PythonProcess::Receive(void* out, int64_t size, const CallContext& context) {
  while (true) {
    const ssize_t received = recv(socket_, out, static_cast<size_t>(size), MSG_DONTWAIT);
    if (received >= 0) return received;
    if (errno == EINTR) continue;
    // A child that ends with unread input resets the connection; what it sent has been read by then.
    if (errno == ECONNRESET) return 0;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return SystemError("Reading from the Python process", errno);
    ARROW_RETURN_NOT_OK(Await(POLLIN, context));
  }
}

arrow::Status PythonProcess::Read(void* out, int64_t size, const CallContext& context) {
  char* next = static_cast<char*>(out);
  while (size > 0) {
    ARROW_ASSIGN_OR_RAISE(const int64_t received, Receive(next, size, context));
    if (received == 0) return Ended(context);
    next += received;
    size -= received;
  }
  return arrow::Status::OK();
}

arrow::Result<std::string> PythonProcess::ReadToEnd(int64_t bytes_max, const CallContext& context) {
  std::string result;
  std::vector<char> chunk(64 << 10);
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const int64_t received, Receive(chunk.data(), static_cast<int64_t>(chunk.size()), context));
    if (received == 0) return result;
    if (static_cast<int64_t>(result.size()) + received > bytes_max) {
      return arrow::Status::CapacityError("The Python process sent more than ", bytes_max, " bytes");
    }
    result.append(chunk.data(), static_cast<size_t>(received));
  }
}

arrow::Result<int> PythonProcess::Wait(const CallContext& context) {
  if (exit_code_) return *exit_code_;
  int status = 0;
  while (true) {
    const pid_t ended = waitpid(pid_, &status, context.is_endless() ? 0 : WNOHANG);
    if (ended == pid_) break;
    if (ended == 0) {
      ARROW_RETURN_NOT_OK(context.Check());
      std::this_thread::sleep_for(kExitInterval);
      continue;
    }
    if (errno == EINTR) continue;
    // The host program reaps every child itself (SIGCHLD ignored): the code is lost, the child is not.
    exit_code_ = 0;
    return SystemError("Waiting for the Python process", errno);
  }
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return *exit_code_;
}

arrow::Status PythonProcess::Ended(const CallContext& context) {
  ARROW_ASSIGN_OR_RAISE(const int code, Wait(context));
  if (code == kModuleMissing) {
    return arrow::Status::Invalid(
        "The Python at ", interpreter_.string(),
        " does not have this feature store's package. Install it there (pip install feast-cpp) or "
        "name another Python in FEAST_PYTHON.");
  }
  const std::string how = code > 128 ? "signal " + std::to_string(code - 128) : "exit code " + std::to_string(code);
  std::string captured = captured_stderr();
  if (!captured.empty()) captured.insert(0, ":\n");
  return arrow::Status::IOError("The Python process (", interpreter_.string(), ") ended with ", how, captured);
}

std::string PythonProcess::captured_stderr() const {
  if (stderr_file_ < 0) return {};
  const off_t size = lseek(stderr_file_, 0, SEEK_END);
  const int64_t start = size > kStderrBytesMax ? size - kStderrBytesMax : 0;
  std::string text(static_cast<size_t>(size - start), '\0');
  const ssize_t got = pread(stderr_file_, text.data(), text.size(), start);
  text.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return text;
}

}  // namespace feast
