// How Feast lays values out in Redis: one hash for each entity of a project, with the fields of all its views.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/result.h"
#include "feast/definitions.h"
#include "feast/types.h"

namespace feast {

/// The name of a feature's field: its hash, as a number and as the four bytes that are stored.
struct RedisField {
  uint32_t number = 0;
  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }
  std::array<char, 4> bytes_ = {};
};
RedisField RedisFieldOf(const std::string& view, const std::string& feature);
/// The number of a field of four bytes.
uint32_t RedisFieldNumber(std::string_view bytes);

/// "_ts:<view>", the field with the event time of a view's row.
std::string RedisTimeField(const std::string& view);
inline constexpr std::string_view kRedisTimeMark = "_ts:";

/// A moment as such a field has it: a serialized google.protobuf.Timestamp.
std::string RedisTimeBytes(Timestamp moment);
/// Unset for bytes that are none.
std::optional<Timestamp> RedisTimeOf(std::string_view bytes);

/// What the keys of a view's entities look like.
class RedisKeyShape {
 public:
  static arrow::Result<RedisKeyShape> Of(const FeatureView& view, const std::string& project, int key_version);

  /// A pattern for SCAN that fits all keys of the shape, and some others.
  std::string Pattern() const;
  /// Whether `key` is of the shape: a pattern also fits projects whose names end in the same way.
  bool Fits(std::string_view key) const;
  bool operator==(const RedisKeyShape&) const = default;

 private:
  std::string prefix_, project_;
  size_t values_ = 0;
};

}  // namespace feast
