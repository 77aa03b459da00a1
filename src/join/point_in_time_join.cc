#include "join/point_in_time_join.h"

#include <algorithm>
#include <array>

#include "arrow/array/data.h"
#include "arrow/chunked_array.h"
#include "arrow/status.h"
#include "arrow/type.h"
#include "join/block.h"
#include "join/candidate.h"
#include "join/chunk_runs.h"
#include "join/entity_side.h"
#include "join/huge_vector.h"
#include "join/keys/key_grouping.h"
#include "join/moments.h"
#include "join/slots/closed_slots.h"
#include "join/slots/entity_slots.h"
#include "join/slots/recent_slots.h"
#include "join/slots/ties.h"
#include "join/slots/window_filter.h"
#include "join/slots/winners.h"
#include "parallel/parallel_for.h"

namespace feast::join {
namespace {

// What one thread does at a time after the source has gone past.
constexpr int64_t kRangeRows = 1 << 16;

// One thread's part: where it puts winners, and the intermediate results of the block it works on.
struct Worker {
  WinnerArray* winners;
  KeyGrouping::Scratch grouping;
  std::array<int32_t, kBlockRows> groups, slots;
  /// Which rows of the block are still in the race.
  std::array<int32_t, kBlockRows> rows;
  /// Their event timestamps, and the moments from which they can be seen.
  std::array<int64_t, kBlockRows> events, moments;
  std::array<int64_t, kBlockRows> tick_buffer;
  Ties ties;
  ClosedSlots::Seen closed_slots;
  /// Where they pay.
  std::unique_ptr<RecentSlots> recent_slots;
};

// One fragment's columns as the walk over its chunks gives them: the keys, then event timestamp, then created if there
// is one.
struct Fragment {
  int32_t number;
  size_t key_count;
  bool has_created;
  bool created_on_demand;
};

// A block's created timestamps.
class CreatedMoments {
 public:
  CreatedMoments(const arrow::ArrayData& data, int64_t offset, int rows, int64_t* buffer)
      : ticks_(ReadTicks(data, offset, rows, buffer)), nulls_(data, offset) {}

  int64_t operator[](int row) const { return nulls_[row] ? kEarliest : ticks_.moment(row); }

 private:
  Ticks ticks_;
  Nulls nulls_;
};

class StreamingJoin final : public PointInTimeJoin {
 public:
  StreamingJoin(std::shared_ptr<const EntitySide> side, const JoinOptions& options)
      : side_(std::move(side)),
        grouping_(side_->grouping()),
        slots_(side_->slots()),
        filter_by_created_(options.filter_by_created) {
    if (options.ttl_us.has_value() && *options.ttl_us > 0) ttl_ns_ = SaturatingMultiply(*options.ttl_us, 1000);
    // The window is empty until slots are known: without slots no source row matches, and callers prune every fragment.
    min_source_ns_ = INT64_MAX, max_source_ns_ = INT64_MIN;
    if (slots_.size() == 0) return;
    max_source_ns_ = slots_.greatest_moment();
    // A bound that saturates only widens the window: CarryForward checks each age against the entity row's own time.
    min_source_ns_ = ttl_ns_.has_value() ? SaturatingSubtract(slots_.least_moment(), *ttl_ns_) : INT64_MIN;
    min_source_ns_ = std::max(min_source_ns_, options.source_start_ns.value_or(INT64_MIN));
    if (ttl_ns_.has_value()) windows_ = WindowFilter(slots_, *ttl_ns_, min_source_ns_);
  }

  int64_t min_source_ns() const override { return min_source_ns_; }
  int64_t max_source_ns() const override { return max_source_ns_; }
  std::optional<std::pair<int64_t, int64_t>> key_range(int i) const override { return grouping_.range(i); }
  std::optional<WantedKeys> wanted_keys(int i, int32_t max) const override { return grouping_.wanted(i, max); }

  void set_workers(int workers) override {
    // A worker is touched only by the thread that observes under its number. The vector keeps its size from here to
    // Merge, so no lock is needed.
    workers_.resize(std::max(workers, 1));
    winners_ = std::make_unique<Winners>(workers, slots_.size());
  }
  void set_fragment_moments(const std::vector<std::optional<MomentRange>>& fragments) override {
    closed_slots_ = ClosedSlots(slots_, ttl_ns_, fragments);
  }
  bool MayWin(int32_t fragment) override { return !closed_slots_.is_useful() || closed_slots_.IsAnyOpen(fragment); }
  arrow::Status Observe(int worker, int32_t fragment, const SourceColumns& columns) override;
  int64_t ties(int worker) const override { return workers_[worker] == nullptr ? 0 : workers_[worker]->ties.size(); }
  void Merge() override;
  std::vector<SourcePosition> TiedRows(int worker, int threads) override;
  void Decide(int worker, int threads, const std::vector<SourcePosition>& rows,
              const std::vector<int64_t>& created) override;
  arrow::Result<SourcePositions> Finish() override;

