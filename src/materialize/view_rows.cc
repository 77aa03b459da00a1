#include "materialize/view_rows.h"

#include <algorithm>

#include "definitions/column_names.h"
#include "retrieval/requested_views.h"

namespace feast {

arrow::Result<ViewPointer> FindMaterializedView(const Snapshot& snapshot, const std::string& project,
                                                const std::string& name) {
  if (snapshot.FindFeatureView(project, name) != nullptr) return snapshot.GetFeatureView(project, name);
  if (snapshot.FindStreamFeatureView(project, name) != nullptr) return snapshot.GetStreamFeatureView(project, name);
  if (snapshot.FindOnDemandFeatureView(project, name) != nullptr) {
    return arrow::Status::NotImplemented(
        "Rows of an on-demand feature view are computed when they are read in this version, and cannot be written. "
        "Write "
        "those of the feature views that it reads. On-demand feature view: ",
        name);
  }
  return ViewNotFound(snapshot, project, name);
}

arrow::Result<std::vector<ViewPointer>> OnlineViews(const std::vector<std::string>& names, const Snapshot& snapshot,
                                                    const std::string& project) {
  std::vector<ViewPointer> views;
  if (names.empty()) {
    ARROW_ASSIGN_OR_RAISE(const auto definitions, snapshot.GetDefinitions(project));
    for (const auto& view : definitions->feature_views) {
      if (view->online) views.push_back(view);
    }
    return views;
  }
  for (const std::string& name : names) {
    ARROW_ASSIGN_OR_RAISE(ViewPointer view, FindMaterializedView(snapshot, project, name));
    if (!view->online) {
      return arrow::Status::Invalid("Feature view is not configured to be served online; set online=True and apply: '",
                                    name, "'");
    }
    views.push_back(std::move(view));
  }
  return views;
}

OnlineColumns OnlineColumnsOf(const ViewRequest& request) {
  OnlineColumns columns;
  for (const JoinKeyColumn& key : request.join_keys) {
    columns.keys.push_back({.name = key.name, .type = key.type});
    columns.key_columns.push_back(key.source_column);
  }
  for (const Field& feature : request.view->features) {
    columns.features.push_back(feature);
    columns.feature_columns.push_back(ColumnInSource(*request.source, feature.name));
  }
  columns.timestamp_column = request.timestamp_column;
  columns.created_column = request.created_column;
  return columns;
}

PullRequest LatestRowsOf(const ViewRequest& request, const OnlineColumns& columns, std::optional<Timestamp> start,
                         std::optional<Timestamp> end) {
  PullRequest pull{.source = request.source,
                   .timestamp_column = columns.timestamp_column,
                   .created_column = columns.created_column,
                   .start = start,
                   .end = end,
                   .latest_of_each_key = true,
                   .key_columns = columns.key_columns};
  const auto add = [&](const std::string& column) {
    const bool is_new = std::find(pull.columns.begin(), pull.columns.end(), column) == pull.columns.end();
    if (!column.empty() && is_new) pull.columns.push_back(column);
  };
  for (size_t i = 0; i < columns.keys.size(); ++i) {
    add(columns.key_columns[i]);
    pull.types[columns.key_columns[i]] = columns.keys[i].type;
  }
  for (size_t i = 0; i < columns.features.size(); ++i) {
    add(columns.feature_columns[i]);
    pull.types[columns.feature_columns[i]] = columns.features[i].type;
  }
  add(columns.timestamp_column);
  add(columns.created_column);
  return pull;
}

}  // namespace feast
