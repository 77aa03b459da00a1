// feast materialize and materialize-incremental: from the offline store to the online store
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/entity_json.h"
#include "cli/interruption.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "text/printable_text.h"

namespace feast::cli {

namespace {

struct MaterializeCommand {
  std::string start, end;
  std::vector<std::string> views;
  bool disable_event_timestamp = false;
};

/// The request of `feast materialize`.
arrow::Result<MaterializeRequest> Between(const MaterializeCommand& command) {
  MaterializeRequest request{.views = command.views, .any_time = command.disable_event_timestamp};
  if (command.disable_event_timestamp) {
    if (!command.start.empty() || !command.end.empty()) {
      return UsageError("Cannot specify START_TS or END_TS when --disable-event-timestamp is used.");
    }
    request.start = Timestamp{};
    request.end = std::chrono::system_clock::now();
    return request;
  }
  if (command.start.empty() || command.end.empty()) {
    return UsageError("START_TS and END_TS are required unless --disable-event-timestamp is used.");
  }
  ARROW_ASSIGN_OR_RAISE(request.start, ParseMoment(command.start, "START_TS"));
  ARROW_ASSIGN_OR_RAISE(request.end, ParseMoment(command.end, "END_TS"));
  return request;
}

/// Which views are done and which were not begun when the one at `failed` was not.
std::string WhatStands(const std::vector<ViewInterval>& intervals, size_t failed) {
  const auto names = [&](size_t begin, size_t end) {
    std::string listed;
    for (size_t i = begin; i < end; ++i) listed += (i == begin ? "" : ", ") + PrintableText(intervals[i].view);
    return listed;
  };
  std::string stands;
  if (failed > 0) stands += ". Done before it: " + names(0, failed);
  if (failed + 1 < intervals.size()) stands += ". Not begun: " + names(failed + 1, intervals.size());
  return stands;
}

arrow::Status Materialize(const Session& session, const MaterializeRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<FeatureStore> store, session.OpenStore());
  ARROW_ASSIGN_OR_RAISE(const auto intervals, store->PlanMaterialization(request));
  const auto& online = store->config().online_store;
  Print(Announcement(request, intervals.size(), online ? online->type : "null") + "\n");
  const Interruption interruption(
      "rows that are written stay, and the interval of this view is not recorded; run the command again");
  for (size_t i = 0; i < intervals.size(); ++i) {
    const ViewInterval& interval = intervals[i];
    Print(PrintableText(Announcement(request, interval)) + "\n");
    // For whoever reads along in a file, and for what Ctrl-C ends.
    std::fflush(stdout);
    if (interval.is_behind()) continue;
    Progress progress(interval.view, Progress::Wanted(), std::chrono::seconds(1), "keys");
    int64_t keys = 0;
    const arrow::Status status = store->Materialize({interval}, [&](const MaterializeProgress& now) {
      keys = now.keys_written;
      progress.Update(keys, 0);
    });
    progress.Stop();
    if (!status.ok()) return status.WithMessage(status.message(), WhatStands(intervals, i));
    Print(KeysWritten(keys) + "\n");
  }
  return arrow::Status::OK();
}

}  // namespace

void AddMaterialize(Command root, Session& session) {
  const auto between = std::make_shared<MaterializeCommand>();
  root.Add("materialize", "Move features of an interval of time to the online store")
      .Argument("start_ts", &between->start, "Begin of the event times, inclusive (UTC unless it says so)", false)
      .Argument("end_ts", &between->end, "Their end, inclusive", false)
      .Repeated("-v,--views", &between->views, "A feature view; all that are online when none is given")
      .Flag("--disable-event-timestamp", &between->disable_event_timestamp,
            "The latest row of each key whatever its time, served as of now")
      .Run([between, &session]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(const MaterializeRequest request, Between(*between));
        return Materialize(session, request);
      });
  const auto incremental = std::make_shared<MaterializeCommand>();
  root.Add("materialize-incremental", "Move features to the online store from where the last run of each view ended")
      .Argument("end_ts", &incremental->end, "End of the event times, inclusive (UTC unless it says so)")
      .Repeated("-v,--views", &incremental->views, "A feature view; all that are online when none is given")
      .Run([incremental, &session]() -> arrow::Status {
        MaterializeRequest request{.views = incremental->views};
        ARROW_ASSIGN_OR_RAISE(request.end, ParseMoment(incremental->end, "END_TS"));
        return Materialize(session, request);
      });
}

}  // namespace feast::cli
