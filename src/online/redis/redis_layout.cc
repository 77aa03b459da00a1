#include "online/redis/redis_layout.h"

#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "online/entity_key.h"
#include "online/murmur_hash.h"

namespace feast {

namespace {

uint32_t LittleEndian(std::string_view bytes) {
  uint32_t number = 0;
  for (int i = 3; i >= 0; --i) number = number << 8 | static_cast<unsigned char>(bytes[static_cast<size_t>(i)]);
  return number;
}

}  // namespace

RedisField RedisFieldOf(const std::string& view, const std::string& feature) {
  RedisField field{Murmur32(view + ":" + feature)};
  for (size_t i = 0; i < 4; ++i) field.bytes_[i] = static_cast<char>(field.number >> (8 * i));
  return field;
}

uint32_t RedisFieldNumber(std::string_view bytes) { return LittleEndian(bytes); }

std::string RedisTimeField(const std::string& view) { return std::string(kRedisTimeMark) + view; }

std::string RedisTimeBytes(Timestamp moment) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(moment);
  google::protobuf::Timestamp message;
  message.set_seconds(seconds.time_since_epoch().count());
  message.set_nanos(static_cast<int32_t>(std::chrono::nanoseconds(moment - seconds).count()));
  return message.SerializeAsString();
}

std::optional<Timestamp> RedisTimeOf(std::string_view bytes) {
  google::protobuf::Timestamp message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  using std::chrono::seconds;
  constexpr auto kFirst = std::chrono::ceil<seconds>(Timestamp::min().time_since_epoch());
  constexpr auto kLast = std::chrono::floor<seconds>(Timestamp::max().time_since_epoch()) - seconds(1);
  const seconds whole(std::clamp<int64_t>(message.seconds(), kFirst.count(), kLast.count()));
  return Timestamp(whole + std::chrono::nanoseconds(message.nanos()));
}

arrow::Result<RedisKeyShape> RedisKeyShape::Of(const FeatureView& view, const std::string& project, int key_version) {
  std::vector<KeyField> fields;
  for (const Field& key : view.entity_columns) {
    // The only key of views without entities, which has no column.
    if (key.name != kNoEntityKeyName) fields.push_back({key.name, key.type.value_type()});
  }
  RedisKeyShape shape;
  shape.values_ = std::max<size_t>(fields.size(), 1);
  ARROW_ASSIGN_OR_RAISE(const EntityKeyEncoder encoder, EntityKeyEncoder::Make(key_version, std::move(fields)));
  shape.prefix_ = encoder.prefix();
  shape.project_ = project;
  return shape;
}

std::string RedisKeyShape::Pattern() const {
  std::string pattern;
  const auto add = [&](const std::string& text) {
    for (const char c : text) {
      if (std::strchr("*?[]\\^-", c) != nullptr && c != '\0') pattern += '\\';
      pattern += c;
    }
  };
  add(prefix_);
  pattern += '*';
  add(project_);
  return pattern;
}

bool RedisKeyShape::Fits(std::string_view key) const {
  if (!key.starts_with(prefix_)) return false;
  key.remove_prefix(prefix_.size());
  constexpr size_t kHeadBytes = 8;
  for (size_t i = 0; i < values_; ++i) {
    if (key.size() < kHeadBytes) return false;
    const size_t length = LittleEndian(key.substr(4));
    key.remove_prefix(kHeadBytes);
    if (key.size() < length) return false;
    key.remove_prefix(length);
  }
  return key == project_;
}

}  // namespace feast
