#include "online/redis/redis_connection.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace feast {

namespace {

/// How long a stop may go unnoticed.
constexpr std::chrono::milliseconds kRedisStopInterval{20};
constexpr size_t kPieceBytes = size_t{64} << 10;

class BrokenConnection : public arrow::StatusDetail {
 public:
  const char* type_id() const override { return "feast::RedisBroken"; }
  std::string ToString() const override { return "the connection broke"; }
};

constexpr const char* kWhereAddressIs = "`online_store.connection_string` in feature_store.yaml";

arrow::Status Unreachable(const RedisAddress& address, const std::string& why) {
  return RedisBroken("Redis cannot be reached (" + why + "). Check that it runs, and its address in " +
                     kWhereAddressIs + ". Server: " + address.Show());
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

arrow::Result<Addresses> LookUp(const RedisAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (failed != 0) return Unreachable(address, gai_strerror(failed));
  return Addresses(found, &freeaddrinfo);
}

/// Until one of `events` or the end of `patience`, which gives false.
arrow::Result<bool> AwaitSocket(int socket, int events, Deadline patience, const CallContext& context) {
  for (;;) {
    ARROW_RETURN_NOT_OK(context.Check());
    if (patience.has_passed()) return false;
    const auto slice = context.stop.stop_possible() ? kRedisStopInterval : std::chrono::minutes(1);
    const auto time = patience.LeftUpTo(context.deadline.LeftUpTo(slice));
    pollfd waiting{socket, static_cast<short>(events), 0};
    const int ready = poll(&waiting, 1, static_cast<int>(time.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return arrow::Status::IOError("Waiting failed: ", std::strerror(errno));
  }
}

/// A connected socket, or the reason why there is none.
arrow::Result<int> ConnectTo(const addrinfo& place, Deadline patience, const CallContext& context, std::string* why) {
  const int made = socket(place.ai_family, place.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, place.ai_protocol);
  if (made < 0) {
    *why = std::strerror(errno);
    return -1;
  }
  int error = connect(made, place.ai_addr, place.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    const auto ready = AwaitSocket(made, POLLOUT, patience, context);
    if (!ready.ok()) close(made);
    ARROW_RETURN_NOT_OK(ready);
    socklen_t size = sizeof(error);
    error = *ready ? getsockopt(made, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno : ETIMEDOUT;
  }
  if (error != 0) {
    *why = std::strerror(error);
    close(made);
    return -1;
  }
  const int yes = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  setsockopt(made, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
  return made;
}

arrow::Status LoginRefused(const RedisDoor& door, std::string_view said) {
  const std::string server = ". Server: " + door.address.Show();
  if (said.starts_with("WRONGPASS") || said.starts_with("ERR invalid password")) {
    return arrow::Status::IOError("Redis does not take the user name or password. Correct username= and password= in ",
                                  kWhereAddressIs, server);
  }
  if (said.starts_with("ERR AUTH") || said.starts_with("ERR Client sent AUTH")) {
    return arrow::Status::IOError("Redis asks for no password, but one is given. Leave out password= in ",
                                  kWhereAddressIs, server);
  }
  if (said.starts_with("NOAUTH")) {
    return arrow::Status::IOError("Redis asks for a password. Add password=, and username= for a user of its own, to ",
                                  kWhereAddressIs, server);
  }
  if (said.starts_with("ERR DB index")) {
    return arrow::Status::IOError("Redis has no such database. Correct db= in ", kWhereAddressIs,
                                  ". Database: ", door.database, server);
  }
  if (said.starts_with("LOADING") || said.starts_with("MASTERDOWN") || said.starts_with("ERR max number of clients")) {
    return RedisBroken("Redis cannot serve now (" + std::string(said) + ")" + server);
  }
  return arrow::Status::IOError("Redis refuses the connection: ", said, server);
}

}  // namespace

arrow::Status RedisBroken(std::string message) {
  return arrow::Status(arrow::StatusCode::IOError, std::move(message), std::make_shared<BrokenConnection>());
}

bool IsRedisBroken(const arrow::Status& status) {
  return status.detail() && status.detail()->type_id() == std::string_view("feast::RedisBroken");
}

arrow::Result<std::unique_ptr<RedisConnection>> RedisConnection::Open(const RedisDoor& door,
                                                                      const CallContext& context) {
  ARROW_RETURN_NOT_OK(context.Check());
  ARROW_ASSIGN_OR_RAISE(const Addresses places, LookUp(door.address));
  const Deadline patience = Deadline::After(door.connect_patience);
  std::string why = "no address";
  int connected = -1;
  for (const addrinfo* place = places.get(); place != nullptr && connected < 0; place = place->ai_next) {
    ARROW_ASSIGN_OR_RAISE(connected, ConnectTo(*place, patience, context, &why));
  }
  if (connected < 0) return Unreachable(door.address, why);
  std::unique_ptr<RedisConnection> connection(new RedisConnection(door.address, connected, door.answer_patience));
  const CallContext greeting = context.Within(door.connect_patience);
  const arrow::Status greeted = connection->Greet(door, greeting);
  // What speaks TLS says nothing, or hangs up, when it is not greeted in that way.
  if (greeted.IsCancelled() && context.Check().ok()) {
    return Unreachable(door.address, door.tls ? "it does not answer; if it does not speak TLS, leave out ssl=true"
                                              : "it does not answer; if it speaks TLS, add ssl=true");
  }
  if (IsRedisBroken(greeted) && !door.tls) {
    return Unreachable(door.address, greeted.message() + "; if it speaks TLS, add ssl=true");
  }
  ARROW_RETURN_NOT_OK(greeted);
  return connection;
}

arrow::Status RedisConnection::Greet(const RedisDoor& door, const CallContext& context) {
  if (!door.tls) return LogIn(door, context);
  ARROW_ASSIGN_OR_RAISE(tls_, door.tls->NewSession(door.address.host));
  const arrow::Status greeted = GreetOverTls(context);
  if (!greeted.ok() && !greeted.IsCancelled()) {
    return arrow::Status::IOError("Redis cannot be spoken to over TLS: ", greeted.message(),
                                  ". Check ssl=true and ssl_ca_certs= in ", kWhereAddressIs,
                                  ". Server: ", door.address.Show());
  }
  ARROW_RETURN_NOT_OK(greeted);
  return LogIn(door, context);
}

arrow::Status RedisConnection::GreetOverTls(const CallContext& context) {
  for (;;) {
    const auto done = tls_->Greet();
    // The server is told what is wrong with its certificate too.
    const std::string outgoing = tls_->TakeOutgoing();
    const arrow::Status sent = outgoing.empty() ? arrow::Status::OK() : Send(outgoing, context);
    ARROW_ASSIGN_OR_RAISE(const bool is_done, done);
    ARROW_RETURN_NOT_OK(sent);
    if (is_done) return arrow::Status::OK();
    ARROW_RETURN_NOT_OK(Await(POLLIN, context));
    char piece[kPieceBytes];
    const ssize_t size = recv(socket_.get(), piece, sizeof(piece), 0);
    if (size <= 0) return arrow::Status::IOError("it ended the connection");
    tls_->Feed({piece, static_cast<size_t>(size)});
  }
}

arrow::Status RedisConnection::LogIn(const RedisDoor& door, const CallContext& context) {
  std::string commands;
  size_t count = 0;
  if (!door.login.password.empty() || !door.login.user.empty()) {
    if (door.login.user.empty()) {
      AppendRespCommand({"AUTH", door.login.password.Reveal()}, &commands);
    } else {
      AppendRespCommand({"AUTH", door.login.user, door.login.password.Reveal()}, &commands);
    }
    ++count;
  }
  if (door.database != 0) {
    AppendRespCommand({"SELECT", std::to_string(door.database)}, &commands);
    ++count;
  }
  if (!door.client_name.empty()) {
    AppendRespCommand({"CLIENT", "SETNAME", door.client_name}, &commands);
    ++count;
  }
  // Of one that asks for a password, or does not speak TLS, it is known before the first question.
  AppendRespCommand({"PING"}, &commands);
  return Exchange(commands, count + 1, context, [&](size_t, RespReader reply) {
    const RespItem item = reply.Next();
    // Users who may not PING may do all that matters.
    const bool is_denied_ping = item.text.starts_with("NOPERM");
    return item.is_error() && !is_denied_ping ? LoginRefused(door, item.text) : arrow::Status::OK();
  });
}

arrow::Status RedisConnection::Exchange(std::string_view commands, size_t count, const CallContext& context,
                                        const RedisTaker& take) {
  ARROW_RETURN_NOT_OK(context.Check());
  if (tls_) {
    ARROW_RETURN_NOT_OK(tls_->Encrypt(commands));
    ARROW_RETURN_NOT_OK(Send(tls_->TakeOutgoing(), context));
  } else {
    ARROW_RETURN_NOT_OK(Send(commands, context));
  }
  size_t taken = 0, at = 0;
  for (;;) {
    const std::string_view left = std::string_view(received_).substr(at);
    ARROW_ASSIGN_OR_RAISE(const auto length, RespLength(left));
    if (length) {
      ARROW_RETURN_NOT_OK(take(taken, RespReader(left.substr(0, *length))));
      at += *length;
      if (++taken == count) break;
      continue;
    }
    received_.erase(0, at);
    at = 0;
    ARROW_RETURN_NOT_OK(Receive(context));
  }
  if (at != received_.size()) return Broken("it says more than it was asked");
  received_.clear();
  return arrow::Status::OK();
}

arrow::Status RedisConnection::Send(std::string_view bytes, const CallContext& context) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
      continue;
    }
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return Broken(std::strerror(errno));
    // A server that is stuck with an answer takes nothing in until that is read.
    ARROW_RETURN_NOT_OK(Await(POLLIN | POLLOUT, context));
    char piece[kPieceBytes];
    const ssize_t size = recv(socket_.get(), piece, sizeof(piece), 0);
    if (size == 0) return Broken("it ended the connection");
    if (size > 0) ARROW_RETURN_NOT_OK(TakeIn({piece, static_cast<size_t>(size)}));
  }
  return arrow::Status::OK();
}

arrow::Status RedisConnection::Receive(const CallContext& context) {
  char piece[kPieceBytes];
  for (;;) {
    const ssize_t size = recv(socket_.get(), piece, sizeof(piece), 0);
    if (size > 0) {
      const size_t before = received_.size();
      ARROW_RETURN_NOT_OK(TakeIn({piece, static_cast<size_t>(size)}));
      if (received_.size() > before) return arrow::Status::OK();
    } else if (size == 0) {
      return Broken("it ended the connection");
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      ARROW_RETURN_NOT_OK(Await(POLLIN, context));
    } else if (errno != EINTR) {
      return Broken(std::strerror(errno));
    }
  }
}

arrow::Status RedisConnection::TakeIn(std::string_view received) {
  if (tls_) {
    tls_->Feed(received);
    const arrow::Status decrypted = tls_->Decrypt(&received_);
    return decrypted.ok() ? decrypted : Broken(decrypted.message());
  }
  received_.append(received);
  return arrow::Status::OK();
}

arrow::Status RedisConnection::Await(int events, const CallContext& context) {
  ARROW_ASSIGN_OR_RAISE(const bool ready, AwaitSocket(socket_.get(), events, Deadline::After(patience_), context));
  if (ready) return arrow::Status::OK();
  return arrow::Status::IOError("Redis has not answered in ", patience_.count(),
                                " ms. Give it longer with socket_timeout= in ", kWhereAddressIs,
                                ". Server: ", address_.Show());
}

arrow::Status RedisConnection::Broken(const std::string& why) const {
  return RedisBroken("The connection to Redis broke (" + why +
                     "). Try again when the server is up. Server: " + address_.Show());
}

}  // namespace feast
