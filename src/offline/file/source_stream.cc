#include "offline/file/source_stream.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "arrow/table.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

/// Slices of fewer rows are not worth a thread.
constexpr int64_t kSliceRowsMin = 1 << 14;

/// Columns of a remote fragment that are at most this many bytes together are fetched at once, features and all: less
/// than what passes by while a second request is answered.
constexpr int64_t kFetchedWholeBytes = 512 << 10;

void AddMissing(const std::vector<std::string>& columns, std::vector<std::string>* all) {
  for (const std::string& column : columns) {
    if (std::find(all->begin(), all->end(), column) == all->end()) all->push_back(column);
  }
}

/// A fragment and the joins that want it.
struct WantedFragment {
  int32_t index;
  const scan::Fragment* fragment;
  std::vector<const ViewJoin*> joins;
  /// The greatest event timestamp that it may hold, ns.
  int64_t newest_ns;

  std::vector<std::string> columns() const {
    std::vector<std::string> all;
    for (const ViewJoin* join : joins) AddMissing(join->columns(*fragment), &all);
    return all;
  }
  /// Those that are read should it hold winners.
  std::vector<std::string> feature_columns() const {
    std::vector<std::string> all;
    for (const ViewJoin* join : joins) AddMissing(join->feature_columns(), &all);
    return all;
  }
  int64_t rows() const { return std::max<int64_t>(fragment->rows(), 0); }
  /// False when newer fragments have left it nothing to win.
  bool MayWin() const {
    return std::ranges::any_of(joins, [this](const ViewJoin* join) { return join->MayWin(index); });
  }
};

std::vector<WantedFragment> WantedFragments(const std::vector<std::shared_ptr<scan::Fragment>>& fragments, int workers,
                                            std::vector<ViewJoin>* joins) {
  std::vector<WantedFragment> all;
  all.reserve(fragments.size());
  for (size_t i = 0; i < fragments.size(); ++i) {
    all.push_back({static_cast<int32_t>(i), fragments[i].get(), {}, INT64_MIN});
  }
  for (ViewJoin& join : *joins) {
    const auto moments = join.Start(fragments, workers);
    for (size_t i = 0; i < fragments.size(); ++i) {
      if (!moments[i]) continue;
      all[i].joins.push_back(&join);
      all[i].newest_ns = std::max(all[i].newest_ns, moments[i]->last);
    }
  }
  std::erase_if(all, [](const WantedFragment& fragment) { return fragment.joins.empty(); });
  // Newest first: most of the older rows then lose at once.
  std::ranges::stable_sort(all, std::greater<>(), &WantedFragment::newest_ns);
  return all;
}

void AddTo(scan::ReadAhead* ahead, const WantedFragment& wanted) {
  std::vector<std::string> columns = wanted.columns();
  const std::vector<std::string> features = wanted.feature_columns();
  std::vector<std::string> all = columns;
  AddMissing(features, &all);
  // Features are fetched with the keys where that is one request less, or where columns are both. They are kept, since
  // GatherFeatures reads them once the winners are known.
  const bool whole = wanted.fragment->bytes(all) <= kFetchedWholeBytes;
  const bool shared = all.size() < columns.size() + features.size();
  ahead->Add(*wanted.fragment, whole ? all : columns, whole || shared);
}

arrow::Status CheckRows(const scan::Fragment& fragment, int64_t rows) {
  // Text does not say how many rows it has before it is read.
  if (rows <= INT32_MAX) return arrow::Status::OK();
  return arrow::Status::CapacityError("A file holds more than 2^31 rows in one piece; split it: '", fragment.uri(),
                                      "'");
}

arrow::Status Observe(int worker, const WantedFragment& wanted, const arrow::Table& table, int64_t first_row) {
  for (const ViewJoin* join : wanted.joins) {
    ARROW_RETURN_NOT_OK(join->Observe(worker, wanted.index, table, first_row));
  }
  return arrow::Status::OK();
}

/// Rows that the file's indexes leave, where that spares something. What several joins want is read as a whole.
arrow::Result<std::optional<std::vector<scan::RowStretch>>> RowsToRead(const WantedFragment& wanted) {
  if (wanted.joins.size() > 1) return std::nullopt;
  return wanted.joins[0]->RowsToRead(*wanted.fragment);
}

/// Some rows of a fragment, or all.
struct Part {
  const WantedFragment* wanted;
  scan::RowStretch rows;

  bool is_whole() const { return rows.count == wanted->fragment->rows(); }
};

/// Fragments for which there are threads to spare are split, when that does not make them more work.
std::vector<Part> SplitFragments(const std::vector<WantedFragment>& fragments, int workers) {
  std::vector<Part> parts;
  const auto count = static_cast<int64_t>(fragments.size());
  for (const WantedFragment& wanted : fragments) {
    for (const scan::RowStretch& rows : wanted.fragment->Parts(wanted.columns(), (workers + count - 1) / count)) {
      parts.push_back({&wanted, rows});
    }
  }
  return parts;
}

arrow::Status ObserveRows(int worker, const WantedFragment& wanted, const std::vector<scan::RowStretch>& stretches) {
  if (stretches.empty()) return arrow::Status::OK();
  scan::RowSet rows(wanted.fragment->rows());
  for (const scan::RowStretch& stretch : stretches) {
    for (int64_t row = stretch.first; row < stretch.first + stretch.count; ++row) rows.Add(row);
  }
  rows.Seal();
  ARROW_ASSIGN_OR_RAISE(const auto table, wanted.fragment->ReadRows(wanted.columns(), rows, scan::Dictionaries::kKept));
  for (const scan::RowStretch& stretch : stretches) {
    // The table has the wanted rows only; a winner's position counts all of the fragment's.
    const auto part = table->Slice(rows.Rank(stretch.first), stretch.count);
    ARROW_RETURN_NOT_OK(Observe(worker, wanted, *part, stretch.first));
  }
  return arrow::Status::OK();
}

