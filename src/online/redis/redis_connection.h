// One connection to one Redis server.
#pragma once

#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "arrow/result.h"
#include "feast/call_context.h"
#include "online/redis/redis_options.h"
#include "online/redis/redis_tls.h"
#include "online/redis/resp.h"
#include "system/descriptor.h"

namespace feast {

/// How to connect.
struct RedisDoor {
  RedisAddress address;
  RedisLogin login;
  int64_t database = 0;
  std::string client_name;
  /// nullptr for none.
  std::shared_ptr<TlsSettings> tls;
  std::chrono::milliseconds connect_patience, answer_patience;
};

/// Takes the reply to the command of that number; what it refers to is gone afterwards.
using RedisTaker = std::function<arrow::Status(size_t command, RespReader reply)>;

/// Not thread-safe. After an error it is good for nothing but to be closed.
class RedisConnection {
 public:
  /// Connects and logs in. IOError that tells an unreachable server from one that does not speak TLS, from wrong
  /// credentials and from a database it does not have; Cancelled when `context` says so.
  static arrow::Result<std::unique_ptr<RedisConnection>> Open(const RedisDoor& door, const CallContext& context);

  /// Sends commands, and hands their `count` replies over in order, each when it is there.
  arrow::Status Exchange(std::string_view commands, size_t count, const CallContext& context, const RedisTaker& take);

  const RedisAddress& address() const { return address_; }
  /// False in a forked child, which must leave its parent's connections alone.
  bool is_ours() const { return owner_ == getpid(); }

 private:
  RedisConnection(RedisAddress address, int socket, std::chrono::milliseconds patience)
      : address_(std::move(address)), socket_(socket), patience_(patience) {}

  arrow::Status Greet(const RedisDoor& door, const CallContext& context);
  arrow::Status GreetOverTls(const CallContext& context);
  arrow::Status LogIn(const RedisDoor& door, const CallContext& context);
  /// Sends all of it, taking in what comes meanwhile.
  arrow::Status Send(std::string_view bytes, const CallContext& context);
  /// Waits for at least one byte more.
  arrow::Status Receive(const CallContext& context);
  arrow::Status TakeIn(std::string_view received);
  arrow::Status Await(int events, const CallContext& context);
  arrow::Status Broken(const std::string& why) const;

  const RedisAddress address_;
  const Descriptor socket_;
  const std::chrono::milliseconds patience_;
  const pid_t owner_ = getpid();
  std::unique_ptr<TlsSession> tls_;
  /// What was received and not yet handed over, decrypted.
  std::string received_;
};

/// An IOError after which another try, on another connection, may go better.
arrow::Status RedisBroken(std::string message);
bool IsRedisBroken(const arrow::Status& status);

}  // namespace feast
