#include "offline/view_join.h"

#include <algorithm>

#include "arrow/chunked_array.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "join/entity_side.h"

namespace feast {
namespace {

join::JoinOptions WithTtl(join::JoinOptions options, const ViewRequest& view) {
  if (view.ttl) options.ttl_us = view.ttl->count();
  return options;
}

}  // namespace

ViewJoin::ViewJoin(const ViewSource& source, std::shared_ptr<const join::EntitySide> side, join::JoinOptions options)
    : source_(&source),
      columns_(source.join_columns()),
      join_(join::PointInTimeJoin::Make(std::move(side), WithTtl(options, source.view()))) {}

std::vector<int32_t> ViewJoin::FragmentsToRead(const std::vector<std::shared_ptr<scan::Fragment>>& fragments) const {
  const ViewRequest& view = source_->view();
  std::vector<int32_t> wanted;
  for (size_t i = 0; i < fragments.size(); ++i) {
    const auto times = fragments[i]->range(view.timestamp_column);
    bool may_match = !times || (times->max >= join_->min_source_ns() && times->min <= join_->max_source_ns());
    for (size_t k = 0; may_match && k < view.join_keys.size(); ++k) {
      const auto keys = join_->key_range(static_cast<int>(k));
      if (!keys) continue;
      const auto stored = fragments[i]->range(view.join_keys[k].source_column);
      may_match = !stored || (stored->max >= keys->first && stored->min <= keys->second);
    }
    if (may_match) wanted.push_back(static_cast<int32_t>(i));
  }
  return wanted;
}

arrow::Status ViewJoin::Observe(int worker, int32_t index, const arrow::Table& table, int64_t first_row) const {
  const ViewRequest& view = source_->view();
  join::SourceColumns columns;
  columns.first_row = first_row;
  for (const JoinKeyColumn& key : view.join_keys) columns.keys.push_back(table.GetColumnByName(key.source_column));
  columns.event_timestamp = table.GetColumnByName(view.timestamp_column);
  if (!view.created_column.empty()) columns.created = table.GetColumnByName(view.created_column);
  return join_->Observe(worker, index, columns);
}

}  // namespace feast
