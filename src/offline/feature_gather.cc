#include "offline/feature_gather.h"

#include <algorithm>
#include <map>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "offline/feature_column_output.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

/// Values decoded at a time by one thread: some columns of one fragment, at least one.
constexpr int64_t kValuesAtOnce = 4 << 20;

struct Piece {
  int32_t fragment;
  size_t first_column, last_column;
};

std::vector<Piece> SplitWork(const std::vector<std::shared_ptr<scan::Fragment>>& fragments, const WinnerOrder& winners,
                             size_t columns) {
  std::vector<Piece> pieces;
  // At least a piece for each thread.
  const size_t step_max = columns * winners.fragments().size() / static_cast<size_t>(WorkerCount());
  for (const int32_t fragment : winners.fragments()) {
    const int64_t rows = fragments[fragment]->rows();
    // A file that must be read as a whole is read once.
    const size_t step =
        rows <= 0 ? columns : std::clamp<size_t>(kValuesAtOnce / rows, 1, std::max<size_t>(step_max, 1));
    for (size_t first = 0; first < columns; first += step) {
      pieces.push_back({fragment, first, std::min(first + step, columns)});
    }
  }
  return pieces;
}

/// A file that was replaced after the first pass must not make us read past its end.
arrow::Status CheckRows(const scan::Fragment& fragment, int32_t index, int64_t rows, const WinnerOrder& winners) {
  for (const uint32_t row : winners.entity_rows_of(index)) {
    if (winners.winner(row).row >= rows) {
      return arrow::Status::IOError("A file was changed while it was read; run again: '", fragment.uri(), "'");
    }
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::vector<std::shared_ptr<arrow::ChunkedArray>>> GatherFeatures(
    const ViewSource& source, const std::vector<std::shared_ptr<scan::Fragment>>& fragments, const WinnerOrder& winners,
    RowProgress* progress) {
  const std::vector<std::string> columns = source.feature_columns();
  std::vector<std::unique_ptr<FeatureColumnOutput>> outputs;
  for (const std::string& column : columns) {
    ARROW_ASSIGN_OR_RAISE(auto output, FeatureColumnOutput::Make(source.type_of(column), winners));
    outputs.push_back(std::move(output));
  }

  const std::vector<Piece> pieces = SplitWork(fragments, winners, columns.size());
  const auto rows_of = [&](const Piece& piece) { return std::max<int64_t>(0, fragments[piece.fragment]->rows()); };
  for (const Piece& piece : pieces) progress->Expect(rows_of(piece));
  ARROW_RETURN_NOT_OK(ParallelFor(WorkerCount(), static_cast<int64_t>(pieces.size()), [&](int, int64_t i) {
    const Piece& piece = pieces[i];
    const scan::Fragment& fragment = *fragments[piece.fragment];
    ARROW_ASSIGN_OR_RAISE(const auto table,
                          fragment.Read({columns.begin() + piece.first_column, columns.begin() + piece.last_column}));
    ARROW_RETURN_NOT_OK(CheckRows(fragment, piece.fragment, table->num_rows(), winners));
    for (size_t c = piece.first_column; c < piece.last_column; ++c) {
      ARROW_RETURN_NOT_OK(outputs[c]->Scatter(piece.fragment, table->column(static_cast<int>(c - piece.first_column))));
    }
    progress->Done(rows_of(piece));
    return arrow::Status::OK();
  }));

  std::map<std::string, std::shared_ptr<arrow::ChunkedArray>> finished;
  for (size_t c = 0; c < columns.size(); ++c) {
    ARROW_ASSIGN_OR_RAISE(finished[columns[c]], outputs[c]->Finish());
  }
  std::vector<std::shared_ptr<arrow::ChunkedArray>> features;
  for (const FeatureColumn& feature : source.view().features) features.push_back(finished[feature.source_column]);
  return features;
}

}  // namespace feast
