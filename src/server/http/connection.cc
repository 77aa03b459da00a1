#include "server/http/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "system/exceptions.h"

namespace feast {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::uint32_t kHeaderBytesMax = 16 << 10;
/// For an answer to be taken by its client.
constexpr std::chrono::seconds kWriteTimeMax{30};
/// What is kept for the next request of a connection.
constexpr size_t kBufferBytesKept = 1 << 16;

std::string OwnText(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// The head of an answer and, where there is one, its body.
std::string MessageOf(const HttpAnswer& answer, bool keep_alive, bool with_body) {
  std::string message = "HTTP/1.1 " + std::to_string(answer.status) + " ";
  message.reserve(answer.body.size() + 256);
  message += ReasonOf(answer.status);
  message += "\r\nserver: feast\r\ncontent-length: ";
  message += std::to_string(answer.body.size());
  if (!answer.content_type.empty()) message.append("\r\ncontent-type: ").append(answer.content_type);
  for (const auto& [name, value] : answer.headers) {
    message.append("\r\n").append(name).append(": ").append(value);
  }
  if (!keep_alive) message += "\r\nconnection: close";
  message += "\r\n\r\n";
  if (with_body) message += answer.body;
  return message;
}

}  // namespace

Connection::Connection(WorkerSocket socket, ConnectionHost& host, std::unique_ptr<ServerTls> tls)
    : socket_(std::move(socket)), host_(host), tls_(std::move(tls)) {
  host_.metrics.CountConnections(1);
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (const auto peer = socket_.remote_endpoint(ignored); !ignored) {
    request_.client = peer.address().to_string();
  }
  NewParser();
}

Connection::~Connection() { host_.metrics.CountConnections(-1); }

void Connection::NewParser() {
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(kHeaderBytesMax);
  parser_->body_limit(static_cast<std::uint64_t>(host_.options.request_bytes_max));
  told_to_continue_ = false;
}

void Connection::Start() {
  deadline_ = Clock::now() + host_.options.keep_alive_timeout;
  Read();
}

void Connection::Look(Clock::time_point now) {
  if (state_ == State::kAnswering) return;
  if (host_.is_closing && state_ == State::kIdle) return Close();
  if (now < deadline_) return;
  if (state_ == State::kReading && !tls_) return Refuse(408, "The request did not come to its end in time");
  Close();
}

void Connection::Close() {
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

void Connection::Read() {
  socket_.async_read_some(asio::buffer(received_), [self = shared_from_this()](const auto& error, size_t count) {
    if (error) return self->Close();
    self->Received({self->received_.data(), count});
  });
}

void Connection::Received(std::string_view bytes) {
  if (!tls_) {
    in_ += bytes;
    return Parse();
  }
  std::string to_send;
  const bool ok = tls_->Receive(bytes, &in_, &to_send).ok();
  if (to_send.empty()) return ok ? Parse() : Close();
  out_ = std::move(to_send);
  asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this(), ok](const auto& error, size_t) {
    if (error || !ok) return self->Close();
    self->Parse();
  });
}

void Connection::Parse() {
  if (in_.empty()) return Read();
  if (state_ == State::kIdle) {
    state_ = State::kReading;
    begun_ = Clock::now();
    deadline_ = begun_ + host_.options.request_time_max;
  }
  size_t taken = 0;
  boost::system::error_code error;
  while (taken < in_.size() && !parser_->is_done()) {
    const size_t count = parser_->put(asio::buffer(in_.data() + taken, in_.size() - taken), error);
    taken += count;
    if (error || count == 0) break;
  }
  in_.erase(0, taken);
  if (error && error != http::error::need_more) {
    if (error == http::error::body_limit) {
      return Refuse(413, "The request has more than " + std::to_string(host_.options.request_bytes_max) + " bytes");
    }
    if (error == http::error::header_limit) return Refuse(431, "The request's headers are too large");
    return Refuse(400, "This is no HTTP request");
  }
  if (parser_->is_done()) return Handle();
  const auto& head = parser_->get();
  if (parser_->is_header_done() && !told_to_continue_ && head[http::field::expect] == "100-continue") {
    told_to_continue_ = true;
    std::string message = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!tls_) {
      out_ = std::move(message);
    } else {
      out_.clear();
      if (!tls_->Send(message, &out_).ok()) return Close();
    }
    return asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this()](const auto& failed, size_t) {
      if (failed) return self->Close();
      self->Read();
    });
  }
  Read();
}

void Connection::Refuse(int status, std::string_view detail) {
  keep_alive_ = false;
  request_.method = "-";
  request_.path = "-";
  Answered(DetailAnswer(status, detail));
}

void Connection::Handle() {
  auto message = parser_->release();
  keep_alive_ = message.keep_alive() && !host_.is_closing;
  request_.method = OwnText(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const size_t question = target.find('?');
  request_.path = target.substr(0, question);
  request_.query = question == std::string_view::npos ? "" : target.substr(question + 1);
  request_.content_type = OwnText(message[http::field::content_type]);
  request_.authorization = OwnText(message[http::field::authorization]);
  request_.body = std::move(message.body());
  state_ = State::kAnswering;
  const CallContext context{.stop = host_.stop, .deadline = Deadline::After(host_.options.request_time_max)};
  auto answered = Caught(
      [&]() -> arrow::Result<std::optional<HttpAnswer>> { return host_.endpoints.AnswerAtOnce(request_, context); });
  if (!answered.ok()) return Answered(ErrorAnswer(answered.status()));
  if (*answered) return Answered(**std::move(answered));
  const bool is_long = Endpoints::IsLong(request_);
  asio::post(is_long ? host_.long_pool : host_.pool, [self = shared_from_this(), is_long, context] {
    const CallContext allowed = is_long ? CallContext{.stop = context.stop, .deadline = {}} : context;
    auto result =
        Caught([&]() -> arrow::Result<HttpAnswer> { return self->host_.endpoints.Answer(self->request_, allowed); });
    HttpAnswer answer = result.ok() ? *std::move(result) : ErrorAnswer(result.status());
    asio::post(self->socket_.get_executor(),
               [self, answer = std::move(answer)]() mutable { self->Answered(std::move(answer)); });
  });
}

void Connection::Answered(HttpAnswer answer) {
  const auto time = Clock::now() - begun_;
  host_.metrics.CountRequest(request_.path, answer.status, time);
  host_.log.Write(request_, answer.status, answer.body.size(), time);
  if (host_.is_closing) keep_alive_ = false;
  Send(MessageOf(answer, keep_alive_, request_.method != "HEAD"), !keep_alive_);
}

void Connection::Send(std::string bytes, bool then_close) {
  state_ = State::kWriting;
  deadline_ = Clock::now() + kWriteTimeMax;
  if (!tls_) {
    out_ = std::move(bytes);
  } else {
    out_.clear();
    if (!tls_->Send(bytes, &out_).ok()) return Close();
    if (then_close) tls_->Close(&out_);
  }
  asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this(), then_close](const auto& error, size_t) {
    self->Written(!error, then_close);
  });
}

void Connection::Written(bool ok, bool then_close) {
  if (!ok || then_close) return Close();
  if (out_.capacity() > kBufferBytesKept) std::string().swap(out_);
  state_ = State::kIdle;
  deadline_ = Clock::now() + host_.options.keep_alive_timeout;
  NewParser();
  Parse();
}

}  // namespace feast
