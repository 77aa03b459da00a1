#include "offline/file/feature_gather.h"

#include <algorithm>
#include <map>
#include <optional>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "files/places/read_ahead.h"
#include "offline/file/feature_column_output.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

/// Values decoded at a time by one thread: some columns of one fragment, at least one.
constexpr int64_t kValuesAtOnce = 4 << 20;

/// Rows are taken out one by one when fewer than one in this many is wanted.
constexpr int64_t kSparseShare = 4;

/// The columns of one view's features, each once.
class ViewOutputs {
 public:
  static arrow::Result<ViewOutputs> Make(const ViewWinners& view) {
    ViewOutputs made;
    made.view_ = view;
    for (const std::string& column : view.source->feature_columns()) {
      ARROW_ASSIGN_OR_RAISE(made.outputs_[column],
                            FeatureColumnOutput::Make(view.source->type_of(column), *view.winners));
    }
    return made;
  }

  bool HasWinnersIn(int32_t fragment) const { return !view_.winners->entity_rows_of(fragment).empty(); }
  const ViewWinners& view() const { return view_; }

  arrow::Status Scatter(int32_t fragment, const arrow::Table& table, const scan::RowSet* rows) {
    for (int i = 0; i < table.num_columns(); ++i) {
      const auto output = outputs_.find(table.field(i)->name());
      if (output != outputs_.end()) ARROW_RETURN_NOT_OK(output->second->Scatter(fragment, table.column(i), rows));
    }
    return arrow::Status::OK();
  }

  arrow::Result<std::vector<std::shared_ptr<arrow::ChunkedArray>>> Finish() {
    std::map<std::string, std::shared_ptr<arrow::ChunkedArray>> finished;
    for (auto& [column, output] : outputs_) {
      ARROW_ASSIGN_OR_RAISE(finished[column], output->Finish());
      // Columns are finished one by one, and each gives back what it was made from.
      output.reset();
    }
    std::vector<std::shared_ptr<arrow::ChunkedArray>> features;
    for (const FeatureColumn& feature : view_.source->view().features) {
      features.push_back(finished[feature.source_column]);
    }
    return features;
  }

 private:
  ViewWinners view_;
  std::map<std::string, std::unique_ptr<FeatureColumnOutput>> outputs_;
};

/// A fragment that holds winners, and the columns wanted of it.
struct WonFragment {
  int32_t index;
  std::vector<std::string> columns;
};

std::vector<WonFragment> WonFragments(const std::vector<ViewOutputs>& views, size_t fragment_count) {
  std::vector<WonFragment> won;
  for (size_t i = 0; i < fragment_count; ++i) {
    WonFragment fragment{static_cast<int32_t>(i), {}};
    for (const ViewOutputs& view : views) {
      if (!view.HasWinnersIn(fragment.index)) continue;
      for (const std::string& column : view.view().source->feature_columns()) {
        const bool known =
            std::find(fragment.columns.begin(), fragment.columns.end(), column) != fragment.columns.end();
        if (!known) fragment.columns.push_back(column);
      }
    }
    if (!fragment.columns.empty()) won.push_back(std::move(fragment));
  }
  return won;
}

