// feast verify-online: whether what is served online is what the offline store says
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/number_option.h"
#include "cli/terminal.h"

namespace feast::cli {

namespace {

constexpr int kExitDiffers = 2;

struct VerifyCommand {
  std::vector<std::string> views;
  std::string sample = "1000";
};

arrow::Status Verify(const Session& session, const VerifyCommand& command) {
  VerifyRequest request{.views = command.views};
  ARROW_ASSIGN_OR_RAISE(request.sample,
                        NumberOption(command.sample, "--sample", 0, std::numeric_limits<int64_t>::max()));
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
  ARROW_ASSIGN_OR_RAISE(const auto views, store->VerifyOnline(request));
  bool agrees = true;
  for (const ViewVerification& view : views) {
    Print(VerificationText(view));
    agrees = agrees && view.agrees();
  }
  return ExitCode(agrees ? 0 : kExitDiffers);
}

}  // namespace

void AddVerifyOnline(Command root, Session& session) {
  const auto command = std::make_shared<VerifyCommand>();
  root.Add("verify-online", "Compare what is served online with what the offline store says; exit code 2 if it differs")
      .Repeated("-v,--views", &command->views, "A feature view; all that are online when none is given")
      .Option("--sample", &command->sample, "How many keys of each view (1000); 0 for all")
      .Run([command, &session]() { return Verify(session, *command); });
}

}  // namespace feast::cli
