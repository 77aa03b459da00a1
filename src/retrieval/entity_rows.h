// The entity rows of a request: their columns, their event-timestamp column and, for ranges, the moments that are left
// out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/historical_request.h"
#include "offline/offline_store.h"

namespace feast {

inline constexpr const char* kEventTimestampColumn = "event_timestamp";

/// Entity rows as the offline store takes them, with what is known before reading features.
struct EntityInput {
  EntityRows rows;
  /// Empty for a range, whose rows come from the sources, and for a query.
  std::vector<std::string> columns;
  /// "" for a query.
  std::string timestamp_column;
  /// Unset for files, whose rows are not read yet, and for tables without a timestamp in them.
  std::optional<Timestamp> min_timestamp, max_timestamp;

  bool is_range() const { return std::holds_alternative<EntityRange>(rows); }
  /// Only the store can look into a query.
  bool is_query() const { return std::holds_alternative<EntityQuery>(rows); }
  /// A query is taken to have every column.
  bool has_column(const std::string& name) const;
};

/// Finds the timestamp column: "event_timestamp", or the only timestamp column there is. In tables it is brought to UTC
/// (naive times are UTC already). `offline` reads the schema of a file. Invalid when there is none or several,
/// EntityDFNotDateTime when "event_timestamp" holds something else.
arrow::Result<EntityInput> DescribeEntityRows(const HistoricalRequest& request, OfflineStore& offline,
                                              const CallContext& context);

/// Sets what a range leaves open: its end is now, its start lies the longest TTL (30 days without any) before the end.
/// Invalid when it ends before it starts.
arrow::Status CompleteRange(const std::vector<ViewRequest>& views, EntityInput* input);

}  // namespace feast
