// The first pass over a view's source: which row answers each entity row.
#pragma once

#include <memory>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "join/point_in_time_join.h"
#include "offline/entity_frame.h"
#include "offline/row_progress.h"
#include "offline/view_source.h"
#include "scan/fragment.h"

namespace feast {

/// The point-in-time join of one view with the entity rows.
class ViewJoin {
 public:
  /// Groups the entity rows. KeyError for a join key that they lack; TypeError for keys that cannot be compared.
  static arrow::Result<ViewJoin> Make(const ViewSource& source, const EntityFrame& entities,
                                      const join::JoinOptions& options);

  /// Indices of the fragments whose statistics leave room for a match.
  std::vector<int32_t> FragmentsToRead(const std::vector<std::shared_ptr<scan::Fragment>>& fragments) const;

  /// Streams key and time columns of those fragments past the entity rows: one fragment per thread at a time, or all
  /// threads on one where there are fewer of them than threads. To be called once.
  arrow::Result<std::vector<join::SourcePosition>> Run(const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                                       RowProgress* progress);

 private:
  /// Rows of a fragment from `first_row` on.
  arrow::Status Observe(int worker, int32_t index, const arrow::Table& table, int64_t first_row);
  arrow::Status ObserveWhole(int worker, int32_t index, const scan::Fragment& fragment);
  /// All threads on one fragment: each decodes a column, then each joins a slice of the rows.
  arrow::Status ObserveTogether(int workers, int32_t index, const scan::Fragment& fragment);

  const ViewSource* source_ = nullptr;
  std::vector<std::string> columns_;
  std::unique_ptr<join::PointInTimeJoin> join_;
};

}  // namespace feast
