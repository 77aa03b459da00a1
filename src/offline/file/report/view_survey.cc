#include "offline/file/report/view_survey.h"

#include <algorithm>
#include <string>
#include <utility>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "files/places/read_ahead.h"
#include "offline/file/entities/entity_sides.h"
#include "parallel/parallel_for.h"

namespace feast {
namespace {

/// The join columns of `table`, which need not hold the keys.
join::SourceColumns ColumnsOf(const ViewRequest& view, const arrow::Table& table) {
  join::SourceColumns columns;
  for (const JoinKeyColumn& key : view.join_keys) {
    if (auto column = table.GetColumnByName(key.source_column)) columns.keys.push_back(std::move(column));
  }
  columns.event_timestamp = table.GetColumnByName(view.timestamp_column);
  if (!view.created_column.empty()) columns.created = table.GetColumnByName(view.created_column);
  return columns;
}

arrow::Result<std::unique_ptr<join::JoinSurvey>> MakeSurvey(const ViewSource& source, const EntityFrame& entities,
                                                            const join::JoinOptions& options,
                                                            const WinnerOrder& winners) {
  ARROW_ASSIGN_OR_RAISE(const KeyedRows keyed, KeyedRowsFor(source, entities));
  return join::JoinSurvey::Make(keyed.rows, keyed.key_types, options, winners.winners());
}

/// Indices of the fragments whose statistics leave room for a wanted key.
std::vector<int32_t> FragmentsWithKeys(const ViewRequest& view, const join::JoinSurvey& survey,
                                       const std::vector<std::shared_ptr<scan::Fragment>>& fragments) {
  std::vector<int32_t> wanted;
  for (size_t i = 0; i < fragments.size(); ++i) {
    bool may_hold = true;
    for (size_t k = 0; may_hold && k < view.join_keys.size(); ++k) {
      const auto keys = survey.key_range(static_cast<int>(k));
      const auto stored = fragments[i]->range(view.join_keys[k].source_column);
      may_hold = !keys || !stored || (stored->max >= keys->first && stored->min <= keys->second);
    }
    if (may_hold) wanted.push_back(static_cast<int32_t>(i));
  }
  return wanted;
}

}  // namespace

arrow::Result<join::JoinFindings> SurveyView(const ViewSource& source, const EntityFrame& entities,
                                             const join::JoinOptions& options,
                                             const std::vector<std::shared_ptr<scan::Fragment>>& fragments,
                                             const WinnerOrder& winners, RowProgress* progress) {
  const ViewRequest& view = source.view();
  ARROW_ASSIGN_OR_RAISE(const auto survey, MakeSurvey(source, entities, options, winners));
  const auto rows_of = [&](int32_t index) { return std::max<int64_t>(fragments[index]->rows(), 0); };
  const std::vector<int32_t> with_keys = FragmentsWithKeys(view, *survey, fragments);
  for (const int32_t index : winners.fragments()) progress->Expect(rows_of(index));
  for (const int32_t index : with_keys) progress->Expect(rows_of(index));

  const auto visit = [&](const std::vector<int32_t>& indices, const std::vector<std::string>& columns,
                         const auto& observe) {
    scan::ReadAhead ahead;
    for (const int32_t index : indices) ahead.Add(*fragments[index], columns);
    return ParallelFor(WorkerCount(), static_cast<int64_t>(indices.size()), [&](int, int64_t i) {
      const scan::Hold fetched = ahead.Take(i);
      ARROW_ASSIGN_OR_RAISE(const auto table, fragments[indices[i]]->Read(columns, scan::Dictionaries::kKept));
      ARROW_RETURN_NOT_OK(observe(indices[i], ColumnsOf(view, *table)));
      progress->Done(rows_of(indices[i]));
      return arrow::Status::OK();
    });
  };
  std::vector<std::string> times = {view.timestamp_column};
  if (!view.created_column.empty()) times.push_back(view.created_column);
  ARROW_RETURN_NOT_OK(visit(winners.fragments(), times, [&](int32_t index, const join::SourceColumns& columns) {
    return survey->ObserveWinners(winners.entity_rows_of(index), columns);
  }));
  // The threads of the first pass are done, those of the second not begun: what winners are is settled between the two.
  survey->Prepare();
  ARROW_RETURN_NOT_OK(visit(with_keys, source.join_columns(), [&](int32_t, const join::SourceColumns& columns) {
    return survey->ObserveSource(columns);
  }));
  return survey->Finish();
}

}  // namespace feast
