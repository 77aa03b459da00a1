// From the offline store to the online store: the latest row of each key, view by view.
//
// Each view is a Pull of the offline store, the latest row of each key in an interval, whose batches are written to the
// online store while reading goes on. Memory grows with the keys in flight, not with the source.
//
// Three rules make a run that was cut short harmless. Rows are written before their interval is recorded in the
// registry, by one commit for each view, so that what is recorded is served. Writing a row twice leaves what writing it
// once does. A row never takes the place of one with a later event.
#pragma once

#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/call_context.h"
#include "feast/materialization.h"
#include "feast/repo_config.h"
#include "offline/resolved_request.h"

namespace feast {

class OfflineStore;
class OnlineStore;
class Registry;

/// Thread-safe.
class Materializer {
 public:
  /// What is given must outlive this. `online` may be null, for configurations without an online store, which refuse.
  Materializer(const RepoConfig& config, Registry& registry, OfflineStore& offline, OnlineStore* online)
      : config_(config), registry_(registry), offline_(offline), online_(online) {}

  /// What Run would do, view by view. Reads the registry only. FeatureViewNotFoundException for an unknown view,
  /// Invalid for a start behind the end, for a view that is not served online, and for one without a start that has
  /// neither a TTL nor an interval.
  arrow::Result<std::vector<ViewInterval>> Plan(const MaterializeRequest& request);

  /// Moves the rows of each interval and records it. Ends between two batches when `context` says so (Cancelled). An
  /// error names the view and says which ones are done; those stay done.
  arrow::Status Run(const std::vector<ViewInterval>& intervals, const MaterializeListener& listener,
                    const CallContext& context);

  /// Rows of a view, by the source's or the view's names of their columns, to the online store. Invalid when one has a
  /// null in a join key or in the event timestamp: nothing is written then.
  arrow::Status Write(const std::string& view, const arrow::RecordBatch& rows, const CallContext& context);

 private:
  arrow::Status CheckStore() const;
  arrow::Result<ViewRequest> Resolve(const std::string& name);
  arrow::Status RunView(const ViewInterval& interval, const MaterializeListener& listener, const CallContext& context);
  arrow::Status Record(const ViewInterval& interval);

  const RepoConfig& config_;
  Registry& registry_;
  OfflineStore& offline_;
  OnlineStore* online_;
};

}  // namespace feast
