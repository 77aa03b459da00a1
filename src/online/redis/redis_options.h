// `online_store: {type: redis}` as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "feast/repo_config.h"
#include "text/secret.h"

namespace feast {

struct RedisAddress {
  std::string host;
  int port = 6379;
  bool operator==(const RedisAddress&) const = default;
  /// "host:port"
  std::string Show() const;
};

struct RedisTls {
  bool is_on = false;
  bool verifies = true, checks_host = true;
  /// PEM files; the system's authorities without `authorities`.
  std::string authorities, authorities_folder, certificate, key;
};

/// Who one says one is.
struct RedisLogin {
  std::string user;
  Secret password;
};

struct RedisOptions {
  enum class Kind : uint8_t { kSingle, kCluster, kSentinel };
  Kind kind = Kind::kSingle;
  /// At least one: the server, or nodes or sentinels to ask first.
  std::vector<RedisAddress> addresses;
  RedisLogin login, sentinel_login;
  int64_t database = 0;
  std::string client_name;
  RedisTls tls;
  bool sentinels_use_tls = false;
  std::string sentinel_master;
  /// Zero: keys stay for ever.
  int64_t key_ttl_s = 0;
  bool deletes_by_scan = true, skips_reading_before_writing = false;
  /// To connect, and until a server that has been asked says something.
  std::chrono::milliseconds connect_patience{10'000}, answer_patience{30'000};
};

/// The connection string as Feast reads it: addresses and arguments of redis-py, separated by commas. Invalid for what
/// cannot be meant, naming the argument and never its value.
arrow::Result<RedisOptions> RedisOptionsOf(const ComponentConfig& config);

}  // namespace feast
