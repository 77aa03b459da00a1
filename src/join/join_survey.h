// Why entity rows have no winner, how old winners are, and what else the source held: the counts behind a report.
//
// docs/report.md defines them; reference_test.cc has them as the simplest possible code. A join that nobody asks about
// never comes here: the survey is a second pass, given the winners that the join found.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "join/block.h"
#include "join/keys/key_grouping.h"
#include "join/point_in_time_join.h"
#include "join/slots/entity_slots.h"

namespace feast::join {

/// Counts of entity rows, unless said otherwise.
struct JoinFindings {
  /// Without a winner, by reason: the source has no row of that key; it has none at or before the row's time; it has,
  /// but too old or before the request's start.
  int64_t no_entity = 0, nothing_before = 0, outside_window = 0;
  /// With a winner created after the entity row's time.
  int64_t created_later = 0;
  /// With a winner that shares key and event timestamp with other source rows, and won by its created timestamp or, the
  /// created timestamp being shared too, by its position.
  int64_t ties_by_created = 0, ties_by_position = 0;
  /// Source rows beyond the first for each key and event timestamp that winners have.
  int64_t duplicate_rows = 0;
  /// Entity row's time − winner's event timestamp in ns, saturated; −1 for entity rows without a winner.
  std::vector<int64_t> age_ns;
};

class JoinSurvey {
 public:
  /// Groups the entity rows as the join does. `winners` are the join's answer.
  static arrow::Result<std::unique_ptr<JoinSurvey>> Make(const EntityRows& rows,
                                                         const std::vector<std::shared_ptr<arrow::DataType>>& key_types,
                                                         const JoinOptions& options,
                                                         std::span<const SourcePosition> winners);

  /// First: the event and created timestamps (keys are not looked at) of each whole fragment that holds winners, and
  /// the entity rows that have theirs in it. Threads may call at once, each with another fragment.
  arrow::Status ObserveWinners(std::span<const uint32_t> entity_rows, const SourceColumns& columns);
  /// Then, once.
  void Prepare();
  /// Then every part of the source once, but for parts outside key_range. Threads may call at once.
  arrow::Status ObserveSource(const SourceColumns& columns);
  /// To be called once, last.
  JoinFindings Finish();

  /// Smallest and largest wanted value of key `i` when it is an integer; nullopt otherwise.
  std::optional<std::pair<int64_t, int64_t>> key_range(int i) const { return grouping_.range(i); }

 private:
  struct Block;

  JoinSurvey(KeyGrouping grouping, std::span<const SourcePosition> winners, bool filter_by_created)
      : grouping_(std::move(grouping)), winners_(winners), filter_by_created_(filter_by_created) {}

  /// Rows of known keys, and which rows of the block have no event timestamp.
  void CountBlock(int known, const Nulls& without_event, Block* block);
  void FindReason(size_t row, JoinFindings* findings) const;

  const KeyGrouping grouping_;
  const std::span<const SourcePosition> winners_;
  const bool filter_by_created_;
  /// Of each entity row: its group or kNoCode, its time, and its winner's timestamps.
  std::vector<int32_t> groups_;
  std::vector<int64_t> moments_, winner_events_, winner_created_;
  std::vector<uint8_t> has_moment_;
  /// Of each group: whether the source has it, and from when on.
  std::vector<uint8_t> is_known_;
  std::vector<int64_t> known_from_;
  /// The distinct keys and event timestamps of winners, and with created timestamps; of each, how many source rows.
  EntitySlots pairs_, ties_;
  /// Of each entity row, kNoCode without a winner.
  std::vector<int32_t> pair_of_row_, tie_of_row_;
  std::vector<uint32_t> pair_rows_, tie_rows_;
};

}  // namespace feast::join
