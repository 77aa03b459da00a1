// What to retrieve of the past, and for which entity rows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "feast/definitions_fwd.h"
#include "feast/entity_rows.h"
#include "feast/export.h"

namespace FEAST_EXPORT feast {

struct HistoricalRequest {
  EntityRows entity_rows;
  /// References "view:feature". Ignored when a feature service is given.
  std::vector<std::string> features;
  std::shared_ptr<FeatureService> feature_service;
  /// Name result columns "view__feature".
  bool full_feature_names = false;
  /// Ignore source rows created after the entity row's time.
  bool filter_by_created_timestamp = false;
};

}  // namespace feast
