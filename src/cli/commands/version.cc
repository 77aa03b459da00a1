// feast version
#include "cli/commands.h"
#include "cli/terminal.h"

namespace feast::cli {

void AddVersion(Command root, Session&) {
  root.Add("version", "Show the version of feast").Run([] {
    const bool color = UseColor(stdout);
    Print(Paint("Feast SDK Version: ", Color::kBlue, color) + Paint("\"" FEAST_VERSION "\"", Color::kGreen, color) +
          "\n");
    return arrow::Status::OK();
  });
}

}  // namespace feast::cli
