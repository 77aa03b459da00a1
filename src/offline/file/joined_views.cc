#include "offline/file/joined_views.h"

#include <algorithm>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "offline/file/entities/entity_sides.h"
#include "offline/file/feature_gather.h"
#include "offline/file/report/view_survey.h"
#include "offline/file/source_stream.h"
#include "offline/file/view_join.h"
#include "offline/file/winner_order.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

using Features = std::vector<std::vector<std::shared_ptr<arrow::ChunkedArray>>>;

/// Several sources are joined at once only while they have at most this many entity rows together, of which each join
/// takes some dozens of bytes.
constexpr int64_t kEntityRowsAtOnce = 1 << 18;
/// What is read ahead of need takes memory for each.
constexpr int kSourcesAtOnceMax = 4;

arrow::Result<std::vector<WinnerOrder>> FindWinners(const std::vector<ViewToJoin>& views,
                                                    const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                                    const join::JoinOptions& options, EntitySides* sides,
                                                    scan::ReadAhead* ahead, RowProgress* progress) {
  std::vector<ViewJoin> joins;
  for (const ViewToJoin& view : views) {
    ARROW_ASSIGN_OR_RAISE(auto side, sides->For(*view.source, *view.entities));
    // StreamSource points into `joins`, which grows no more by then.
    joins.emplace_back(*view.source, std::move(side), options);
  }
  ARROW_RETURN_NOT_OK(StreamSource(fragments, WorkerCount(), &joins, ahead, progress));
  // One join after another, each on all threads.
  std::vector<WinnerOrder> winners;
  for (ViewJoin& join : joins) {
    ARROW_ASSIGN_OR_RAISE(auto positions, join.Finish(fragments, WorkerCount()));
    ARROW_ASSIGN_OR_RAISE(WinnerOrder order, WinnerOrder::Make(std::move(positions), fragments.size()));
    winners.push_back(std::move(order));
  }
  return winners;
}

int SourcesAtOnce(const std::vector<ViewToJoin>& views, int workers) {
  int64_t entity_rows = 1;
  for (const ViewToJoin& view : views) entity_rows = std::max(entity_rows, view.entities->table()->num_rows());
  return static_cast<int>(
      std::clamp<int64_t>(kEntityRowsAtOnce / entity_rows, 1, std::min(workers, kSourcesAtOnceMax)));
}

/// Views of one source. The joins' own memory is given back before features are read.
arrow::Result<Features> JoinSource(const std::vector<ViewToJoin>& views, const join::JoinOptions& options,
                                   EntitySides* sides, RowProgress* progress, ReportBuilder* report) {
  ARROW_ASSIGN_OR_RAISE(const auto fragments, views[0].source->reader().Fragments());
  // It outlives the join: features that were fetched along with the keys stay at hand until they are read.
  scan::ReadAhead ahead;
  ARROW_ASSIGN_OR_RAISE(const auto winners, FindWinners(views, fragments, options, sides, &ahead, progress));
  std::vector<ViewWinners> won;
  for (size_t i = 0; i < views.size(); ++i) won.push_back({views[i].source, &winners[i]});
  ARROW_ASSIGN_OR_RAISE(Features features, GatherFeatures(won, fragments, WorkerCount(), progress));
  for (size_t i = 0; report != nullptr && i < views.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(const auto findings,
                          SurveyView(*views[i].source, *views[i].entities, options, fragments, winners[i], progress));
    report->Add(views[i].number, findings, features[i]);
  }
  return features;
}

}  // namespace

std::vector<std::vector<size_t>> ViewsBySource(const std::vector<const ViewSource*>& sources) {
  std::vector<std::vector<size_t>> groups;
  for (size_t i = 0; i < sources.size(); ++i) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const std::vector<size_t>& group) {
      // ViewSource::OpenAll gives views of the same files one reader.
      return &sources[group[0]]->reader() == &sources[i]->reader();
    });
    if (same != groups.end()) {
      same->push_back(i);
    } else {
      groups.push_back({i});
    }
  }
  return groups;
}

arrow::Status JoinViews(const std::vector<ViewToJoin>& views, const join::JoinOptions& options, RowProgress* progress,
                        ReportBuilder* report, const ViewFinished& finished) {
  EntitySides sides;
  std::vector<const ViewSource*> sources;
  for (const ViewToJoin& view : views) {
    sides.Expect(*view.source, *view.entities);
    sources.push_back(view.source);
  }
  const std::vector<std::vector<size_t>> groups = ViewsBySource(sources);
  const int workers = WorkerCount();
  // Each source has stretches of work for one thread alone: the others then help with another source.
  const SharedThreads threads(workers);
  return ParallelFor(SourcesAtOnce(views, workers), static_cast<int64_t>(groups.size()), [&](int, int64_t group) {
    std::vector<ViewToJoin> of_source;
    for (const size_t view : groups[group]) of_source.push_back(views[view]);
    ARROW_ASSIGN_OR_RAISE(Features features, JoinSource(of_source, options, &sides, progress, report));
    for (size_t i = 0; i < features.size(); ++i) {
      ARROW_RETURN_NOT_OK(finished(groups[group][i], std::move(features[i])));
    }
    return arrow::Status::OK();
  });
}

}  // namespace feast
