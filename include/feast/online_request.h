// A request for the newest values, and its answer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arrow/type_fwd.h"
#include "feast/types.h"

namespace feast {

struct OnlineRequest {
  /// Join keys and request data, one row for each answer. An entity's name may stand for its join key.
  std::shared_ptr<arrow::RecordBatch> entity_rows;
  /// References "view:feature". Ignored when a feature service is asked for.
  std::vector<std::string> features;
  std::string feature_service;
  /// Name features "view__feature".
  bool full_feature_names = false;
};

/// Feast's statuses of a value.
enum class FeatureStatus : int8_t { kPresent, kNullValue, kNotFound, kOutsideMaxAge };

/// One column of the answer: a value, a status and an event time for each entity row.
struct AnsweredFeature {
  std::string name;
  Type type;
  std::shared_ptr<arrow::Array> values;
  std::vector<FeatureStatus> statuses;
  /// The zero moment where there is none.
  std::vector<Timestamp> event_timestamps;
};

}  // namespace feast
