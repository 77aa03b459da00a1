// feast configuration
#include "cli/commands.h"
#include "cli/terminal.h"

namespace feast::cli {

void AddConfiguration(Command root, Session& session) {
  root.Add("configuration", "Show the configuration with all defaults and without secrets, as YAML")
      .Run([&session]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(const RepoConfig config, session.LoadConfig());
        Print(config.ToRedactedYaml() + "\n");
        return arrow::Status::OK();
      });
}

}  // namespace feast::cli