class PartObserver {
 public:
  PartObserver(const std::vector<std::shared_ptr<scan::Fragment>>& fragments, int worker, const Part& part)
      : fragments_(fragments), worker_(worker), part_(part), wanted_(*part.wanted) {}

  arrow::Status Run() {
    ARROW_ASSIGN_OR_RAISE(const auto stretches, RowsToRead(wanted_));
    if (stretches) {
      ARROW_RETURN_NOT_OK(ObserveRows(worker_, wanted_, scan::Intersect(*stretches, {part_.rows})));
    } else {
      ARROW_RETURN_NOT_OK(ObserveFrom(part_.rows));
    }
    return KeepTiesFew(std::max<int64_t>(part_.rows.count, 0));
  }

 private:
  bool IsToBeProbed() const {
    const auto unknown = [](const ViewJoin* join) { return join->is_tie_share_unknown(); };
    return std::any_of(wanted_.joins.begin(), wanted_.joins.end(), unknown) &&
           wanted_.fragment->ReadsByPage(wanted_.columns());
  }

  /// The first batch may tell that other columns are better to read.
  arrow::Status ObserveFrom(scan::RowStretch left) {
    bool is_probe = IsToBeProbed();
    while (left.count != 0) {
      // Of a file that turns out to have no rows, nothing is left, though no batch tells it.
      const scan::RowStretch rows = std::exchange(left, {});
      const std::vector<std::string> columns = wanted_.columns();
      const auto take = [&](const arrow::Table& batch, int64_t first_row) -> arrow::Result<bool> {
        const int64_t end = first_row + batch.num_rows();
        ARROW_RETURN_NOT_OK(CheckRows(*wanted_.fragment, end));
        ARROW_RETURN_NOT_OK(Observe(worker_, wanted_, batch, first_row));
        // How many there are may be unknown before; then they come all at once.
        left = {end, rows.count < 0 ? 0 : rows.first + rows.count - end};
        // Only the first batch of a part may change what is read.
        if (!std::exchange(is_probe, false)) return true;
        ARROW_RETURN_NOT_OK(KeepTiesFew(batch.num_rows()));
        return columns == wanted_.columns();
      };
      ARROW_RETURN_NOT_OK(wanted_.fragment->Stream(columns, scan::Dictionaries::kKept, rows, take));
    }
    return arrow::Status::OK();
  }

  arrow::Status KeepTiesFew(int64_t rows) const {
    for (const ViewJoin* join : wanted_.joins) ARROW_RETURN_NOT_OK(join->KeepTiesFew(worker_, rows, fragments_));
    return arrow::Status::OK();
  }

  const std::vector<std::shared_ptr<scan::Fragment>>& fragments_;
  const int worker_;
  const Part& part_;
  const WantedFragment& wanted_;
};

/// All threads on one fragment: each decodes a column, then each joins a slice of the rows.
arrow::Status ObserveTogether(int workers, const WantedFragment& wanted) {
  ARROW_ASSIGN_OR_RAISE(const auto stretches, RowsToRead(wanted));
  if (stretches) return ObserveRows(0, wanted, *stretches);
  ARROW_ASSIGN_OR_RAISE(const auto table,
                        wanted.fragment->ReadTogether(wanted.columns(), scan::Dictionaries::kKept, workers));
  ARROW_RETURN_NOT_OK(CheckRows(*wanted.fragment, table->num_rows()));
  const int64_t slice_rows = std::max<int64_t>(kSliceRowsMin, (table->num_rows() + workers - 1) / workers);
  return ParallelFor(workers, (table->num_rows() + slice_rows - 1) / slice_rows, [&](int worker, int64_t i) {
    return Observe(worker, wanted, *table->Slice(i * slice_rows, slice_rows), i * slice_rows);
  });
}

}  // namespace

arrow::Status StreamSource(const std::vector<std::shared_ptr<scan::Fragment>>& fragments, int workers,
                           std::vector<ViewJoin>* joins, scan::ReadAhead* ahead, RowProgress* progress) {
  // Not changed from here on, for parts and threads point into it.
  const std::vector<WantedFragment> wanted = WantedFragments(fragments, workers, joins);
  for (const WantedFragment& fragment : wanted) {
    progress->Expect(fragment.rows());
    AddTo(ahead, fragment);
  }
  const std::vector<Part> parts = SplitFragments(wanted, workers);
  // Too few parts for all threads: they take one fragment after the other together, in the same order.
  if (static_cast<int>(parts.size()) < workers) {
    for (size_t i = 0; i < wanted.size(); ++i) {
      // Asked as late as possible: each fragment that was observed may have left the next ones nothing.
      if (wanted[i].MayWin()) {
        const scan::Hold fetched = ahead->Take(static_cast<int64_t>(i));
        ARROW_RETURN_NOT_OK(ObserveTogether(workers, wanted[i]));
      }
      progress->Done(wanted[i].rows());
    }
    return arrow::Status::OK();
  }
  return ParallelFor(workers, static_cast<int64_t>(parts.size()), [&](int worker, int64_t i) {
    if (parts[i].wanted->MayWin()) {
      // Only what is at hand anyway is split.
      const scan::Hold fetched = parts[i].is_whole() ? ahead->Take(parts[i].wanted - wanted.data()) : nullptr;
      ARROW_RETURN_NOT_OK(PartObserver(fragments, worker, parts[i]).Run());
    }
    progress->Done(std::max<int64_t>(parts[i].rows.count, 0));
    return arrow::Status::OK();
  });
}

}  // namespace feast
