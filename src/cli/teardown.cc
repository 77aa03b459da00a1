// feast teardown
#include "cli/commands.h"

namespace feast::cli {

void AddTeardown(Command root, Session& session) {
  root.Add("teardown", "Remove the project's online tables and the registry").Run([&session]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
    return store->Teardown();
  });
}

}  // namespace feast::cli
