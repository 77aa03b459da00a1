#include "online/redis/redis_client.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <utility>

namespace feast {

namespace {

constexpr size_t kIdleMax = 64;
/// How long a cluster or a master is waited for that is being replaced.
constexpr std::chrono::seconds kFailoverPatience{10};
constexpr std::chrono::milliseconds kTryPause{50};

/// Errors that say that the same command may go well in a moment, or at another server.
bool IsPassing(std::string_view error) {
  for (const std::string_view start : {"LOADING ", "MASTERDOWN ", "READONLY ", "CLUSTERDOWN ", "TRYAGAIN "}) {
    if (error.starts_with(start)) return true;
  }
  return false;
}

arrow::Status PauseRedis(const CallContext& context) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, context.stop, context.deadline.LeftUpTo(kTryPause), [] { return false; });
  return context.Check();
}

arrow::Status NoMaster(const RedisOptions& options, const std::string& why) {
  return RedisBroken("The sentinels name no master of Redis (" + why +
                     "). Check `online_store.sentinel_master` and the sentinels' addresses in "
                     "`online_store.connection_string` in feature_store.yaml. Master: " +
                     options.sentinel_master + ", sentinel: " + options.addresses.front().Show());
}

}  // namespace

RedisClient::RedisClient(RedisOptions options) : options_(std::move(options)) {}

RedisClient::~RedisClient() = default;

// ---- Connections

arrow::Result<std::shared_ptr<TlsSettings>> RedisClient::Tls() {
  const std::lock_guard lock(mutex_);
  if (!tls_) {
    ARROW_ASSIGN_OR_RAISE(tls_, TlsSettings::Make(options_.tls));
  }
  return tls_;
}

arrow::Result<RedisDoor> RedisClient::DoorOf(const RedisAddress& address, bool is_sentinel) {
  RedisDoor door{address,
                 options_.login,
                 options_.database,
                 options_.client_name,
                 nullptr,
                 options_.connect_patience,
                 options_.answer_patience};
  if (is_sentinel) {
    door.login = options_.sentinel_login;
    door.database = 0;
  }
  if (is_sentinel ? options_.sentinels_use_tls : options_.tls.is_on) {
    ARROW_ASSIGN_OR_RAISE(door.tls, Tls());
  }
  return door;
}

std::unique_ptr<RedisConnection> RedisClient::TakeIdle(const RedisAddress& address) {
  const std::lock_guard lock(mutex_);
  for (auto i = idle_.rbegin(); i != idle_.rend(); ++i) {
    if (!(*i)->is_ours() || !((*i)->address() == address)) continue;
    auto taken = std::move(*i);
    idle_.erase(std::next(i).base());
    return taken;
  }
  return nullptr;
}

arrow::Result<std::unique_ptr<RedisConnection>> RedisClient::Connect(const RedisAddress& address,
                                                                     const CallContext& context) {
  ARROW_ASSIGN_OR_RAISE(const RedisDoor door, DoorOf(address, /*is_sentinel=*/false));
  return RedisConnection::Open(door, context);
}

void RedisClient::Keep(std::unique_ptr<RedisConnection> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleMax) idle_.push_back(std::move(connection));
}

arrow::Status RedisClient::ExchangeAt(const RedisAddress& address, std::string_view commands, size_t count,
                                      const CallContext& context, const RedisTaker& take) {
  // An idle connection may have ended while nobody looked, and its fellows with it.
  while (auto idle = TakeIdle(address)) {
    const arrow::Status done = idle->Exchange(commands, count, context, take);
    if (done.ok()) Keep(std::move(idle));
    if (!IsRedisBroken(done)) return done;
  }
  ARROW_ASSIGN_OR_RAISE(auto fresh, Connect(address, context));
  ARROW_RETURN_NOT_OK(fresh->Exchange(commands, count, context, take));
  Keep(std::move(fresh));
  return arrow::Status::OK();
}

// ---- Who has what

