// Which node of a Redis cluster has which keys.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/result.h"
#include "online/redis/redis_options.h"
#include "online/redis/resp.h"

namespace feast {

inline constexpr uint16_t kRedisSlots = 16384;

/// CRC16 of the key, or of what stands in its first {…}, as a slot.
uint16_t RedisSlotOf(std::string_view key);

/// Immutable.
class RedisSlotMap {
 public:
  /// From the reply to CLUSTER SLOTS; `asked` stands for a node that does not say its own host. IOError for a reply
  /// that is none, and for slots that no node serves.
  static arrow::Result<RedisSlotMap> Of(RespReader reply, const RedisAddress& asked);

  const RedisAddress& NodeOf(uint16_t slot) const { return masters_[node_of_slot_[slot]]; }
  const std::vector<RedisAddress>& masters() const { return masters_; }

 private:
  std::vector<RedisAddress> masters_;
  std::array<uint16_t, kRedisSlots> node_of_slot_ = {};
};

/// "MOVED 1234 host:port" or "ASK …": where that leads; `asked` when it names no host.
arrow::Result<RedisAddress> RedisRedirection(std::string_view error, const RedisAddress& asked);

}  // namespace feast
