// All join keys together: rows of equal keys belong to one group.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "join/chunk_runs.h"
#include "join/keys/integer_codes.h"
#include "join/keys/key_encoder.h"

namespace feast::join {

/// Immutable; threads may share it, each with its own scratch.
class KeyGrouping {
 public:
  /// What one thread needs.
  struct Scratch {
    std::vector<KeyEncoder::Scratch> columns;
    std::array<int64_t, kBlockRows> combined;
    std::array<int32_t, kBlockRows> codes;
  };

  /// Groups the entity rows, writing each row's group, or kNoCode when one of its keys is null or cannot occur in the
  /// source. Without keys all rows form one group.
  static arrow::Result<KeyGrouping> Make(const std::vector<std::shared_ptr<arrow::ChunkedArray>>& entity_keys,
                                         const std::vector<std::string>& names,
                                         const std::vector<std::shared_ptr<arrow::DataType>>& source_types,
                                         int64_t rows, int32_t* groups);

  arrow::Status CheckSourceTypes(const std::vector<std::shared_ptr<arrow::ChunkedArray>>& columns) const;

  /// Which of `rows` ≤ kBlockRows source rows that start `skip` rows beyond `places` (one for each key) have a group,
  /// counted from the first and ascending, and their groups. Returns how many there are.
  int Find(const ChunkPlace* places, int64_t skip, int rows, int32_t* known, int32_t* groups, Scratch* scratch) const;

  /// Groups lie in [0, size).
  int32_t size() const { return size_; }
  int key_count() const { return static_cast<int>(encoders_.size()); }
  std::optional<std::pair<int64_t, int64_t>> range(int key) const { return encoders_[key].range(); }
  std::optional<WantedKeys> wanted(int key, int32_t max) const { return encoders_[key].wanted(max); }

 private:
  /// Joins the codes of the keys so far with those of the next one. Where the product of their counts would overflow,
  /// what there is so far is numbered anew first.
  struct Step {
    int64_t factor = 1;
    bool renumber = false;
    IntegerCodes numbers;
  };

  std::vector<KeyEncoder> encoders_;
  /// One for each key after the first.
  std::vector<Step> steps_;
  /// Numbers the combinations of a composite key.
  IntegerCodes combinations_;
  int32_t size_ = 1;
};

}  // namespace feast::join