arrow::Result<RedisAddress> RedisClient::AskSentinels(const CallContext& context) {
  std::string why;
  for (const RedisAddress& sentinel : options_.addresses) {
    ARROW_ASSIGN_OR_RAISE(const RedisDoor door, DoorOf(sentinel, /*is_sentinel=*/true));
    auto connection = RedisConnection::Open(door, context);
    if (!connection.ok()) {
      if (!IsRedisBroken(connection.status())) return connection.status();
      why = connection.status().message();
      continue;
    }
    std::string command;
    AppendRespCommand({"SENTINEL", "get-master-addr-by-name", options_.sentinel_master}, &command);
    std::optional<RedisAddress> master;
    const arrow::Status asked = (*connection)->Exchange(command, 1, context, [&](size_t, RespReader reply) {
      const RespItem pair = reply.Next();
      if (pair.is_error()) why = std::string(pair.text);
      if (!pair.is_array() || pair.number != 2) return arrow::Status::OK();
      RedisAddress address{std::string(reply.Next().text), 0};
      address.port = std::atoi(std::string(reply.Next().text).c_str());
      master = std::move(address);
      return arrow::Status::OK();
    });
    if (asked.IsCancelled()) return asked;
    if (master) return *std::move(master);
    if (why.empty()) why = asked.ok() ? "they do not know it" : asked.message();
  }
  return NoMaster(options_, why);
}

arrow::Result<RedisAddress> RedisClient::Master(const CallContext& context) {
  if (options_.kind == RedisOptions::Kind::kSingle) return options_.addresses.front();
  {
    const std::lock_guard lock(mutex_);
    if (master_) return *master_;
  }
  ARROW_ASSIGN_OR_RAISE(RedisAddress master, AskSentinels(context));
  const std::lock_guard lock(mutex_);
  master_ = std::make_unique<RedisAddress>(master);
  return master;
}

arrow::Result<std::shared_ptr<const RedisSlotMap>> RedisClient::Slots(const CallContext& context) {
  std::vector<RedisAddress> nodes;
  {
    const std::lock_guard lock(mutex_);
    if (slots_) return slots_;
    for (const auto& connection : idle_) nodes.push_back(connection->address());
  }
  // Nodes that were there before may know more than those of the configuration, which may be gone.
  nodes.insert(nodes.begin(), options_.addresses.begin(), options_.addresses.end());
  std::string command;
  AppendRespCommand({"CLUSTER", "SLOTS"}, &command);
  arrow::Status why;
  for (const RedisAddress& node : nodes) {
    std::shared_ptr<const RedisSlotMap> map;
    const arrow::Status asked = ExchangeAt(node, command, 1, context, [&](size_t, RespReader reply) -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(RedisSlotMap slots, RedisSlotMap::Of(reply, node));
      map = std::make_shared<const RedisSlotMap>(std::move(slots));
      return arrow::Status::OK();
    });
    if (asked.IsCancelled()) return asked;
    if (why.ok()) why = asked;
    if (!map) continue;
    const std::lock_guard lock(mutex_);
    return slots_ = std::move(map);
  }
  return why;
}

void RedisClient::ForgetPlaces() {
  const std::lock_guard lock(mutex_);
  slots_.reset();
  master_.reset();
}

arrow::Result<std::vector<RedisAddress>> RedisClient::Masters(const CallContext& context) {
  if (options_.kind == RedisOptions::Kind::kCluster) {
    ForgetPlaces();
    ARROW_ASSIGN_OR_RAISE(const auto slots, Slots(context));
    return slots->masters();
  }
  ARROW_ASSIGN_OR_RAISE(RedisAddress master, Master(context));
  return std::vector<RedisAddress>{std::move(master)};
}

// ---- Running commands

arrow::Status RedisClient::Run(const RedisBatch& batch, const CallContext& context, const RedisTaker& take) {
  if (batch.size() == 0) return context.Check();
  if (options_.kind == RedisOptions::Kind::kCluster) return RunInCluster(batch, context, take);
  if (options_.kind == RedisOptions::Kind::kSentinel) return RunAtMaster(batch, context, take);
  return RunAt(options_.addresses.front(), batch, context, take);
}

arrow::Status RedisClient::RunAt(const RedisAddress& master, const RedisBatch& batch, const CallContext& context,
                                 const RedisTaker& take) {
  return ExchangeAt(master, batch.bytes_, batch.size(), context, take);
}

