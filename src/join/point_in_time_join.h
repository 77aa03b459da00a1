// The point-in-time join: for each entity row, the newest source row of the same key at or before the row's time.
//
// The rules are in docs/semantics/point_in_time.md; reference_test.cc is those rules as the simplest possible code. The
// entity rows are the small side: they are grouped by key and sorted by time once, then the source is streamed past
// them in any order (Observe, from several threads), each source row landing in one slot. Finish carries winners
// forward and gives, for each entity row, where its winner lies; the caller then gathers feature columns from just
// those places.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "join/huge_vector.h"

namespace feast::join {

/// Where a source row lies: the caller numbers its fragments (row groups, batches) as it likes.
struct SourcePosition {
  int32_t fragment;
  int32_t row;

  bool operator==(const SourcePosition&) const = default;
  bool operator<(const SourcePosition& other) const {
    return fragment != other.fragment ? fragment < other.fragment : row < other.row;
  }
};
inline constexpr SourcePosition kNoRow{-1, -1};
/// One for each entity row.
using SourcePositions = HugeVector<SourcePosition>;

/// The entity side of one view's join.
struct EntityRows {
  /// One array per join key, all of the entity rows' length. Empty for views without entities.
  std::vector<std::shared_ptr<arrow::ChunkedArray>> keys;
  /// Names, for messages, in the order of `keys`.
  std::vector<std::string> key_names;
  /// timestamp(any unit, any or no zone); naive means UTC. Rows with a null match nothing.
  std::shared_ptr<arrow::ChunkedArray> event_timestamp;
};

/// Distinct values of a join key among the entity rows: of one kind or the other.
struct WantedKeys {
  /// As the source's column holds them; the bits of unsigned ones.
  std::vector<int64_t> integers;
  /// Borrowed from the entity side.
  std::vector<std::string_view> texts;
};

/// Nanoseconds since 1970, both inclusive.
struct MomentRange {
  int64_t first, last;
};

struct JoinOptions {
  /// Unset or not positive: no lower bound.
  std::optional<int64_t> ttl_us;
  /// Ignore source rows whose created timestamp lies after the entity row's time.
  bool filter_by_created = false;
  /// Ignore source rows before this moment (ns since epoch), for requests with a start date.
  std::optional<int64_t> source_start_ns;
};

/// The join columns of a fragment or of a slice of one, all of one length. `created` may be null (no created column).
struct SourceColumns {
  std::vector<std::shared_ptr<arrow::ChunkedArray>> keys;
  std::shared_ptr<arrow::ChunkedArray> event_timestamp;
  std::shared_ptr<arrow::ChunkedArray> created;
  /// There is a created column, which will be looked up for just those rows that it decides between: `created` is null.
  bool created_on_demand = false;
  /// Where the slice starts in its fragment.
  int64_t first_row = 0;
};

class EntitySide;

class PointInTimeJoin {
 public:
  /// Groups and sorts the entity rows. `key_types` are the source's types of the join keys: entity keys are brought to
  /// them losslessly, or TypeError names the column and both types.
  static arrow::Result<std::unique_ptr<PointInTimeJoin>> Make(
      const EntityRows& rows, const std::vector<std::shared_ptr<arrow::DataType>>& key_types,
      const JoinOptions& options);
  /// The same for entity rows (join/entity_side.h) that other joins use too.
  static std::unique_ptr<PointInTimeJoin> Make(std::shared_ptr<const EntitySide> side, const JoinOptions& options);
  virtual ~PointInTimeJoin() = default;

  /// Source rows outside this window (inclusive, ns) match nothing; for pruning fragments by statistics.
  virtual int64_t min_source_ns() const = 0;
  virtual int64_t max_source_ns() const = 0;
  /// Smallest and largest wanted value of key `i` when it is an integer; nullopt otherwise.
  virtual std::optional<std::pair<int64_t, int64_t>> key_range(int i) const = 0;
  /// The distinct wanted values of key `i` when the source's column is of an integer, text or binary type and they are
  /// at most `max`.
  virtual std::optional<WantedKeys> wanted_keys(int i, int32_t max) const = 0;

  /// Offers rows of one fragment. Threads may call it at once, each with its own `worker` in [0, workers).
  virtual arrow::Status Observe(int worker, int32_t fragment, const SourceColumns& columns) = 0;
  /// To be called once, before the first Observe.
  virtual void set_workers(int workers) = 0;
  /// Bounds of the event timestamps of fragments 0, 1, …, unset for those that will not be observed. May be called
  /// once, before the first Observe, which is quicker then when fragments come newest first.
  virtual void set_fragment_moments(const std::vector<std::optional<MomentRange>>& fragments) = 0;
  /// False when no row of the fragment can win any more, by what was observed of others. Threads may ask at any time
  /// before Merge.
  virtual bool MayWin(int32_t fragment) = 0;

  /// Rows observed with `created_on_demand` between which only their created timestamps decide. A worker's own may be
  /// decided at any time between its calls of Observe, to keep them few; Merge, after the last Observe, leaves all that
  /// are left to worker 0.
  virtual int64_t ties(int worker) const = 0;
  virtual void Merge() = 0;
  /// What must be known to decide a worker's ties: ascending, each once. Forgets ties that no longer matter. On
  /// `threads` threads, and so is Decide.
  virtual std::vector<SourcePosition> TiedRows(int worker, int threads) = 0;
  /// Decides by the created moments (kEarliest: null) of `rows`, which TiedRows gave.
  virtual void Decide(int worker, int threads, const std::vector<SourcePosition>& rows,
                      const std::vector<int64_t>& created) = 0;

  /// For each entity row in order, the winner or kNoRow. Ties on both timestamps go to the greater position. Nothing
  /// may be left to decide.
  virtual arrow::Result<SourcePositions> Finish() = 0;
};

}  // namespace feast::join
