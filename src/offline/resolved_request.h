// What an offline store is asked for, with names, mappings and TTLs settled.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feast/definitions_fwd.h"
#include "feast/entity_rows.h"

namespace feast {

/// A join key of one view in one request.
struct JoinKeyColumn {
  /// Column in the source, and column in the entity rows.
  std::string source_column, entity_column;
  /// The view's name for it (after field mapping), for results of ranges.
  std::string name;
  Type type;
};

/// A feature of one view in one request.
struct FeatureColumn {
  std::string source_column;
  /// Column of the result; no other column of the result has its name.
  std::string output_name;
  Type type;
  /// The view's name for it (after field mapping), by which online stores know it.
  std::string name = {};
};

/// One feature view as one request wants it.
struct ViewRequest {
  /// As results have it: the view's, or the name the request gives it.
  std::string name;
  std::shared_ptr<const FeatureView> view = {};
  std::shared_ptr<const DataSource> source;
  std::vector<JoinKeyColumn> join_keys;
  /// Columns of the source (field mapping undone). `created_column` "" for none.
  std::string timestamp_column, created_column;
  std::optional<std::chrono::microseconds> ttl;
  std::vector<FeatureColumn> features;
};

/// A historical request. Result columns: those of the entity rows, then each view's features.
struct ResolvedRequest {
  /// A range has both ends set.
  EntityRows entity_rows;
  /// The event-timestamp column of the entity rows; "" for a query, into which only the store can look.
  std::string timestamp_column;
  std::vector<ViewRequest> views;
  bool filter_by_created_timestamp = false;
};

/// Rows of one source. Result columns: those named, in order.
struct PullRequest {
  std::shared_ptr<const DataSource> source = {};
  /// Columns of the source; every one when empty.
  std::vector<std::string> columns = {};
  /// Types that columns of a `latest_of_each_key` request are declared to have, and come back with; others come as they
  /// are stored.
  std::map<std::string, Type> types = {};
  /// `timestamp_column` may be "" where all rows are wanted, `created_column` always.
  std::string timestamp_column = {}, created_column = {};
  /// Rows with a timestamp in [start, end], to the microsecond; an end that is unset is open.
  std::optional<Timestamp> start = {}, end = {};
  /// Of each key only the row with the latest timestamp, then the latest created timestamp; none of keys with a null in
  /// them. Without key columns, one row.
  bool latest_of_each_key = false;
  std::vector<std::string> key_columns = {};
};

}  // namespace feast