 private:
  void ObserveBlock(const Fragment& fragment, const std::vector<ChunkPlace>& places, int64_t skip, int64_t first_row,
                    int rows, Worker* worker);
  static int KeepWithEvent(const Nulls& nulls, int known, Worker* worker);
  int KeepWanted(const Ticks& events, int known, Worker* worker) const;
  template <class MayMatter>
  static int KeepPlaced(int rows, Worker* worker, MayMatter may_matter);
  SourcePositions CarryForward();
  void CarryForward(int32_t group, SourcePosition* of_row);

  const std::shared_ptr<const EntitySide> side_;
  const KeyGrouping& grouping_;
  const EntitySlots& slots_;
  const bool filter_by_created_;
  std::optional<int64_t> ttl_ns_;
  int64_t min_source_ns_, max_source_ns_;
  WindowFilter windows_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Winners> winners_;
  ClosedSlots closed_slots_;
  /// Of all workers, once they are merged.
  WinnerArray merged_;
  bool is_merged_ = false;
};

arrow::Status CheckColumns(int32_t fragment, const SourceColumns& columns, int key_count) {
  if (static_cast<int>(columns.keys.size()) != key_count) {
    return arrow::Status::Invalid("The join has ", key_count, " keys, but the source rows came with ",
                                  columns.keys.size());
  }
  const int64_t rows = columns.event_timestamp->length();
  bool same = columns.created == nullptr || columns.created->length() == rows;
  for (const auto& key : columns.keys) same = same && key->length() == rows;
  if (!same) return arrow::Status::Invalid("The join columns of a source fragment differ in length");
  // A winner keeps its row in 32 bits and its fragment in 29 (winner_array.h).
  if (columns.first_row + rows > INT32_MAX) {
    return arrow::Status::Invalid("A source fragment has ", columns.first_row + rows,
                                  " rows or more; offer it in parts of fewer than 2^31");
  }
  if (fragment >= WinnerArray::kFragmentsMax) {
    return arrow::Status::CapacityError("A source has more than ", WinnerArray::kFragmentsMax,
                                        " fragments; write it with larger row groups");
  }
  ARROW_RETURN_NOT_OK(CheckMomentType("event timestamp", *columns.event_timestamp->type()));
  if (columns.created != nullptr) ARROW_RETURN_NOT_OK(CheckMomentType("created timestamp", *columns.created->type()));
  return arrow::Status::OK();
}

arrow::Status StreamingJoin::Observe(int worker_number, int32_t fragment_number, const SourceColumns& columns) {
  ARROW_RETURN_NOT_OK(CheckColumns(fragment_number, columns, grouping_.key_count()));
  ARROW_RETURN_NOT_OK(grouping_.CheckSourceTypes(columns.keys));
  if (slots_.size() == 0) return arrow::Status::OK();
  // The thread itself makes its worker, so that one that is never used takes no memory.
  std::unique_ptr<Worker>& worker = workers_[worker_number];
  if (worker == nullptr) {
    worker = std::make_unique<Worker>();
    worker->winners = winners_->ArrayOf(worker_number);
    if (RecentSlots::Pays(slots_)) worker->recent_slots = std::make_unique<RecentSlots>(slots_);
  }
  std::vector<const arrow::ChunkedArray*> all;
  for (const auto& key : columns.keys) all.push_back(key.get());
  all.push_back(columns.event_timestamp.get());
  if (columns.created != nullptr) all.push_back(columns.created.get());

  const Fragment fragment{fragment_number, columns.keys.size(), columns.created != nullptr, columns.created_on_demand};
  if (closed_slots_.is_useful()) {
    // A slot that was seen closed stays closed, to this fragment and all older ones. A look that is out of date lets
    // too many rows pass, never too few.
    closed_slots_.Look(fragment_number, columns.event_timestamp->length(), &worker->closed_slots);
  }
  return ForEachRun(all, [&](const std::vector<ChunkPlace>& places, int64_t row, int64_t length) {
    for (int64_t skip = 0; skip < length; skip += kBlockRows) {
      const int rows = static_cast<int>(std::min<int64_t>(kBlockRows, length - skip));
      ObserveBlock(fragment, places, skip, columns.first_row + row + skip, rows, worker.get());
    }
    return arrow::Status::OK();
  });
}

// Rows leave the block in steps, the cheapest test for the most rows first: key, time of the whole request, slot,
// closed slots. What a step keeps moves to the front, in order; entries behind `kept` are anything.
void StreamingJoin::ObserveBlock(const Fragment& fragment, const std::vector<ChunkPlace>& places, int64_t skip,
                                 int64_t first_row, int rows, Worker* worker) {
  const ChunkPlace& event_place = places[fragment.key_count];
  const Ticks events = ReadTicks(*event_place.data, event_place.offset + skip, rows, worker->tick_buffer.data());
  int known = grouping_.Find(places.data(), skip, rows, worker->rows.data(), worker->groups.data(), &worker->grouping);
  if (event_place.data->GetNullCount() > 0) {
    known = KeepWithEvent(Nulls(*event_place.data, event_place.offset + skip), known, worker);
  }
  int kept = KeepWanted(events, known, worker);
  if (kept == 0) return;

  std::optional<CreatedMoments> created;
  if (fragment.has_created) {
    const ChunkPlace& place = places[fragment.key_count + 1];
    created.emplace(*place.data, place.offset + skip, rows, worker->tick_buffer.data());
    // A row is visible from the later of its two timestamps on, so that moment chooses its slot. Whether it wins, and
    // whether it is too old, its event timestamp alone decides.
    if (filter_by_created_) {
      for (int k = 0; k < kept; ++k) worker->moments[k] = std::max(worker->moments[k], (*created)[worker->rows[k]]);
    }
  }
  const auto find = [&](auto& slots) {
    // Without a TTL the age is the greatest number there is, which no slot exceeds.
    slots.Find(worker->groups.data(), worker->moments.data(), static_cast<uint64_t>(ttl_ns_.value_or(-1)), kept,
               worker->slots.data());
  };
  worker->recent_slots == nullptr ? find(slots_) : find(*worker->recent_slots);
  if (closed_slots_.is_useful()) {
    kept = KeepPlaced(kept, worker, [worker](int32_t slot) { return !worker->closed_slots.Has(slot); });
  } else {
    kept = KeepPlaced(kept, worker, [](int32_t) { return true; });
  }
  for (int k = 0; k < kept; ++k) {
    const int32_t row = worker->rows[k];
    const Candidate candidate{worker->events[k], created ? (*created)[row] : kEarliest,
                              SourcePosition{fragment.number, static_cast<int32_t>(first_row + row)},
                              !fragment.created_on_demand};
    if (!worker->winners->Offer(candidate, worker->slots[k])) {
      worker->ties.Add(Tie{candidate.event, candidate.position, worker->slots[k]});
    }
  }
  // Only now, for a closed slot has to have the row that closes it.
  if (closed_slots_.is_useful()) {
    for (int k = 0; k < kept; ++k) closed_slots_.Close(worker->slots[k], fragment.number);
  }
}

// Of the rows of a known key, leaves those that have an event timestamp.
int StreamingJoin::KeepWithEvent(const Nulls& nulls, int known, Worker* worker) {
  int kept = 0;
  for (int k = 0; k < known; ++k) {
    worker->groups[kept] = worker->groups[k];
    worker->rows[kept] = worker->rows[k];
    kept += !nulls[worker->rows[k]];
  }
  return kept;
}

// Of these, leaves those inside the window of the whole request: their groups and moments move to the front.
int StreamingJoin::KeepWanted(const Ticks& events, int known, Worker* worker) const {
  // Bounds in the column's own unit: a row is brought to nanoseconds, which takes a multiplication and a check, once it
  // is known to matter.
  const int64_t least = events.NotBefore(min_source_ns_), greatest = events.NotAfter(max_source_ns_);
  int kept = 0;
  // Every row is written, and the count goes up only for those that stay: most of these tests are as good as random,
  // and a branch that is guessed wrong costs more than the write.
  const auto keep = [&](const auto& may_matter) {
    for (int k = 0; k < known; ++k) {
      const int32_t row = worker->rows[k], group = worker->groups[k];
      const int64_t tick = events.values[row];
      worker->groups[kept] = group;
      worker->rows[kept] = row;
      kept += may_matter(group, tick) & (tick >= least) & (tick <= greatest);
    }
  };
  if (windows_.is_useful()) {
    const auto factor = static_cast<uint64_t>(events.ns_per_tick);
    keep([&](int32_t group, int64_t tick) { return windows_.MayMatter(group, static_cast<uint64_t>(tick) * factor); });
  } else {
    keep([](int32_t, int64_t) { return true; });
  }
  for (int k = 0; k < kept; ++k) worker->events[k] = worker->moments[k] = events.moment(worker->rows[k]);
  return kept;
}

// Leaves the rows that have a slot, and may matter there. One that is too old for its first slot is too old for all
// later ones.
template <class MayMatter>
int StreamingJoin::KeepPlaced(int rows, Worker* worker, MayMatter may_matter) {
  int kept = 0;
  for (int k = 0; k < rows; ++k) {
    const int32_t slot = worker->slots[k];
    worker->slots[kept] = slot;
    worker->rows[kept] = worker->rows[k];
    worker->events[kept] = worker->events[k];
    const bool keep = (slot != kNoCode) & may_matter(std::max(slot, 0));
    // The winner is asked for a whole block later, by when its cache line has come.
    worker->winners->Prefetch(keep ? slot : 0);
    kept += keep;
  }
  return kept;
}

// All other threads are done. What the workers found becomes worker 0's, so that ties and Finish need to know one array
// only.
void StreamingJoin::Merge() {
  is_merged_ = true;
  if (winners_ == nullptr) return;
  auto all = std::make_unique<Worker>();
  for (const auto& worker : workers_) {
    if (worker != nullptr) all->ties.Add(std::move(worker->ties));
  }
  merged_ = winners_->Merge(&all->ties);
  all->winners = &merged_;
  workers_.clear();
  workers_.push_back(std::move(all));
}

std::vector<SourcePosition> StreamingJoin::TiedRows(int worker_number, int threads) {
  if (ties(worker_number) == 0) return {};
  Worker& worker = *workers_[worker_number];
  return worker.ties.Rows(threads, worker.winners);
}

void StreamingJoin::Decide(int worker_number, int threads, const std::vector<SourcePosition>& rows,
                           const std::vector<int64_t>& created) {
  if (ties(worker_number) == 0) return;
  Worker& worker = *workers_[worker_number];
  worker.ties.Decide(threads, rows, created, worker.winners);
}

arrow::Result<SourcePositions> StreamingJoin::Finish() {
  if (!is_merged_) Merge();
  // An undecided slot holds the first row that came, not the right one.
  if (!workers_.empty() && ties(0) > 0) {
    return arrow::Status::Invalid("The join has ", ties(0), " ties that were not decided");
  }
  merged_.set_shared(false);
  return CarryForward();
}

// A group's slots and entity rows belong to no other group, so threads that take different groups share nothing.
SourcePositions StreamingJoin::CarryForward() {
  SourcePositions of_row(slots_.row_count());
  ForEachRange(slots_.row_count(), kRangeRows,
               [&](int64_t first, int64_t last) { std::fill_n(of_row.begin() + first, last - first, kNoRow); });
  if (merged_.size() == 0) return of_row;
  // So many groups have about kRangeRows rows. row_count() is not 0, for there is a slot.
  const int64_t range_groups = kRangeRows * slots_.group_count() / slots_.row_count();
  ForEachRange(slots_.group_count(), std::max<int64_t>(1, range_groups), [&](int64_t first, int64_t last) {
    for (auto group = static_cast<int32_t>(first); group < last; ++group) CarryForward(group, of_row.data());
  });
  return of_row;
}

// Slots come in order of time, and a row that may win in one may win in all later ones: the best of a slot is the best
// of all rows up to it. Without a filter by created timestamps each slot's own row is newer than all before it; with
// one it need not be, so both are compared. If the best is too old for a slot then so is every other, since none is
// newer.
void StreamingJoin::CarryForward(int32_t group, SourcePosition* of_row) {
  Candidate best = kNoCandidate;
  SourcePosition winner = kNoRow;
  int32_t reached = kNoCode;
  slots_.ForEachRow(group, [&](int32_t slot, int32_t row) {
    if (slot != reached) {
      reached = slot;
      const Candidate here = merged_.Get(slot);
      if (here.Beats(best)) best = here;
      // Find drops only most of the rows that are too old. This is the exact check.
      const bool in_time = !ttl_ns_.has_value() || best.event >= SaturatingSubtract(slots_.moment(slot), *ttl_ns_);
      winner = in_time ? best.position : kNoRow;
    }
    of_row[row] = winner;
  });
}

}  // namespace

arrow::Result<std::unique_ptr<PointInTimeJoin>> PointInTimeJoin::Make(
    const EntityRows& rows, const std::vector<std::shared_ptr<arrow::DataType>>& key_types,
    const JoinOptions& options) {
  ARROW_ASSIGN_OR_RAISE(auto side, EntitySide::Make(rows, key_types));
  return Make(std::move(side), options);
}

std::unique_ptr<PointInTimeJoin> PointInTimeJoin::Make(std::shared_ptr<const EntitySide> side,
                                                       const JoinOptions& options) {
  auto join = std::make_unique<StreamingJoin>(std::move(side), options);
  join->set_workers(1);
  return join;
}

}  // namespace feast::join
