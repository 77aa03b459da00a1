// feast configuration
#include "cli/commands.h"
#include "cli/terminal.h"
#include "text/printable_text.h"

namespace feast::cli {

void AddConfiguration(Command root, Session& session) {
  root.Add("configuration", "Show the configuration with all defaults and without secrets, as YAML")
      .Run([&session]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(const RepoConfig config, session.LoadConfig());
        // What it escapes stands in double quotes, where YAML reads the escapes.
        Print(PrintableLines(config.ToRedactedYaml()) + "\n");
        return arrow::Status::OK();
      });
}

}  // namespace feast::cli