arrow::Status RedisClient::RunAtMaster(const RedisBatch& batch, const CallContext& context, const RedisTaker& take) {
  const Deadline end = Deadline::After(kFailoverPatience);
  for (;;) {
    arrow::Status done;
    const auto master = Master(context);
    if (master.ok()) {
      arrow::Status passing;
      done = RunAt(*master, batch, context, [&](size_t i, RespReader reply) {
        const RespItem head = RespReader(reply).Next();
        if (!head.is_error() || !IsPassing(head.text)) return take(i, reply);
        passing = RedisBroken("Redis cannot serve now (" + std::string(head.text) + "). Server: " + master->Show());
        return arrow::Status::OK();
      });
      if (done.ok()) done = passing;
    } else {
      done = master.status();
    }
    if (!IsRedisBroken(done) || end.has_passed()) return done;
    ForgetPlaces();
    ARROW_RETURN_NOT_OK(PauseRedis(context));
  }
}

std::vector<RedisClient::Share> RedisClient::Shares(const RedisBatch& batch, const std::vector<size_t>& commands,
                                                    const RedisSlotMap& map) const {
  std::vector<Share> shares;
  for (const size_t command : commands) {
    const RedisAddress& node = map.NodeOf(batch.slots_[command]);
    auto share = std::find_if(shares.begin(), shares.end(), [&](const Share& known) { return known.address == node; });
    if (share == shares.end()) share = shares.insert(share, Share{node, {}, false});
    share->commands.push_back(command);
  }
  return shares;
}

arrow::Status RedisClient::TryShare(const Share& share, const RedisBatch& batch, const CallContext& context,
                                    const RedisTaker& take, Rest* rest) {
  const size_t step = share.is_asking ? 2 : 1;
  std::string commands;
  for (const size_t command : share.commands) {
    if (share.is_asking) AppendRespCommand({"ASKING"}, &commands);
    commands += batch.Command(command);
  }
  std::vector<bool> answered(share.commands.size());
  const arrow::Status done = ExchangeAt(
      share.address, commands, step * share.commands.size(), context, [&](size_t i, RespReader reply) -> arrow::Status {
        if (i % step != step - 1) return arrow::Status::OK();
        const size_t command = share.commands[i / step];
        const RespItem head = RespReader(reply).Next();
        answered[i / step] = true;
        if (!head.is_error()) return take(command, reply);
        if (head.text.starts_with("ASK ")) {
          ARROW_ASSIGN_OR_RAISE(RedisAddress place, RedisRedirection(head.text, share.address));
          rest->elsewhere.push_back({std::move(place), {command}, true});
        } else if (head.text.starts_with("MOVED ") || IsPassing(head.text)) {
          rest->again.push_back(command);
          rest->why = RedisBroken("The Redis cluster cannot serve now (" + std::string(head.text) +
                                  "). Server: " + share.address.Show());
        } else {
          return take(command, reply);
        }
        return arrow::Status::OK();
      });
  if (!IsRedisBroken(done)) return done;
  rest->why = done;
  for (size_t i = 0; i < answered.size(); ++i) {
    if (!answered[i]) rest->again.push_back(share.commands[i]);
  }
  return arrow::Status::OK();
}

arrow::Status RedisClient::RunInCluster(const RedisBatch& batch, const CallContext& context, const RedisTaker& take) {
  const Deadline end = Deadline::After(kFailoverPatience);
  std::vector<size_t> commands(batch.size());
  std::iota(commands.begin(), commands.end(), 0);
  std::vector<Share> shares;
  for (bool is_first = true; !commands.empty() || !shares.empty(); is_first = false) {
    Rest rest;
    if (!commands.empty()) {
      if (!is_first) ForgetPlaces();
      const auto map = Slots(context);
      if (map.ok()) {
        std::vector<Share> more = Shares(batch, commands, **map);
        shares.insert(shares.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
      } else if (!IsRedisBroken(map.status())) {
        return map.status();
      } else {
        rest.why = map.status();
        rest.again = commands;
      }
    }
    for (const Share& share : shares) ARROW_RETURN_NOT_OK(TryShare(share, batch, context, take, &rest));
    if (!rest.again.empty() && end.has_passed()) return rest.why;
    if (!rest.again.empty() && !is_first) ARROW_RETURN_NOT_OK(PauseRedis(context));
    commands = std::move(rest.again);
    shares = std::move(rest.elsewhere);
  }
  return arrow::Status::OK();
}

}  // namespace feast