/// Pieces of work: some columns of one fragment each. They come fragment by fragment, so that ReadAhead fetches what
/// lies together at once.
std::vector<WonFragment> SplitWork(const std::vector<WonFragment>& won,
                                   const std::vector<std::shared_ptr<scan::Fragment>>& fragments, int workers) {
  size_t columns = 0;
  for (const WonFragment& fragment : won) columns += fragment.columns.size();
  // At least a piece for each thread.
  const size_t step_max = std::max<size_t>(columns / static_cast<size_t>(workers), 1);
  std::vector<WonFragment> pieces;
  for (const WonFragment& fragment : won) {
    const int64_t rows = fragments[fragment.index]->rows();
    // A file that must be read as a whole is read once.
    const size_t step = rows <= 0 ? fragment.columns.size() : std::clamp<size_t>(kValuesAtOnce / rows, 1, step_max);
    for (size_t first = 0; first < fragment.columns.size(); first += step) {
      const auto begin = fragment.columns.begin() + static_cast<std::ptrdiff_t>(first);
      const size_t count = std::min(step, fragment.columns.size() - first);
      pieces.push_back({fragment.index, {begin, begin + static_cast<std::ptrdiff_t>(count)}});
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

/// Rows up to the last that won, of a file that does not know its rows before it is read.
int64_t RowsUpToWinners(int32_t index, const std::vector<ViewOutputs>& views) {
  int64_t end = 0;
  for (const ViewOutputs& view : views) {
    const WinnerOrder& winners = *view.view().winners;
    for (const uint32_t row : winners.entity_rows_of(index)) end = std::max<int64_t>(end, winners.winner(row).row + 1);
  }
  return end;
}

/// The rows that won in any view, or nothing where they are so many that reading all of the fragment is quicker.
std::optional<scan::RowSet> WonRows(int32_t index, int64_t fragment_rows, const std::vector<ViewOutputs>& views) {
  const bool is_known = fragment_rows >= 0;
  const int64_t rows = is_known ? fragment_rows : RowsUpToWinners(index, views);
  size_t count = 0;
  for (const ViewOutputs& view : views) count += view.view().winners->entity_rows_of(index).size();
  // Counted with repetitions, since several entity rows may have the same winner: too high at worst, and then all is
  // read.
  if (is_known && static_cast<int64_t>(count) > rows / kSparseShare) return std::nullopt;
  scan::RowSet won(rows);
  for (const ViewOutputs& view : views) {
    const WinnerOrder& winners = *view.view().winners;
    for (const uint32_t row : winners.entity_rows_of(index)) won.Add(winners.winner(row).row);
  }
  won.Seal();
  return won;
}

arrow::Status ReadPiece(const WonFragment& piece, const scan::Fragment& fragment, std::vector<ViewOutputs>* views) {
  const auto won = WonRows(piece.index, fragment.rows(), *views);
  ARROW_ASSIGN_OR_RAISE(const auto table, won ? fragment.ReadRows(piece.columns, *won) : fragment.Read(piece.columns));
  for (ViewOutputs& view : *views) {
    if (!view.HasWinnersIn(piece.index)) continue;
    // A set of rows is read as it is, or the reader says that the fragment has fewer.
    if (!won) ARROW_RETURN_NOT_OK(CheckRows(fragment, piece.index, table->num_rows(), *view.view().winners));
    ARROW_RETURN_NOT_OK(view.Scatter(piece.index, *table, won ? &*won : nullptr));
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::vector<std::vector<std::shared_ptr<arrow::ChunkedArray>>>> GatherFeatures(
    const std::vector<ViewWinners>& views, const std::vector<std::shared_ptr<scan::Fragment>>& fragments, int workers,
    RowProgress* progress) {
  std::vector<ViewOutputs> outputs;
  for (const ViewWinners& view : views) {
    ARROW_ASSIGN_OR_RAISE(ViewOutputs output, ViewOutputs::Make(view));
    outputs.push_back(std::move(output));
  }
  const std::vector<WonFragment> pieces = SplitWork(WonFragments(outputs, fragments.size()), fragments, workers);
  const auto rows_of = [&](const WonFragment& piece) { return std::max<int64_t>(0, fragments[piece.index]->rows()); };
  scan::ReadAhead ahead;
  for (const WonFragment& piece : pieces) {
    progress->Expect(rows_of(piece));
    ahead.Add(*fragments[piece.index], piece.columns);
  }
  // No two pieces have a column of a fragment in common, and no two fragments an entity row: threads write to places of
  // their own.
  ARROW_RETURN_NOT_OK(ParallelFor(workers, static_cast<int64_t>(pieces.size()), [&](int, int64_t i) {
    const scan::Hold fetched = ahead.Take(i);
    ARROW_RETURN_NOT_OK(ReadPiece(pieces[i], *fragments[pieces[i].index], &outputs));
    progress->Done(rows_of(pieces[i]));
    return arrow::Status::OK();
  }));

  std::vector<std::vector<std::shared_ptr<arrow::ChunkedArray>>> features;
  for (ViewOutputs& view : outputs) {
    ARROW_ASSIGN_OR_RAISE(auto finished, view.Finish());
    features.push_back(std::move(finished));
  }
  return features;
}

}  // namespace feast
