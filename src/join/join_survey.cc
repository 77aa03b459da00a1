#include "join/join_survey.h"

#include <algorithm>
#include <atomic>

#include "arrow/array/data.h"
#include "arrow/chunked_array.h"
#include "arrow/status.h"
#include "arrow/type.h"
#include "join/block.h"
#include "join/chunk_runs.h"
#include "join/slots/slot_builder.h"
#include "join/whole_moments.h"

namespace feast::join {
namespace {

// Relaxed order will do: nobody reads what threads count until ObserveSource has returned on all of them.
void StoreLesser(int64_t value, int64_t* place) {
  const std::atomic_ref<int64_t> shared(*place);
  int64_t seen = shared.load(std::memory_order_relaxed);
  while (value < seen && !shared.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

void AddOne(uint32_t* count) { std::atomic_ref(*count).fetch_add(1, std::memory_order_relaxed); }

}  // namespace

// What one thread needs for a block of source rows.
struct JoinSurvey::Block {
  KeyGrouping::Scratch grouping;
  std::array<int32_t, kBlockRows> rows, groups, slots;
  std::array<int64_t, kBlockRows> events, created, buffer;
};

arrow::Result<std::unique_ptr<JoinSurvey>> JoinSurvey::Make(
    const EntityRows& rows, const std::vector<std::shared_ptr<arrow::DataType>>& key_types, const JoinOptions& options,
    std::span<const SourcePosition> winners) {
  const int64_t count = rows.event_timestamp->length();
  if (count != static_cast<int64_t>(winners.size())) {
    return arrow::Status::Invalid("There are ", count, " entity rows, and winners for ", winners.size());
  }
  ARROW_RETURN_NOT_OK(CheckMomentType("event timestamp of the entity rows", *rows.event_timestamp->type()));
  std::vector<int32_t> groups(count);
  ARROW_ASSIGN_OR_RAISE(KeyGrouping grouping,
                        KeyGrouping::Make(rows.keys, rows.key_names, key_types, count, groups.data()));
  std::unique_ptr<JoinSurvey> survey(new JoinSurvey(std::move(grouping), winners, options.filter_by_created));
  survey->groups_ = std::move(groups);
  survey->has_moment_.assign(count, 1);
  survey->moments_ = WholeMoments(*rows.event_timestamp);
  ForEachNull(*rows.event_timestamp, [&](int64_t row) { survey->has_moment_[row] = 0; });
  survey->winner_events_.assign(count, kEarliest);
  survey->winner_created_.assign(count, kEarliest);
  survey->is_known_.assign(survey->grouping_.size(), 0);
  survey->known_from_.assign(survey->grouping_.size(), INT64_MAX);
  return survey;
}

arrow::Status JoinSurvey::ObserveWinners(std::span<const uint32_t> entity_rows, const SourceColumns& columns) {
  ARROW_RETURN_NOT_OK(CheckMomentType("event timestamp", *columns.event_timestamp->type()));
  const std::vector<int64_t> events = WholeMoments(*columns.event_timestamp);
  std::vector<int64_t> created;
  if (columns.created != nullptr) {
    ARROW_RETURN_NOT_OK(CheckMomentType("created timestamp", *columns.created->type()));
    created = WholeMoments(*columns.created);
    ForEachNull(*columns.created, [&](int64_t row) { created[row] = kEarliest; });
  }
  for (const uint32_t entity_row : entity_rows) {
    const auto row = static_cast<size_t>(winners_[entity_row].row);
    // The winners come from a first reading of the source. A file that was replaced since may have fewer rows.
    if (row >= events.size()) return arrow::Status::IOError("The source was changed while it was read; run again.");
    winner_events_[entity_row] = events[row];
    if (!created.empty()) winner_created_[entity_row] = created[row];
  }
  return arrow::Status::OK();
}

// SlotBuilder makes slots of any groups and moments. Its distinct moments of each group are here the pairs of key and
// event timestamp that winners have; with pairs as groups and created timestamps as moments it makes the second level.
void JoinSurvey::Prepare() {
  HugeVector<int32_t> groups(groups_.begin(), groups_.end());
  for (size_t row = 0; row < groups.size(); ++row) {
    if (winners_[row].row < 0) groups[row] = kNoCode;
  }
  const auto moments_of = [](const std::vector<int64_t>& moments) {
    return [&moments](int64_t first, int64_t rows, const SlotBuilder::VisitMoments& visit) {
      visit(moments.data() + first, rows);
    };
  };
  pairs_ = SlotBuilder(std::move(groups), grouping_.size()).Build(moments_of(winner_events_));
  pair_of_row_ = pairs_.SlotsOfRows();
  pair_rows_.assign(pairs_.size(), 0);
  ties_ = SlotBuilder(HugeVector<int32_t>(pair_of_row_.begin(), pair_of_row_.end()), pairs_.size())
              .Build(moments_of(winner_created_));
  tie_of_row_ = ties_.SlotsOfRows();
  tie_rows_.assign(ties_.size(), 0);
}

arrow::Status JoinSurvey::ObserveSource(const SourceColumns& columns) {
  ARROW_RETURN_NOT_OK(grouping_.CheckSourceTypes(columns.keys));
  const size_t keys = columns.keys.size();
  std::vector<const arrow::ChunkedArray*> all;
  for (const auto& key : columns.keys) all.push_back(key.get());
  all.push_back(columns.event_timestamp.get());
  if (columns.created != nullptr) all.push_back(columns.created.get());
  const auto block = std::make_unique<Block>();
  return ForEachRun(all, [&](const std::vector<ChunkPlace>& places, int64_t, int64_t length) {
    for (int64_t skip = 0; skip < length; skip += kBlockRows) {
      const int rows = static_cast<int>(std::min<int64_t>(kBlockRows, length - skip));
      const auto read = [&](const ChunkPlace& place, std::array<int64_t, kBlockRows>* out) {
        std::copy_n(ReadMoments(*place.data, place.offset + skip, rows, block->buffer.data()), rows, out->data());
      };
      const int known =
          grouping_.Find(places.data(), skip, rows, block->rows.data(), block->groups.data(), &block->grouping);
      read(places[keys], &block->events);
      block->created.fill(kEarliest);
      if (columns.created != nullptr) {
        const ChunkPlace& place = places[keys + 1];
        read(place, &block->created);
        ForEachNull(*place.data, place.offset + skip, rows, [&](int i) { block->created[i] = kEarliest; });
      }
      CountBlock(known, Nulls(*places[keys].data, places[keys].offset + skip), block.get());
    }
    return arrow::Status::OK();
  });
}

void JoinSurvey::CountBlock(int known, const Nulls& without_event, Block* block) {
  int kept = 0;
  for (int k = 0; k < known; ++k) {
    // `kept` never passes k, so the front of the arrays is written behind where it is read. `events` and `created` are
    // read by row and written by place, and a row is never before its place.
    const int32_t i = block->rows[k], group = block->groups[k];
    if (without_event[i]) continue;
    // From here on an entity row can see the source row.
    const int64_t from = filter_by_created_ ? std::max(block->events[i], block->created[i]) : block->events[i];
    std::atomic_ref(is_known_[group]).store(1, std::memory_order_relaxed);
    StoreLesser(from, &known_from_[group]);
    block->groups[kept] = group;
    block->events[kept] = block->events[i];
    block->created[kept++] = block->created[i];
  }
  // An age of 0 leaves slots of about the row's own moment; the comparison below is exact.
  pairs_.Find(block->groups.data(), block->events.data(), 0, kept, block->slots.data());
  int paired = 0;
  for (int i = 0; i < kept; ++i) {
    const int32_t pair = block->slots[i];
    if (pair == kNoCode || pairs_.moment(pair) != block->events[i]) continue;
    AddOne(&pair_rows_[pair]);
    block->groups[paired] = pair;
    block->created[paired++] = block->created[i];
  }
  ties_.Find(block->groups.data(), block->created.data(), 0, paired, block->slots.data());
  for (int i = 0; i < paired; ++i) {
    const int32_t tie = block->slots[i];
    if (tie != kNoCode && ties_.moment(tie) == block->created[i]) AddOne(&tie_rows_[tie]);
  }
}

void JoinSurvey::FindReason(size_t row, JoinFindings* findings) const {
  const int32_t group = groups_[row];
  if (group == kNoCode || !is_known_[group]) {
    ++findings->no_entity;
  } else if (!has_moment_[row] || known_from_[group] > moments_[row]) {
    // No source row lies before a null moment.
    ++findings->nothing_before;
  } else {
    ++findings->outside_window;
  }
}

JoinFindings JoinSurvey::Finish() {
  JoinFindings findings;
  findings.age_ns.assign(winners_.size(), -1);
  for (size_t row = 0; row < winners_.size(); ++row) {
    if (winners_[row].row < 0) {
      FindReason(row, &findings);
      continue;
    }
    findings.age_ns[row] = SaturatingSubtract(moments_[row], winner_events_[row]);
    findings.created_later += winner_created_[row] > moments_[row];
    if (pair_rows_[pair_of_row_[row]] > 1) {
      ++(tie_rows_[tie_of_row_[row]] > 1 ? findings.ties_by_position : findings.ties_by_created);
    }
  }
  for (const uint32_t rows : pair_rows_) findings.duplicate_rows += rows > 1 ? rows - 1 : 0;
  return findings;
}

}  // namespace feast::join
