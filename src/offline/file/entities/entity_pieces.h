// The entity rows of a request, piece by piece: those of a file need not be in memory together.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/repo_config.h"
#include "files/fragment.h"
#include "offline/file/entities/entity_frame.h"

namespace feast {

/// Immutable; threads may read at once.
class EntityPieces {
 public:
  /// Rows that are in memory already.
  static EntityPieces Of(EntityFrame rows);
  /// Rows of a Parquet or CSV file, folder or URI; a piece is a row group, a CSV file is read as a whole here. See
  /// EntityFrame::Make.
  static arrow::Result<EntityPieces> Open(const std::string& path, const std::string& timestamp_column,
                                          const RepoConfig& config);

  int64_t rows() const { return rows_; }
  int count() const;
  /// What reading all rows adds to memory, per row.
  int64_t bytes_per_row() const;
  /// Without rows; for its columns.
  const EntityFrame& empty() const { return *empty_; }

  /// All rows.
  arrow::Result<EntityFrame> ReadAll() const;
  /// One piece: all columns, or those named and the timestamps.
  arrow::Result<EntityFrame> Read(int piece) const;
  arrow::Result<EntityFrame> Read(int piece, std::vector<std::string> columns) const;

 private:
  arrow::Result<EntityFrame> ReadStored(int piece, const std::vector<std::string>& columns) const;

  RepoConfig config_;
  int64_t rows_ = 0;
  std::optional<EntityFrame> in_memory_, empty_;
  std::vector<std::shared_ptr<scan::Fragment>> fragments_;
};

}  // namespace feast
