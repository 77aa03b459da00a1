// What is moved from the offline store to the online store.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "feast/types.h"

namespace feast {

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

/// Rows with start <= event time <= end, as in Feast.
struct ViewInterval {
  std::string view;
  Timestamp start, end;
};

struct MaterializeProgress {
  std::string view;
  int64_t rows_read = 0;
  int64_t keys_written = 0;
  /// The interval is recorded.
  bool is_done = false;
};

/// Called by one thread at a time, often; must be quick.
using MaterializeListener = std::function<void(const MaterializeProgress&)>;

}  // namespace feast
