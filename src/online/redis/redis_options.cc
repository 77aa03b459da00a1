#include "online/redis/redis_options.h"

#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace feast {

namespace {

constexpr int kPortMax = 65535;
constexpr double kPatienceMaxS = 86'400;

using Arguments = std::map<std::string, std::string>;

arrow::Status Wrong(const std::string& what) {
  return arrow::Status::Invalid(what,
                                ". Write `online_store.connection_string` in feature_store.yaml as \"host:port\", "
                                "further addresses and arguments behind commas: "
                                "\"host:6379,ssl=true,username=feast,password=...,db=0\"");
}

template <typename Number>
bool Reads(std::string_view text, Number* number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), *number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

/// Feast takes JSON where it is: "text" in quotes is the text.
std::string Unquoted(std::string text) {
  const bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

arrow::Result<RedisAddress> AddressOf(std::string_view text) {
  RedisAddress address;
  const size_t colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos;
  std::string_view host = text.substr(0, has_port ? colon : text.size());
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  address.host = std::string(host);
  const bool good =
      !has_port || (Reads(text.substr(colon + 1), &address.port) && address.port > 0 && address.port <= kPortMax);
  // Only an address in brackets, of IPv6, has colons.
  const bool is_plain = host.find_first_of("/@ ") == std::string_view::npos &&
                        (text.starts_with('[') || host.find(':') == std::string_view::npos);
  // What is wrong is not shown: it may be a URL with a password in it.
  if (host.empty() || !is_plain || !good) return Wrong("The connection string of Redis has no address host:port");
  return address;
}

/// Takes arguments out one by one; what is left at the end is not known.
class ArgumentReader {
 public:
  explicit ArgumentReader(Arguments arguments) : arguments_(std::move(arguments)) {}

  std::string Text(const char* name) {
    auto taken = arguments_.extract(name);
    return taken.empty() ? "" : Unquoted(std::move(taken.mapped()));
  }
  arrow::Result<bool> Bool(const char* name, bool otherwise) {
    const std::string text = Text(name);
    if (text.empty()) return otherwise;
    if (text == "true" || text == "True" || text == "1") return true;
    if (text == "false" || text == "False" || text == "0") return false;
    return Wrong(std::string("The argument '") + name + "' of Redis's connection string must be true or false");
  }
  arrow::Status Integer(const char* name, int64_t* value) {
    const std::string text = Text(name);
    if (text.empty() || (Reads(text, value) && *value >= 0)) return arrow::Status::OK();
    return Wrong(std::string("The argument '") + name + "' of Redis's connection string must be a whole number");
  }
  arrow::Status Seconds(const char* name, std::chrono::milliseconds* value) {
    const std::string text = Text(name);
    if (text.empty() || text == "null" || text == "None") return arrow::Status::OK();
    double seconds = 0;
    if (!Reads(text, &seconds) || !(seconds > 0 && seconds <= kPatienceMaxS)) {
      return Wrong(std::string("The argument '") + name +
                   "' of Redis's connection string must be a number of seconds above zero and up to a day");
    }
    *value = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
    return arrow::Status::OK();
  }
  arrow::Status Finish() {
    // They are about redis-py itself.
    for (const char* name :
         {"decode_responses", "encoding", "encoding_errors", "health_check_interval", "lib_name", "lib_version",
          "max_connections", "protocol", "read_from_replicas", "require_full_coverage", "retry_on_timeout",
          "skip_full_coverage_check", "socket_keepalive", "socket_read_size", "cluster_error_retry_attempts"}) {
      arguments_.erase(name);
    }
    if (arguments_.empty()) return arrow::Status::OK();
    return Wrong("The connection string of Redis has an argument that is not known: '" + arguments_.begin()->first +
                 "'");
  }

 private:
  Arguments arguments_;
};

arrow::Status ReadTls(ArgumentReader& arguments, RedisTls* tls) {
  ARROW_ASSIGN_OR_RAISE(tls->is_on, arguments.Bool("ssl", false));
  tls->authorities = arguments.Text("ssl_ca_certs");
  tls->authorities_folder = arguments.Text("ssl_ca_path");
  tls->certificate = arguments.Text("ssl_certfile");
  tls->key = arguments.Text("ssl_keyfile");
  const std::string verifies = arguments.Text("ssl_cert_reqs");
  if (verifies != "" && verifies != "none" && verifies != "optional" && verifies != "required") {
    return Wrong("The argument 'ssl_cert_reqs' of Redis's connection string must be required, optional or none");
  }
  tls->verifies = verifies != "none";
  ARROW_ASSIGN_OR_RAISE(tls->checks_host, arguments.Bool("ssl_check_hostname", tls->verifies));
  if (tls->is_on || (tls->authorities + tls->certificate + tls->key).empty()) return arrow::Status::OK();
  return Wrong("The connection string of Redis names certificates but has no ssl=true, so they would not be used");
}

arrow::Status ReadArguments(ArgumentReader& arguments, RedisOptions* options) {
  ARROW_RETURN_NOT_OK(ReadTls(arguments, &options->tls));
  options->login = {arguments.Text("username"), Secret(arguments.Text("password"))};
  options->sentinel_login = {arguments.Text("sentinel_username"), Secret(arguments.Text("sentinel_password"))};
  ARROW_ASSIGN_OR_RAISE(options->sentinels_use_tls, arguments.Bool("sentinel_ssl", false));
  options->client_name = arguments.Text("client_name");
  ARROW_RETURN_NOT_OK(arguments.Integer("db", &options->database));
  ARROW_RETURN_NOT_OK(arguments.Seconds("socket_connect_timeout", &options->connect_patience));
  ARROW_RETURN_NOT_OK(arguments.Seconds("socket_timeout", &options->answer_patience));
  return arguments.Finish();
}

RedisOptions::Kind KindOfRedis(const std::string& type) {
  if (type == "redis_cluster") return RedisOptions::Kind::kCluster;
  return type == "redis_sentinel" ? RedisOptions::Kind::kSentinel : RedisOptions::Kind::kSingle;
}

}  // namespace

std::string RedisAddress::Show() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

arrow::Result<RedisOptions> RedisOptionsOf(const ComponentConfig& config) {
  RedisOptions options;
  options.kind = KindOfRedis(config.GetString("redis_type"));
  options.sentinel_master = config.GetString("sentinel_master");
  options.key_ttl_s = config.GetInt("key_ttl_seconds").value_or(0);
  options.deletes_by_scan = config.GetBool("full_scan_for_deletion").value_or(true);
  options.skips_reading_before_writing = config.GetBool("skip_dedup").value_or(false);
  if (options.key_ttl_s < 0) {
    return arrow::Status::Invalid(
        "`online_store.key_ttl_seconds` in feature_store.yaml must not be negative; leave it out to keep keys for "
        "ever");
  }
  Arguments arguments;
  // A configuration that was made in code need not have its defaults.
  const bool is_given = config.options.contains("connection_string");
  const std::string text = is_given ? config.GetString("connection_string") : "localhost";
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(',', start), text.size());
    const std::string part = text.substr(start, end - start);
    start = end + 1;
    if (const size_t equal = part.find('='); equal != std::string::npos) {
      arguments[part.substr(0, equal)] = part.substr(equal + 1);
    } else if (!part.empty()) {
      ARROW_ASSIGN_OR_RAISE(RedisAddress address, AddressOf(part));
      options.addresses.push_back(std::move(address));
    }
  }
  if (options.addresses.empty()) return Wrong("The connection string of Redis has no address");
  ArgumentReader reader(std::move(arguments));
  ARROW_RETURN_NOT_OK(ReadArguments(reader, &options));
  if (options.kind == RedisOptions::Kind::kCluster && options.database != 0) {
    return Wrong("A Redis cluster has no databases but 0; leave out the argument 'db'");
  }
  return options;
}

}  // namespace feast
