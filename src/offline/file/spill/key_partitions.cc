#include "offline/file/spill/key_partitions.h"

#include <algorithm>

#include "arrow/array/array_base.h"
#include "arrow/array/array_primitive.h"
#include "arrow/buffer.h"
#include "arrow/chunked_array.h"
#include "arrow/compute/api_vector.h"
#include "arrow/compute/cast.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "files/schema/type_union.h"
#include "join/keys/key_hashes.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

/// The columns by which rows are joined, as the file holds them: without dictionaries, for those differ from piece to
/// piece.
arrow::Result<std::shared_ptr<arrow::Table>> JoinColumns(const EntityFrame& rows,
                                                         const std::vector<std::string>& keys) {
  std::vector<std::string> names = keys;
  if (std::find(keys.begin(), keys.end(), rows.timestamp_column()) == keys.end()) {
    names.push_back(rows.timestamp_column());
  }
  std::vector<std::shared_ptr<arrow::Field>> fields;
  std::vector<std::shared_ptr<arrow::ChunkedArray>> columns;
  for (const std::string& name : names) {
    auto column = rows.table()->GetColumnByName(name);
    const auto type = scan::PlainType(column->type());
    if (!type->Equals(*column->type())) {
      ARROW_ASSIGN_OR_RAISE(const arrow::Datum plain, arrow::compute::Cast(arrow::Datum(column), type));
      column = plain.chunked_array();
    }
    fields.push_back(arrow::field(name, type));
    columns.push_back(std::move(column));
  }
  return arrow::Table::Make(arrow::schema(std::move(fields)), std::move(columns), rows.table()->num_rows());
}

}  // namespace

arrow::Result<std::unique_ptr<KeyPartitions>> KeyPartitions::Make(const EntityPieces& entities,
                                                                  std::vector<std::string> keys, int partitions,
                                                                  int64_t portion_rows, const RepoConfig& config) {
  auto made = std::make_unique<KeyPartitions>();
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  made->config_ = config;
  made->keys_ = std::move(keys);
  made->timestamp_column_ = entities.empty().timestamp_column();
  // Without keys there is nothing to split by.
  made->partitions_ = made->keys_.empty() ? 1 : partitions;
  made->portion_rows_ = portion_rows;
  ARROW_ASSIGN_OR_RAISE(const auto columns, JoinColumns(entities.empty(), made->keys_));
  ARROW_ASSIGN_OR_RAISE(made->file_, SpillFile::Make(columns->schema()));
  // A place for each piece, so that threads share only the file. Pieces are put in order afterwards, whichever came
  // first.
  std::vector<std::vector<Share>> shares(entities.count(), std::vector<Share>(made->partitions_));
  ARROW_RETURN_NOT_OK(ParallelFor(WorkerCount(), entities.count(), [&](int, int64_t i) {
    ARROW_ASSIGN_OR_RAISE(const EntityFrame rows, entities.Read(static_cast<int>(i), made->keys_));
    return made->Add(rows, &shares[i]);
  }));
  ARROW_RETURN_NOT_OK(made->file_->Seal());
  made->MakePortions(shares);
  return made;
}

arrow::Result<std::vector<uint8_t>> KeyPartitions::PartitionsOf(const arrow::RecordBatch& rows) const {
  std::vector<std::shared_ptr<arrow::ChunkedArray>> columns;
  for (const std::string& key : keys_) {
    columns.push_back(std::make_shared<arrow::ChunkedArray>(rows.GetColumnByName(key)));
  }
  ARROW_ASSIGN_OR_RAISE(const auto hashes, join::HashKeys(columns, keys_, rows.num_rows()));
  // kPartitionsMax partitions have numbers that fit a byte. SpilledResult asks again for the same rows and must get the
  // same answer: the hash depends on nothing but the keys' values.
  std::vector<uint8_t> partitions(hashes.size());
  std::transform(hashes.begin(), hashes.end(), partitions.begin(),
                 [this](uint64_t hash) { return static_cast<uint8_t>(hash % static_cast<uint64_t>(partitions_)); });
  return partitions;
}

arrow::Status KeyPartitions::Add(const EntityFrame& rows, std::vector<Share>* shares) {
  ARROW_ASSIGN_OR_RAISE(const auto columns, JoinColumns(rows, keys_));
  ARROW_ASSIGN_OR_RAISE(const auto batch, columns->CombineChunksToBatch());
  ARROW_ASSIGN_OR_RAISE(const std::vector<uint8_t> partitions, PartitionsOf(*batch));
  // A counting sort, stable, so that rows keep their order.
  for (const uint8_t partition : partitions) ++(*shares)[partition].rows;
  std::vector<int64_t> next(partitions_, 0);
  for (int i = 1; i < partitions_; ++i) next[i] = next[i - 1] + (*shares)[i - 1].rows;
  std::vector<int64_t> order(partitions.size());
  for (size_t row = 0; row < partitions.size(); ++row) order[next[partitions[row]]++] = static_cast<int64_t>(row);
  const auto row_count = static_cast<int64_t>(order.size());
  const arrow::Int64Array indices(row_count, arrow::Buffer::FromVector(std::move(order)));
  ARROW_ASSIGN_OR_RAISE(const auto sorted, arrow::compute::Take(arrow::Datum(batch), arrow::Datum(indices)));
  int64_t first = 0;
  // Only writing takes turns. What was sorted above is this thread's.
  const std::lock_guard<std::mutex> lock(mutex_);
  for (Share& share : *shares) {
    const int64_t end = first + share.rows;
    while (first < end) {
      // No batch is larger than a portion, so that a key with most of the rows does not bring back the whole memory.
      const int64_t rows_at_once = std::min(end - first, portion_rows_);
      ARROW_ASSIGN_OR_RAISE(const int number, file_->Append(*sorted.record_batch()->Slice(first, rows_at_once)));
      share.batches.push_back({number, rows_at_once});
      first += rows_at_once;
    }
  }
  return arrow::Status::OK();
}

void KeyPartitions::MakePortions(const std::vector<std::vector<Share>>& shares_of_piece) {
  for (int partition = 0; partition < partitions_; ++partition) {
    // A partition's first batch always starts a portion: a portion is of one partition, whose features are set aside
    // together.
    bool started = false;
    // In the order of the pieces, and in each in the order of its rows: SpilledResult takes features from the front.
    for (const std::vector<Share>& shares : shares_of_piece) {
      for (const Batch& batch : shares[partition].batches) {
        if (!started || portions_.back().rows + batch.rows > portion_rows_) portions_.push_back({partition, 0, {}});
        started = true;
        portions_.back().rows += batch.rows;
        portions_.back().batches.push_back(batch.number);
      }
    }
  }
}

arrow::Result<EntityFrame> KeyPartitions::Read(int portion) const {
  std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
  for (const int batch : portions_[portion].batches) {
    ARROW_ASSIGN_OR_RAISE(auto rows, file_->Read(batch));
    batches.push_back(std::move(rows));
  }
  ARROW_ASSIGN_OR_RAISE(auto table, arrow::Table::FromRecordBatches(file_->schema(), batches));
  return EntityFrame::Make(std::move(table), timestamp_column_, config_);
}

}  // namespace feast
