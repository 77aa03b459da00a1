// feast teardown
#include <memory>

#include "cli/commands.h"
#include "cli/plan_options.h"

namespace feast::cli {

void AddTeardown(Command root, Session& session) {
  const auto options = std::make_shared<WriteOptions>();
  options->command = "feast teardown";
  AddProjectConfirm(root.Add("teardown", "Remove the project's online tables and the registry"), options.get())
      .Run([options, &session]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
        return store->Teardown(*options);
      });
}

}  // namespace feast::cli
