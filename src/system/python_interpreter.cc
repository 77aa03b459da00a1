#include "system/python_interpreter.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace feast {
namespace {

namespace fs = std::filesystem;

bool IsExecutable(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

/// The first of `names` in `folder`; "" when it has none.
fs::path ExecutableIn(const fs::path& folder, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (IsExecutable(folder / name)) return fs::absolute(folder / name);
  }
  return {};
}

std::vector<std::string> PathFolders() {
  std::vector<std::string> folders;
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    const size_t colon = rest.find(':');
    folders.emplace_back(rest.substr(0, colon));
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  return folders;
}

fs::path OnPath(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    for (const std::string& folder : PathFolders()) {
      if (fs::path found = ExecutableIn(folder, {name}); !found.empty()) return found;
    }
  }
  return {};
}

/// The running program as it was called, which for a Python tells its virtual environment; what the kernel knows of it
/// is the Python that the environment was made from.
fs::path CalledAs() {
  std::string name;
  std::getline(std::ifstream("/proc/self/cmdline"), name, '\0');
  if (name.find('/') == std::string::npos) return name.empty() ? fs::path() : OnPath({name.c_str()});
  return IsExecutable(name) ? fs::absolute(name) : fs::path();
}

}  // namespace

arrow::Result<fs::path> FindPython() {
  if (const char* chosen = std::getenv("FEAST_PYTHON"); chosen && *chosen) {
    const fs::path found = std::strchr(chosen, '/') ? fs::path(chosen) : OnPath({chosen});
    if (IsExecutable(found)) return fs::absolute(found);
    return arrow::Status::Invalid("FEAST_PYTHON is not a program that can be run: ", chosen);
  }
  std::error_code error;
  if (const fs::path self = fs::read_symlink("/proc/self/exe", error); !error) {
    if (self.filename().string().starts_with("python")) {
      if (fs::path found = CalledAs(); !found.empty()) return found;
    }
    if (fs::path found = ExecutableIn(self.parent_path(), {"python", "python3"}); !found.empty()) return found;
  }
  if (const char* environment = std::getenv("VIRTUAL_ENV"); environment && *environment) {
    if (fs::path found = ExecutableIn(fs::path(environment) / "bin", {"python", "python3"}); !found.empty())
      return found;
  }
  if (fs::path found = OnPath({"python3", "python"}); !found.empty()) return found;
  return arrow::Status::Invalid(
      "No Python was found beside this program, in $VIRTUAL_ENV or on PATH; name one in FEAST_PYTHON.");
}

}  // namespace feast
