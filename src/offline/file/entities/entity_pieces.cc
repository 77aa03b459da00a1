#include "offline/file/entities/entity_pieces.h"

#include <algorithm>

#include "arrow/table.h"
#include "arrow/type.h"
#include "files/source_reader.h"
#include "offline/file/spill/memory_limit.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

/// Of rows in memory.
constexpr int64_t kPieceRows = 1 << 18;

}  // namespace

EntityPieces EntityPieces::Of(EntityFrame rows) {
  EntityPieces pieces;
  pieces.rows_ = rows.table()->num_rows();
  // It has the schema and the name of the timestamp column, without anything having been read.
  pieces.empty_ = rows.Slice(0, 0);
  pieces.in_memory_ = std::move(rows);
  return pieces;
}

arrow::Result<EntityPieces> EntityPieces::Open(const std::string& path, const std::string& timestamp_column,
                                               const RepoConfig& config) {
  ARROW_ASSIGN_OR_RAISE(const auto reader, scan::SourceReader::Open(EntitySource(path), config));
  EntityPieces pieces;
  pieces.config_ = config;
  ARROW_ASSIGN_OR_RAISE(pieces.fragments_, reader->Fragments());
  ARROW_ASSIGN_OR_RAISE(auto none, arrow::Table::MakeEmpty(reader->schema()));
  ARROW_ASSIGN_OR_RAISE(pieces.empty_, EntityFrame::Make(std::move(none), timestamp_column, config));
  for (const auto& fragment : pieces.fragments_) {
    if (fragment->rows() < 0) {
      // How many rows text has is known once it is read.
      ARROW_ASSIGN_OR_RAISE(EntityFrame rows, pieces.ReadAll());
      return Of(std::move(rows));
    }
    pieces.rows_ += fragment->rows();
  }
  return pieces;
}

int EntityPieces::count() const {
  return static_cast<int>(in_memory_ ? (rows_ + kPieceRows - 1) / kPieceRows : fragments_.size());
}

int64_t EntityPieces::bytes_per_row() const {
  if (in_memory_) return 0;
  int64_t bytes = 0;
  for (const auto& field : empty_->table()->schema()->fields()) bytes += ValueBytes(*field->type());
  return bytes;
}

arrow::Result<EntityFrame> EntityPieces::ReadAll() const {
  if (in_memory_) return *in_memory_;
  std::vector<std::shared_ptr<arrow::Table>> parts(fragments_.size());
  const std::vector<std::string> columns = empty_->table()->schema()->field_names();
  const int workers = WorkerCount();
  const auto count = static_cast<int64_t>(fragments_.size());
  // Few pieces are read one after another by all threads.
  const int together = count < workers ? workers : 1;
  ARROW_RETURN_NOT_OK(ParallelFor(workers / together, count, [&](int, int64_t i) {
    return fragments_[i]->ReadTogether(columns, scan::Dictionaries::kDecoded, together).Value(&parts[i]);
  }));
  if (parts.empty()) return *empty_;
  ARROW_ASSIGN_OR_RAISE(auto rows, arrow::ConcatenateTables(parts));
  return EntityFrame::Make(std::move(rows), empty_->timestamp_column(), config_);
}

arrow::Result<EntityFrame> EntityPieces::Read(int piece) const {
  if (in_memory_) return in_memory_->Slice(piece * kPieceRows, kPieceRows);
  return ReadStored(piece, empty_->table()->schema()->field_names());
}

arrow::Result<EntityFrame> EntityPieces::Read(int piece, std::vector<std::string> columns) const {
  if (in_memory_) return in_memory_->Slice(piece * kPieceRows, kPieceRows);
  const std::string& timestamps = empty_->timestamp_column();
  if (std::find(columns.begin(), columns.end(), timestamps) == columns.end()) columns.push_back(timestamps);
  return ReadStored(piece, columns);
}

arrow::Result<EntityFrame> EntityPieces::ReadStored(int piece, const std::vector<std::string>& columns) const {
  const scan::Fragment& fragment = *fragments_[piece];
  ARROW_ASSIGN_OR_RAISE(auto rows, fragment.Read(columns));
  // Pieces are read twice, for their keys and for the result, and rows of both must be the same.
  if (rows->num_rows() != fragment.rows()) {
    return arrow::Status::IOError("A file of entity rows was changed while it was read; run again: '", fragment.uri(),
                                  "'");
  }
  return EntityFrame::Make(std::move(rows), empty_->timestamp_column(), config_);
}

}  // namespace feast
