// The first pass over a view's source: which row answers each entity row.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "files/fragment.h"
#include "join/point_in_time_join.h"
#include "offline/file/view_reach.h"
#include "offline/file/view_source.h"

namespace feast {

/// The point-in-time join of one view with the entity rows.
class ViewJoin {
 public:
  /// `side` is of the view's join keys, and `source` outlives the join. The TTL is the view's.
  ViewJoin(const ViewSource& source, std::shared_ptr<const join::EntitySide> side, join::JoinOptions options);

  ViewReach reach() const;
  /// For each fragment whose statistics leave room for a match, the event timestamps that they leave room for: these
  /// fragments are to be observed then. To be called once.
  std::vector<std::optional<join::MomentRange>> Start(const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                                      int workers);
  /// Of such a fragment, the rows that its file's indexes leave room for a match in; unset when that is most of them.
  arrow::Result<std::optional<std::vector<scan::RowStretch>>> RowsToRead(const scan::Fragment& fragment) const;
  /// The fragment's columns that Observe looks for. Created timestamps are not among them where those that decide
  /// something can be looked up afterwards.
  std::vector<std::string> columns(const scan::Fragment& fragment) const;
  /// The source's columns that the features of winners are in.
  std::vector<std::string> feature_columns() const { return source_->feature_columns(); }

  /// False when no row of fragment `index` can win any more. Threads may call at once.
  bool MayWin(int32_t index) const { return join_->MayWin(index); }
  /// Takes rows of fragment `index` from `first_row` on. Threads may call at once, each with its own worker number.
  arrow::Status Observe(int worker, int32_t index, const arrow::Table& table, int64_t first_row) const;
  /// Whether it is yet to be seen how common ties are, which `columns` depends on.
  bool is_tie_share_unknown() const { return has_created() && *tie_share_ == TieShare::kUnknown; }
  /// To be called after each piece of a fragment, whose `rows` a worker observed. Looks created timestamps up where the
  /// worker has so many ties that they take memory. Threads may call at once, each with its own worker number.
  arrow::Status KeepTiesFew(int worker, int64_t rows,
                            const std::vector<std::shared_ptr<scan::Fragment>>& fragments) const;
  /// For each entity row, the winner or none. To be called once.
  arrow::Result<join::SourcePositions> Finish(const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                              int workers);

 private:
  enum class TieShare { kUnknown, kFew, kMany };

  bool has_created() const { return !source_->view().created_column.empty(); }
  arrow::Status DecideTies(int worker, const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                           int workers) const;
  arrow::Result<bool> MayHoldKeys(const scan::Fragment& fragment) const;

  const ViewSource* source_;
  bool filter_by_created_;
  std::unique_ptr<join::PointInTimeJoin> join_;
  /// Where ties are many, reading all created timestamps along costs less than looking up some.
  std::unique_ptr<std::atomic<TieShare>> tie_share_ = std::make_unique<std::atomic<TieShare>>(TieShare::kUnknown);
  /// For each join key; unset where there are too many to ask a Bloom filter for each.
  std::vector<std::optional<join::WantedKeys>> wanted_keys_;
};

}  // namespace feast
