// From the offline store to the online store: the latest row of each key, view by view.
//
// Each view is a Pull of the offline store, the latest row of each key in an interval, whose batches are written to the
// online store while reading goes on. Memory grows with the keys in flight, not with the source.
//
// Three rules make a run that was cut short harmless. Rows are written before their interval is recorded in the
// registry, by one commit for each view, so that what is recorded is served. Writing a row twice leaves what writing it
// once does. A row never takes the place of one with a later event.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/call_context.h"
#include "feast/types.h"

namespace feast {

struct MaterializeRequest {
  /// Empty: every view that is served online.
  std::vector<std::string> views = {};
  /// Without a start each view goes on where its last interval ended (Feast's materialize-incremental); one that has
  /// none starts its TTL before the end.
  std::optional<Timestamp> start = {};
  Timestamp end = {};
  /// All rows, whatever their event time: Feast's disable_event_timestamp.
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

class Materializer {
 public:
  virtual ~Materializer() = default;

  /// What Run would do, view by view. Reads the registry only. FeatureViewNotFoundException for an unknown view,
  /// Invalid for a start behind the end.
  virtual arrow::Result<std::vector<ViewInterval>> Plan(const MaterializeRequest& request,
                                                        const CallContext& context) = 0;

  /// Moves the rows of each interval and records it. Ends between two batches when `context` says so (Cancelled). An
  /// error names the view and says which ones are done; those stay done.
  virtual arrow::Status Run(const std::vector<ViewInterval>& intervals, const MaterializeListener& listener,
                            const CallContext& context) = 0;
};

}  // namespace feast
