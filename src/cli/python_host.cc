#include "cli/python_host.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "system/python_interpreter.h"

namespace feast::cli {

namespace {

// Python puts the working directory first on sys.path for -c; a user's types.py there must not shadow Python's. The
// repo's own folder is appended when its classes are loaded.
constexpr const char* kBootstrap =
    "import sys\n"
    "if sys.path[:1] == ['']: del sys.path[0]\n"
    "try:\n"
    "    from feast._command import main\n"
    "except ModuleNotFoundError as error:\n"
    "    if error.name not in ('feast', 'feast._command', 'feast._feast'): raise\n"
    "    sys.exit('Error: The Python at ' + sys.executable + ' does not have the package of this feast command, which "
    "'\n"
    "             'runs the Python classes that feature_store.yaml names. Install it there (pip install feast-cpp) or "
    "'\n"
    "             'name another Python in FEAST_PYTHON.')\n"
    "sys.exit(main(sys.argv[1:]))\n";

}  // namespace

arrow::Status ContinueInPython(const std::vector<std::string>& arguments) {
  ARROW_ASSIGN_OR_RAISE(const std::filesystem::path interpreter, FindPython());
  std::vector<std::string> all = {interpreter.string(), "-c", kBootstrap};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& argument : all) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  std::fflush(nullptr);
  execv(interpreter.c_str(), pointers.data());
  return arrow::Status::IOError("Starting Python as ", interpreter.string(), ": ", std::strerror(errno));
}

}  // namespace feast::cli
