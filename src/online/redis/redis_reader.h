// Reading rows out of Redis.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/call_context.h"
#include "online/online_rows.h"
#include "online/redis/redis_client.h"

namespace feast {

/// Remembers how large hashes are, by which it chooses between asking for fields and asking for all. Thread-safe.
class RedisReader {
 public:
  RedisReader(RedisClient& client, std::string project) : client_(client), project_(std::move(project)) {}

  /// One round trip; one command for each key, whatever the number of views.
  arrow::Result<std::vector<OnlineAnswer>> Read(const std::vector<OnlineLookup>& lookups, const CallContext& context);

 private:
  /// Of the hashes of entities with one kind of key.
  struct HashSize {
    std::atomic<uint32_t> fields = 0;
    std::atomic<uint32_t> reads = 0;
  };
  class Group;

  std::vector<Group> GroupsOf(const std::vector<OnlineLookup>& lookups);
  std::shared_ptr<HashSize> SizeOf(const std::string& view);

  RedisClient& client_;
  const std::string project_;
  std::mutex mutex_;
  /// By the first view of a group.
  std::map<std::string, std::shared_ptr<HashSize>> sizes_;
};

}  // namespace feast
