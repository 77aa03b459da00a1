#include "offline/file/view_join.h"

#include <algorithm>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "join/entity_side.h"
#include "offline/file/tie_break.h"

namespace feast {
namespace {

/// A Bloom filter is asked for at most this many keys; one of more than that is nearly always there.
constexpr int32_t kFilteredKeysMax = 1 << 14;

/// What is left out must be at least one row in this many to be worth a look-up of rows.
constexpr int64_t kLeftOutShare = 8;

/// Ties are many when more than one row in this many has one.
constexpr int64_t kManyTiesShare = 32;

/// Of one worker, of 24 bytes each.
constexpr int64_t kTiesMax = 1 << 19;

bool IsInside(const scan::ValueRange& inner, const scan::ValueRange& outer) {
  return inner.min >= outer.min && inner.max <= outer.max;
}

join::JoinOptions WithTtl(join::JoinOptions options, const ViewRequest& view) {
  if (view.ttl) options.ttl_us = view.ttl->count();
  return options;
}

}  // namespace

ViewJoin::ViewJoin(const ViewSource& source, std::shared_ptr<const join::EntitySide> side, join::JoinOptions options)
    : source_(&source),
      filter_by_created_(options.filter_by_created),
      join_(join::PointInTimeJoin::Make(std::move(side), WithTtl(options, source.view()))) {
  for (size_t k = 0; k < source.view().join_keys.size(); ++k) {
    wanted_keys_.push_back(join_->wanted_keys(static_cast<int>(k), kFilteredKeysMax));
  }
}

ViewReach ViewJoin::reach() const {
  ViewReach reach{join_->min_source_ns(), join_->max_source_ns()};
  for (size_t k = 0; k < source_->view().join_keys.size(); ++k) {
    reach.keys.push_back(join_->key_range(static_cast<int>(k)));
  }
  return reach;
}

std::vector<std::optional<join::MomentRange>> ViewJoin::Start(
    const std::vector<std::shared_ptr<scan::Fragment>>& fragments, int workers) {
  const ViewReach reach = this->reach();
  std::vector<std::optional<join::MomentRange>> moments;
  moments.reserve(fragments.size());
  for (const auto& fragment : fragments) moments.push_back(reach.MomentsIn(*fragment, source_->view()));
  join_->set_workers(workers);
  join_->set_fragment_moments(moments);
  return moments;
}

arrow::Result<bool> ViewJoin::MayHoldKeys(const scan::Fragment& fragment) const {
  for (size_t k = 0; k < wanted_keys_.size(); ++k) {
    if (!wanted_keys_[k]) continue;
    ARROW_ASSIGN_OR_RAISE(const bool may_hold, fragment.MayHoldAny(source_->view().join_keys[k].source_column,
                                                                   wanted_keys_[k]->integers, wanted_keys_[k]->texts));
    if (!may_hold) return false;
  }
  return true;
}

arrow::Result<std::optional<std::vector<scan::RowStretch>>> ViewJoin::RowsToRead(const scan::Fragment& fragment) const {
  const ViewRequest& view = source_->view();
  if (fragment.rows() < 0) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(const bool may_hold, MayHoldKeys(fragment));
  if (!may_hold) return std::vector<scan::RowStretch>{};

  // Statistics and indexes may only leave out rows that match nothing. What they do not say is read.
  std::vector<scan::RowStretch> rows{{0, fragment.rows()}};
  const auto narrow = [&](const std::string& column, const scan::ValueRange& wanted) -> arrow::Status {
    const auto all = fragment.range(column);
    // Every page is wanted then, so the index is not opened.
    if (all && IsInside(*all, wanted)) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const auto within, fragment.RowsWithin(column, wanted));
    if (within) rows = scan::Intersect(rows, *within);
    return arrow::Status::OK();
  };
  ARROW_RETURN_NOT_OK(narrow(view.timestamp_column, {join_->min_source_ns(), join_->max_source_ns()}));
  for (size_t k = 0; k < view.join_keys.size(); ++k) {
    const auto keys = join_->key_range(static_cast<int>(k));
    if (keys) ARROW_RETURN_NOT_OK(narrow(view.join_keys[k].source_column, {keys->first, keys->second}));
  }
  int64_t count = 0;
  for (const scan::RowStretch& stretch : rows) count += stretch.count;
  if (count > fragment.rows() - fragment.rows() / kLeftOutShare) return std::nullopt;
  return rows;
}

std::vector<std::string> ViewJoin::columns(const scan::Fragment& fragment) const {
  std::vector<std::string> columns = source_->join_columns();
  const std::string& created = source_->view().created_column;
  // Filtering looks at the created timestamp of every row, not only of those that tie.
  const bool all = filter_by_created_ || *tie_share_ == TieShare::kMany;
  if (!has_created() || all || !fragment.ReadsByPage({created})) return columns;
  // It is the last, and read all the same when it serves as another one too.
  columns.pop_back();
  return columns;
}

arrow::Status ViewJoin::Observe(int worker, int32_t index, const arrow::Table& table, int64_t first_row) const {
  const ViewRequest& view = source_->view();
  join::SourceColumns columns;
  columns.first_row = first_row;
  for (const JoinKeyColumn& key : view.join_keys) columns.keys.push_back(table.GetColumnByName(key.source_column));
  columns.event_timestamp = table.GetColumnByName(view.timestamp_column);
  if (has_created()) columns.created = table.GetColumnByName(view.created_column);
  columns.created_on_demand = has_created() && columns.created == nullptr;
  return join_->Observe(worker, index, columns);
}

arrow::Status ViewJoin::DecideTies(int worker, const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                   int workers) const {
  const std::vector<join::SourcePosition> rows = join_->TiedRows(worker, workers);
  if (rows.empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto created, MomentsOfRows(fragments, source_->view().created_column, rows, workers));
  join_->Decide(worker, workers, rows, created);
  return arrow::Status::OK();
}

arrow::Status ViewJoin::KeepTiesFew(int worker, int64_t rows,
                                    const std::vector<std::shared_ptr<scan::Fragment>>& fragments) const {
  const int64_t ties = join_->ties(worker);
  // Several threads may be the first, and may differ: either way of reading gives the same answer. Which one is taken
  // can change from batch to batch for the same reason.
  if (is_tie_share_unknown()) *tie_share_ = ties > rows / kManyTiesShare ? TieShare::kMany : TieShare::kFew;
  // Once all created timestamps are read no new ties come up, and those left from before are decided at once.
  const int64_t ties_max = *tie_share_ == TieShare::kMany ? 0 : kTiesMax;
  return ties > ties_max ? DecideTies(worker, fragments, 1) : arrow::Status::OK();
}

arrow::Result<join::SourcePositions> ViewJoin::Finish(const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                                      int workers) {
  // All threads have observed what they were to; from here on ties are worker 0's.
  join_->Merge();
  ARROW_RETURN_NOT_OK(DecideTies(0, fragments, workers));
  return join_->Finish();
}

}  // namespace feast
