// The extension module feast._command_line: the feast command inside Python, for repos that name Python classes of
// their own.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <vector>

#include "cli/commands.h"

NB_MODULE(_command_line, module) {
  module.def(
      "run",
      [](std::vector<std::string> arguments) {
        std::vector<char*> pointers;
        for (std::string& argument : arguments) pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        const nanobind::gil_scoped_release release;
        return feast::cli::RunFeast(static_cast<int>(arguments.size()), pointers.data(), feast::cli::Host::kPython);
      },
      nanobind::arg("arguments"), "Runs one command line, argv[0] included, and returns its exit code.");
}
