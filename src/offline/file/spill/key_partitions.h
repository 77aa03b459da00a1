// The keys and times of entity rows that are too many for memory, split by key and set aside on disk.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/repo_config.h"
#include "offline/file/entities/entity_frame.h"
#include "offline/file/entities/entity_pieces.h"
#include "offline/file/spill/spill_file.h"

namespace feast {

/// Rows of a partition keep their order. What is joined at a time is a portion: a partition, or a part of one that is
/// large because a few keys have most rows.
class KeyPartitions {
 public:
  static constexpr int kPartitionsMax = 256;

  /// Reads all pieces, on several threads. `partitions` is at most kPartitionsMax.
  static arrow::Result<std::unique_ptr<KeyPartitions>> Make(const EntityPieces& entities, std::vector<std::string> keys,
                                                            int partitions, int64_t portion_rows,
                                                            const RepoConfig& config);

  int partitions() const { return partitions_; }
  int portions() const { return static_cast<int>(portions_.size()); }
  /// Portions of one partition come one after another, in the order of their rows.
  int partition_of(int portion) const { return portions_[portion].partition; }
  arrow::Result<EntityFrame> Read(int portion) const;

  /// The partition of each of `rows`, some of the entity rows with at least the keys.
  arrow::Result<std::vector<uint8_t>> PartitionsOf(const arrow::RecordBatch& rows) const;

 private:
  struct Portion {
    int partition = 0;
    int64_t rows = 0;
    /// Of the file.
    std::vector<int> batches;
  };
  struct Batch {
    /// Of the file.
    int number;
    int64_t rows;
  };
  /// What one piece of the entity rows gave one partition: batches that each fit a portion.
  struct Share {
    int64_t rows = 0;
    std::vector<Batch> batches;
  };

  arrow::Status Add(const EntityFrame& rows, std::vector<Share>* shares);
  void MakePortions(const std::vector<std::vector<Share>>& shares_of_piece);

  RepoConfig config_;
  std::vector<std::string> keys_;
  std::string timestamp_column_;
  int partitions_ = 1;
  int64_t portion_rows_ = 0;
  std::mutex mutex_;
  std::unique_ptr<SpillFile> file_;
  std::vector<Portion> portions_;
};

}  // namespace feast
