// Whether what is served online is what the offline store says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feast/export.h"
#include "feast/types.h"

namespace FEAST_EXPORT feast {

struct VerifyRequest {
  /// Empty: every view that is served online.
  std::vector<std::string> views = {};
  /// Keys of each view, drawn evenly, the same ones each time; 0: all of them.
  int64_t sample = 1000;
};

/// One value that differs. Values and times as text, for people.
struct OnlineDifference {
  /// "driver_id=1001"; "" for views without entities.
  std::string key;
  std::string feature;
  /// "nothing" where the online store does not have the key or the feature.
  std::string online, offline;
  std::optional<Timestamp> online_event_time;
  Timestamp offline_event_time{};
};

struct FeatureVerification {
  std::string feature;
  int64_t agreeing = 0, differing = 0;
};

struct ViewVerification {
  std::string view;
  /// The end of the latest interval that was materialized, the moment for which is compared; unset for a view that
  /// never was, of which nothing is compared.
  std::optional<Timestamp> as_of;
  int64_t keys = 0;
  /// Of these, keys that the online store does not have; all their features differ.
  int64_t keys_missing = 0;
  /// Of these, keys whose online row is of a later event, pushed since then; they are not compared.
  int64_t keys_newer = 0;
  std::vector<FeatureVerification> features;
  /// The first few.
  std::vector<OnlineDifference> examples;

  bool agrees() const {
    for (const FeatureVerification& feature : features) {
      if (feature.differing > 0) return false;
    }
    return true;
  }
};

/// What is told of a view, several lines, fit for a terminal.
std::string VerificationText(const ViewVerification& view);

}  // namespace feast
