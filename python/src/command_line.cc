// The feast command inside Python, for repos whose stores are Python classes of the user's own.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <vector>

#include "bindings.h"
#include "cli/commands.h"

namespace feast::python {

void BindCommandLine(nb::module_& module) {
  module.def(
      "run_command",
      [](std::vector<std::string> arguments) {
        std::vector<char*> pointers;
        for (std::string& argument : arguments) pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        const nb::gil_scoped_release release;
        return cli::RunFeast(static_cast<int>(arguments.size()), pointers.data(), cli::Host::kPython);
      },
      nb::arg("arguments"), "Runs one command line, argv[0] included, and returns its exit code.");
}

}  // namespace feast::python
