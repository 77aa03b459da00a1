#include "offline/file/tie_break.h"

#include <algorithm>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "join/whole_moments.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

/// Rows [first, last) of a list, all of one fragment.
struct Piece {
  size_t first, last;
};

std::vector<Piece> SplitByFragment(const std::vector<join::SourcePosition>& rows) {
  std::vector<Piece> pieces;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i].fragment != rows[i - 1].fragment) pieces.push_back({i, i});
    pieces.back().last = i + 1;
  }
  return pieces;
}

/// Where there are threads to spare, those of a fragment are of several parts of it.
std::vector<Piece> Split(const std::vector<std::shared_ptr<scan::Fragment>>& fragments, const std::string& column,
                         const std::vector<join::SourcePosition>& rows, int workers) {
  const std::vector<Piece> of_fragments = SplitByFragment(rows);
  const auto count = static_cast<int64_t>(of_fragments.size());
  std::vector<Piece> pieces;
  for (const auto& [first, last] : of_fragments) {
    size_t end = first;
    for (const scan::RowStretch& part :
         fragments[rows[first].fragment]->Parts({column}, (workers + count - 1) / count)) {
      const size_t begin = end;
      // Rows ascend, and parts too: together they take in every row once.
      while (end < last && rows[end].row < part.first + part.count) ++end;
      if (begin < end) pieces.push_back({begin, end});
    }
  }
  return pieces;
}

arrow::Result<std::vector<int64_t>> ReadMoments(const scan::Fragment& fragment, const std::string& column,
                                                const scan::RowSet& rows) {
  ARROW_ASSIGN_OR_RAISE(const auto table, fragment.ReadRows({column}, rows, scan::Dictionaries::kKept));
  auto moments = join::WholeMoments(*table->column(0));
  join::ForEachNull(*table->column(0), [&](int64_t row) { moments[row] = join::kEarliest; });
  return moments;
}

}  // namespace

arrow::Result<std::vector<int64_t>> MomentsOfRows(const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                                  const std::string& column,
                                                  const std::vector<join::SourcePosition>& rows, int workers) {
  const std::vector<Piece> pieces = Split(fragments, column, rows, workers);
  std::vector<int64_t> all(rows.size());
  ARROW_RETURN_NOT_OK(ParallelFor(workers, static_cast<int64_t>(pieces.size()), [&](int, int64_t i) -> arrow::Status {
    const Piece& piece = pieces[i];
    const scan::Fragment& fragment = *fragments[rows[piece.first].fragment];
    // Created timestamps are looked up only where a fragment reads by page, and then its rows are known.
    scan::RowSet wanted(fragment.rows());
    for (size_t k = piece.first; k < piece.last; ++k) wanted.Add(rows[k].row);
    wanted.Seal();
    ARROW_ASSIGN_OR_RAISE(const auto moments, ReadMoments(fragment, column, wanted));
    // `rows` has each row once and ascending, as the set gives them: they match one by one.
    std::copy(moments.begin(), moments.end(), all.begin() + static_cast<std::ptrdiff_t>(piece.first));
    return arrow::Status::OK();
  }));
  return all;
}

}  // namespace feast
