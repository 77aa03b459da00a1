// How good a training set is: made on request together with it. docs/report.md defines every number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feast/export.h"

namespace FEAST_EXPORT feast {

/// Counts are of entity rows, unless said otherwise.
struct RetrievalReport {
  /// Rows in which a feature is null, each counted under one reason.
  struct Nulls {
    /// The source has no row of the entity row's key (which may be null).
    int64_t no_entity = 0;
    /// It has, but none at or before the entity row's time.
    int64_t nothing_before = 0;
    /// It has, but too old: outside the TTL, or before the start of the request's range.
    int64_t outside_ttl = 0;
    /// The source's value itself is null.
    int64_t null_in_source = 0;
    /// An on-demand function gave none.
    int64_t computed = 0;

    int64_t total() const { return no_entity + nothing_before + outside_ttl + null_in_source + computed; }
  };
  /// Entity time − event timestamp of the rows in which a feature has a value, in seconds.
  struct Ages {
    double p50_s, p90_s, p99_s, max_s;
  };
  struct Feature {
    /// Column of the result.
    std::string name;
    Nulls nulls;
    /// Unset when no row has a value, and for on-demand features.
    std::optional<Ages> age;
  };
  /// One feature view or on-demand feature view.
  struct View {
    std::string name;
    bool is_on_demand = false;
    /// Rows answered by a source row whose created timestamp lies after the entity row's time: possible leakage. Unset
    /// without a created timestamp.
    std::optional<int64_t> created_later;
    /// Source rows beyond the first for each key and event timestamp that answers come from.
    int64_t duplicate_source_rows = 0;
    /// Rows answered by one of several such source rows: the one created last, or else the last one in the source.
    int64_t ties_by_created = 0, ties_by_position = 0;
    std::vector<Feature> features;
  };

  int64_t entity_rows = 0;
  std::vector<View> views;

  /// For people, several lines.
  std::string ToString() const;
};

}  // namespace feast
