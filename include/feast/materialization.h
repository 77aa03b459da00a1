// What is moved from the offline store to the online store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "feast/export.h"
#include "feast/types.h"

namespace FEAST_EXPORT feast {

struct MaterializeRequest {
  /// Empty: every view that is served online.
  std::vector<std::string> views = {};
  /// Without a start each view goes on where its last interval ended (Feast's materialize-incremental); one that has
  /// none starts its TTL before now.
  std::optional<Timestamp> start = {};
  Timestamp end = {};
  /// The latest row of each key whatever its event time, served as of now: Feast's disable_event_timestamp.
  bool any_time = false;
};

/// Rows with start <= event time <= end, as in Feast; with `any_time`, all rows.
struct ViewInterval {
  std::string view;
  Timestamp start, end;
  bool any_time = false;

  /// Of an incremental run: the view is materialized beyond the end already, and nothing is to be done.
  bool is_behind() const { return !any_time && start > end; }
};

struct MaterializeProgress {
  std::string view;
  int64_t rows_read = 0;
  int64_t keys_written = 0;
  /// The interval is recorded.
  bool is_done = false;
};

/// Where rows that are pushed go.
enum class PushTarget { kOnline, kOffline, kOnlineAndOffline };

/// Called by one thread at a time, often; must be quick.
using MaterializeListener = std::function<void(const MaterializeProgress&)>;

/// What is told of a run before it begins, and of each view, in Feast's words. `store`: the type of the online store.
std::string Announcement(const MaterializeRequest& request, size_t views, const std::string& store);
std::string Announcement(const MaterializeRequest& request, const ViewInterval& interval);
/// What is told of a view that is done.
std::string KeysWritten(int64_t keys);

}  // namespace feast
