#include "online/redis/redis_slots.h"

#include <algorithm>
#include <bitset>
#include <charconv>

namespace feast {

namespace {

constexpr std::array<uint16_t, 256> MakeCrc16Table() {
  std::array<uint16_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
    table[byte] = static_cast<uint16_t>(crc);
  }
  return table;
}

constexpr auto kCrc16Table = MakeCrc16Table();

arrow::Status NoSlots(const RedisAddress& asked) {
  return arrow::Status::IOError(
      "The Redis cluster does not say where its slots are. Check that it is one, and whole (redis-cli cluster info), "
      "or "
      "set `redis_type: redis` in feature_store.yaml. Server: ",
      asked.Show());
}

/// Range, master, replicas.
arrow::Result<RedisAddress> ReadSlotRange(RespReader* reply, const RedisAddress& asked, int64_t* first, int64_t* last) {
  const RespItem entry = reply->Next();
  const RespItem begin = reply->Next(), end = reply->Next(), master = reply->Next();
  if (!entry.is_array() || entry.number < 3 || !master.is_array() || master.number < 2) return NoSlots(asked);
  const RespItem host = reply->Next(), port = reply->Next();
  for (int64_t i = 2; i < master.number; ++i) reply->Skip();
  for (int64_t i = 3; i < entry.number; ++i) reply->Skip();
  *first = begin.number;
  *last = end.number;
  if (*first < 0 || *first > *last || *last >= kRedisSlots) return NoSlots(asked);
  const bool has_host = !host.text.empty() && host.text != "?";
  return RedisAddress{has_host ? std::string(host.text) : asked.host, static_cast<int>(port.number)};
}

}  // namespace

uint16_t RedisSlotOf(std::string_view key) {
  if (const size_t open = key.find('{'); open != std::string_view::npos) {
    const size_t close = key.find('}', open + 1);
    if (close != std::string_view::npos && close > open + 1) key = key.substr(open + 1, close - open - 1);
  }
  unsigned crc = 0;
  for (const char c : key) {
    crc = ((crc << 8) ^ kCrc16Table[((crc >> 8) ^ static_cast<unsigned char>(c)) & 0xff]) & 0xffff;
  }
  return static_cast<uint16_t>(crc % kRedisSlots);
}

arrow::Result<RedisSlotMap> RedisSlotMap::Of(RespReader reply, const RedisAddress& asked) {
  RedisSlotMap map;
  std::bitset<kRedisSlots> served;
  const RespItem ranges = reply.Next();
  if (!ranges.is_array()) return NoSlots(asked);
  for (int64_t i = 0; i < ranges.number; ++i) {
    int64_t first = 0, last = 0;
    ARROW_ASSIGN_OR_RAISE(RedisAddress master, ReadSlotRange(&reply, asked, &first, &last));
    const auto known = std::find(map.masters_.begin(), map.masters_.end(), master);
    const auto node = static_cast<uint16_t>(known - map.masters_.begin());
    if (known == map.masters_.end()) map.masters_.push_back(std::move(master));
    for (int64_t slot = first; slot <= last; ++slot) {
      map.node_of_slot_[static_cast<size_t>(slot)] = node;
      served.set(static_cast<size_t>(slot));
    }
  }
  if (!served.all()) return NoSlots(asked);
  return map;
}

arrow::Result<RedisAddress> RedisRedirection(std::string_view error, const RedisAddress& asked) {
  const size_t place = error.rfind(' ');
  const size_t colon = error.rfind(':');
  RedisAddress address;
  const bool good = place != std::string_view::npos && colon != std::string_view::npos && colon > place;
  const char* const end = error.data() + error.size();
  if (!good || std::from_chars(error.data() + colon + 1, end, address.port).ptr != end) return NoSlots(asked);
  const std::string_view host = error.substr(place + 1, colon - place - 1);
  address.host = host.empty() ? asked.host : std::string(host);
  return address;
}

}  // namespace feast
