#include "offline/tie_break.h"

#include <algorithm>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "join/whole_moments.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

/// Rows [first, last) of a list, all of one fragment.
struct OfFragment {
  size_t first, last;
};

std::vector<OfFragment> SplitByFragment(const std::vector<join::SourcePosition>& rows) {
  std::vector<OfFragment> pieces;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i == 0 || rows[i].fragment != rows[i - 1].fragment) pieces.push_back({i, i});
    pieces.back().last = i + 1;
  }
  return pieces;
}

arrow::Result<std::vector<int64_t>> ReadMoments(const scan::Fragment& fragment, const std::string& column,
                                                const scan::RowSet& rows) {
  ARROW_ASSIGN_OR_RAISE(const auto table, fragment.ReadRows({column}, rows));
  auto moments = join::WholeMoments(*table->column(0));
  join::ForEachNull(*table->column(0), [&](int64_t row) { moments[row] = join::kEarliest; });
  return moments;
}

}  // namespace

arrow::Result<std::vector<int64_t>> MomentsOfRows(const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                                  const std::string& column,
                                                  const std::vector<join::SourcePosition>& rows, int workers) {
  const std::vector<OfFragment> pieces = SplitByFragment(rows);
  std::vector<int64_t> all(rows.size());
  ARROW_RETURN_NOT_OK(ParallelFor(workers, static_cast<int64_t>(pieces.size()), [&](int, int64_t i) -> arrow::Status {
    const OfFragment& piece = pieces[i];
    const scan::Fragment& fragment = *fragments[rows[piece.first].fragment];
    scan::RowSet wanted(fragment.rows());
    for (size_t k = piece.first; k < piece.last; ++k) wanted.Add(rows[k].row);
    wanted.Seal();
    ARROW_ASSIGN_OR_RAISE(const auto moments, ReadMoments(fragment, column, wanted));
    std::copy(moments.begin(), moments.end(), all.begin() + static_cast<std::ptrdiff_t>(piece.first));
    return arrow::Status::OK();
  }));
  return all;
}

}  // namespace feast
