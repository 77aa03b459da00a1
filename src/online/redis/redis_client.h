// Commands to Redis, whatever it consists of: one server, a cluster, or a master that sentinels watch.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/result.h"
#include "feast/call_context.h"
#include "online/redis/redis_connection.h"
#include "online/redis/redis_options.h"
#include "online/redis/redis_slots.h"

namespace feast {

/// Commands, each about one key, that go out together. Each may be repeated without harm.
class RedisBatch {
 public:
  /// Where a command is composed: at the end of it.
  std::string* bytes() { return &bytes_; }
  /// What was appended to `bytes` since the last call is one command about `key`.
  void EndCommand(std::string_view key) {
    ends_.push_back(bytes_.size());
    if (with_slots_) slots_.push_back(RedisSlotOf(key));
  }
  size_t size() const { return ends_.size(); }
  void Clear() {
    bytes_.clear();
    ends_.clear();
    slots_.clear();
  }

 private:
  friend class RedisClient;
  explicit RedisBatch(bool with_slots) : with_slots_(with_slots) {}

  std::string_view Command(size_t i) const {
    const size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(bytes_).substr(begin, ends_[i] - begin);
  }

  bool with_slots_;
  std::string bytes_;
  std::vector<size_t> ends_;
  std::vector<uint16_t> slots_;
};

/// Keeps connections for the next call. Thread-safe.
class RedisClient {
 public:
  explicit RedisClient(RedisOptions options);
  ~RedisClient();

  RedisBatch NewBatch() const { return RedisBatch(options_.kind == RedisOptions::Kind::kCluster); }

  /// Runs the commands in one round trip to each server concerned, and hands over the replies, in any order, errors
  /// among them but for those that say that something passes: where a server is gone or is no master any more, the
  /// commands concerned are run again (once at a single server, for up to ten seconds elsewhere). `take` may then get
  /// a reply to the same command again, and the last one counts.
  arrow::Status Run(const RedisBatch& batch, const CallContext& context, const RedisTaker& take);

  /// The servers that hold all keys between them.
  arrow::Result<std::vector<RedisAddress>> Masters(const CallContext& context);
  /// Runs commands at one of them.
  arrow::Status RunAt(const RedisAddress& master, const RedisBatch& batch, const CallContext& context,
                      const RedisTaker& take);

  const RedisOptions& options() const { return options_; }

 private:
  /// What is to be sent to one server: commands by their numbers.
  struct Share {
    RedisAddress address;
    std::vector<size_t> commands;
    /// Each behind an ASKING, which the node that a slot is moving to wants.
    bool is_asking = false;
  };
  /// What a try has left.
  struct Rest {
    std::vector<size_t> again;
    std::vector<Share> elsewhere;
    arrow::Status why;
  };

  arrow::Status TryShare(const Share& share, const RedisBatch& batch, const CallContext& context,
                         const RedisTaker& take, Rest* rest);
  std::vector<Share> Shares(const RedisBatch& batch, const std::vector<size_t>& commands,
                            const RedisSlotMap& map) const;
  arrow::Status RunInCluster(const RedisBatch& batch, const CallContext& context, const RedisTaker& take);
  arrow::Status RunAtMaster(const RedisBatch& batch, const CallContext& context, const RedisTaker& take);
  arrow::Status ExchangeAt(const RedisAddress& address, std::string_view commands, size_t count,
                           const CallContext& context, const RedisTaker& take);

  arrow::Result<RedisAddress> Master(const CallContext& context);
  arrow::Result<RedisAddress> AskSentinels(const CallContext& context);
  arrow::Result<std::shared_ptr<const RedisSlotMap>> Slots(const CallContext& context);
  void ForgetPlaces();

  arrow::Result<std::shared_ptr<TlsSettings>> Tls();
  arrow::Result<RedisDoor> DoorOf(const RedisAddress& address, bool is_sentinel);
  std::unique_ptr<RedisConnection> TakeIdle(const RedisAddress& address);
  arrow::Result<std::unique_ptr<RedisConnection>> Connect(const RedisAddress& address, const CallContext& context);
  void Keep(std::unique_ptr<RedisConnection> connection);

  const RedisOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<RedisConnection>> idle_;
  std::shared_ptr<TlsSettings> tls_;
  std::shared_ptr<const RedisSlotMap> slots_;
  std::unique_ptr<RedisAddress> master_;
};

}  // namespace feast
