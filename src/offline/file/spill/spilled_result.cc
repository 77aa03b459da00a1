#include "offline/file/spill/spilled_result.h"

#include <algorithm>
#include <map>

#include "arrow/array/array_base.h"
#include "arrow/array/array_primitive.h"
#include "arrow/array/concatenate.h"
#include "arrow/buffer.h"
#include "arrow/compute/api_vector.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "feast/call_context.h"

namespace feast {
namespace {

/// How the rows of a batch are spread over partitions.
struct Spread {
  std::vector<int64_t> rows_of_partition;
  /// For each row, its place when partition follows partition.
  std::shared_ptr<arrow::Array> places;
};

// Partitions keep the order of the entity rows, and so does this count: the n-th row of a partition here is the n-th
// whose features were set aside.
Spread SpreadOf(const std::vector<uint8_t>& partitions, int count) {
  Spread spread{std::vector<int64_t>(count, 0), nullptr};
  for (const uint8_t partition : partitions) ++spread.rows_of_partition[partition];
  std::vector<int64_t> next(count, 0);
  for (int i = 1; i < count; ++i) next[i] = next[i - 1] + spread.rows_of_partition[i - 1];
  std::vector<int64_t> places(partitions.size());
  std::transform(partitions.begin(), partitions.end(), places.begin(),
                 [&](uint8_t partition) { return next[partition]++; });
  const auto rows = static_cast<int64_t>(places.size());
  spread.places = std::make_shared<arrow::Int64Array>(rows, arrow::Buffer::FromVector(std::move(places)));
  return spread;
}

arrow::Status AppendFeatures(const Spread& spread, SpilledFeatures* features, arrow::ArrayVector* columns) {
  const int count = features->schema()->num_fields();
  if (count == 0) return arrow::Status::OK();
  std::vector<std::shared_ptr<arrow::RecordBatch>> parts;
  for (size_t partition = 0; partition < spread.rows_of_partition.size(); ++partition) {
    // Exactly as many rows as the batch has of each partition, so that every view moves on by the same rows.
    ARROW_RETURN_NOT_OK(features->Take(static_cast<int>(partition), spread.rows_of_partition[partition], &parts));
  }
  for (int i = 0; i < count; ++i) {
    arrow::ArrayVector arrays;
    for (const auto& part : parts) arrays.push_back(part->column(i));
    ARROW_ASSIGN_OR_RAISE(const auto values, arrow::Concatenate(arrays));
    ARROW_ASSIGN_OR_RAISE(auto ordered, arrow::compute::Take(*values, *spread.places));
    columns->push_back(std::move(ordered));
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::RecordBatch>> SpilledResult::WithFeatures(const arrow::RecordBatch& rows) {
  arrow::ArrayVector columns = rows.columns();
  std::map<const KeyPartitions*, Spread> spreads;
  for (const SpilledView& view : views_) {
    // Once for all views that were split alike.
    auto spread = spreads.find(view.keys.get());
    if (spread == spreads.end()) {
      ARROW_ASSIGN_OR_RAISE(const auto partitions, view.keys->PartitionsOf(rows));
      spread = spreads.emplace(view.keys.get(), SpreadOf(partitions, view.keys->partitions())).first;
    }
    ARROW_RETURN_NOT_OK(AppendFeatures(spread->second, view.features.get(), &columns));
  }
  return arrow::RecordBatch::Make(schema_, rows.num_rows(), std::move(columns));
}

arrow::Status SpilledResult::ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) {
  std::shared_ptr<arrow::RecordBatch> rows;
  while (true) {
    ARROW_RETURN_NOT_OK(CallContext::OfThread().Check());
    // The reader gives null at the end of the piece; `rows` is null too before the first piece.
    if (piece_) ARROW_RETURN_NOT_OK(piece_->ReadNext(&rows));
    if (rows && rows->num_rows() > 0) return WithFeatures(*rows).Value(batch);
    if (rows) continue;
    if (next_piece_ == entities_.count()) {
      batch->reset();
      return arrow::Status::OK();
    }
    ARROW_ASSIGN_OR_RAISE(const EntityFrame piece, entities_.Read(next_piece_++));
    // Batches end where chunks do, so that dictionaries need not be made one.
    piece_ = std::make_unique<arrow::TableBatchReader>(piece.table());
    piece_->set_chunksize(batch_rows_);
  }
}

}  // namespace feast
