// What is written to and read from online stores, in the forms that all of them keep: entity keys (entity_key.h) and
// serialized values (value_bytes.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/type_fwd.h"
#include "feast/definitions_fwd.h"
#include "feast/types.h"

namespace feast {

/// Rows of one view: the same number of keys, of event times and of values of each feature.
struct OnlineRows {
  std::vector<std::string> features;
  std::vector<std::string> keys;
  /// One array for each feature, without nulls.
  std::vector<std::shared_ptr<arrow::BinaryArray>> values;
  std::vector<Timestamp> event_times;
  /// Empty for sources without created timestamps.
  std::vector<std::optional<Timestamp>> created_times;
};

/// What is wanted of one view.
struct OnlineLookup {
  std::shared_ptr<const FeatureView> view;
  /// Features by the view's names for them.
  std::vector<std::string> features;
  /// Each once.
  std::vector<std::string> keys;
};

/// What a store has for one lookup. Values lie in one buffer.
class OnlineAnswer {
 public:
  OnlineAnswer(size_t keys, size_t features)
      : features_(features), event_times_(keys), values_(keys * features, Place{kAbsent, 0}) {}

  void SetEventTime(size_t key, Timestamp event_time) { event_times_[key] = event_time; }
  void SetValue(size_t key, size_t feature, std::string_view bytes) {
    values_[key * features_ + feature] = {static_cast<int64_t>(bytes_.size()), bytes.size()};
    bytes_.append(bytes);
  }

  /// Unset where the store has nothing of the view for the key.
  const std::optional<Timestamp>& event_time(size_t key) const { return event_times_[key]; }
  /// Unset where it has no such value. Valid until the next SetValue.
  std::optional<std::string_view> value(size_t key, size_t feature) const {
    const Place& place = values_[key * features_ + feature];
    if (place.begin == kAbsent) return std::nullopt;
    return std::string_view(bytes_).substr(static_cast<size_t>(place.begin), place.size);
  }

 private:
  static constexpr int64_t kAbsent = -1;
  struct Place {
    int64_t begin;
    size_t size;
  };

  size_t features_;
  std::vector<std::optional<Timestamp>> event_times_;
  std::vector<Place> values_;
  std::string bytes_;
};

}  // namespace feast
