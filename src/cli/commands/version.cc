// feast version, feast --version
#include "cli/commands.h"
#include "cli/terminal.h"

namespace feast::cli {

namespace {

/// What scripts written for Feast compare with comes first.
std::string VersionText(bool color) {
  return Paint("Feast SDK Version: ", Color::kBlue, color) +
         Paint("\"" FEAST_COMPATIBLE_VERSION "\"", Color::kGreen, color) + "\n" +
         Paint("feast-cpp version: ", Color::kBlue, color) + Paint("\"" FEAST_VERSION "\"", Color::kGreen, color);
}

}  // namespace

void AddVersion(Command root, Session&) {
  root.Version(VersionText(/*color=*/false));
  root.Add("version", "Show the version of feast").Run([] {
    Print(VersionText(UseColor(stdout)) + "\n");
    return arrow::Status::OK();
  });
}

}  // namespace feast::cli
