#include "http/http_client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "http/loopback_server_test.h"
#include "http/url.h"

namespace feast {
namespace {

HttpRequest Quick(const std::string& url, const std::string& method = "GET") {
  HttpRequest request;
  request.method = method;
  request.url = url;
  request.patience.pause = std::chrono::milliseconds(1);
  return request;
}

TEST(HttpClient, SendsAndReceives) {
  LoopbackServer server([](const ReceivedRequest& request) {
    return ServedResponse{201, request.body + "!", {{"X-Answer", " 42 "}}};
  });
  HttpRequest request = Quick(server.url() + "/a%20b/../c?d=e", "PUT");
  request.headers.Set("X-Question", "?");
  request.body = std::string("zero\0byte", 9);
  const HttpResponse response = HttpClient().Send(request).ValueOrDie();
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, request.body + "!");
  EXPECT_EQ(response.headers.Get("x-answer"), "42");
  const auto received = server.requests().at(0);
  EXPECT_EQ(received.target, "/a%20b/../c?d=e");
  EXPECT_EQ(received.headers.Get("x-question"), "?");
  EXPECT_FALSE(received.headers.Has("Content-Type"));
  EXPECT_FALSE(received.headers.Has("Expect"));
  EXPECT_FALSE(response.earlier_attempt_unknown);
}

TEST(HttpClient, TriesAgainAfterServerTroubleAndLostAnswers) {
  int count = 0;
  LoopbackServer server([&](const ReceivedRequest&) {
    ++count;
    if (count == 1) return ServedResponse{503, "busy", {{"Retry-After", "0"}}};
    if (count == 2) return ServedResponse{.hang_up = true};
    if (count == 3) return ServedResponse{.body = "half", .bytes_missing = 4};
    return ServedResponse{200, "whole"};
  });
  int authorized = 0;
  HttpRequest request = Quick(server.url());
  request.authorize = [&](const HttpRequest&) -> arrow::Result<HttpHeaders> {
    return HttpHeaders{{"Authorization", std::to_string(++authorized)}};
  };
  const HttpResponse response = HttpClient().Send(request).ValueOrDie();
  EXPECT_EQ(response.body, "whole");
  EXPECT_TRUE(response.earlier_attempt_unknown);
  EXPECT_EQ(server.requests().at(3).headers.Get("Authorization"), "4") << "every attempt is signed anew";
}

TEST(HttpClient, GivesUpAfterItsAttempts) {
  LoopbackServer server([](const ReceivedRequest&) { return ServedResponse{500, "no"}; });
  EXPECT_EQ(HttpClient().Send(Quick(server.url())).ValueOrDie().status, 500);
  EXPECT_EQ(server.requests().size(), 4u);
}

TEST(HttpClient, RepeatsNothingThatMustNotBeRepeated) {
  LoopbackServer server([](const ReceivedRequest&) { return ServedResponse{.hang_up = true}; });
  HttpRequest request = Quick(server.url(), "POST");
  request.repeatable = false;
  EXPECT_TRUE(HttpClient().Send(request).status().IsIOError());
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(HttpClient, UnreachableServerIsNamedWithoutPathAndQuery) {
  std::string address;
  {
    address = LoopbackServer([](const ReceivedRequest&) { return ServedResponse{}; }).address();
  }
  const auto status = HttpClient().Send(Quick("http://" + address + "/path?token=hush")).status();
  EXPECT_TRUE(status.IsIOError());
  EXPECT_NE(status.message().find("Cannot reach http://" + address + ": "), std::string::npos) << status.ToString();
  EXPECT_NE(status.message().find("Check the address"), std::string::npos) << status.ToString();
  EXPECT_EQ(status.message().find("hush"), std::string::npos) << status.ToString();
  EXPECT_EQ(status.message().find("/path"), std::string::npos) << status.ToString();
}

TEST(HttpClient, PlainServerAtAnHttpsAddressAndMissingAuthorities) {
  LoopbackServer server([](const ReceivedRequest&) { return ServedResponse{}; });
  HttpRequest request = Quick("https://" + server.address());
  request.patience.attempts_max = 1;
  auto status = HttpClient(FixedVariables({})).Send(request).status();
  EXPECT_NE(status.message().find("speaks TLS"), std::string::npos) << status.ToString();
  status = HttpClient(FixedVariables({{"REQUESTS_CA_BUNDLE", "/nowhere.pem"}})).Send(request).status();
  EXPECT_NE(status.message().find("REQUESTS_CA_BUNDLE=/nowhere.pem"), std::string::npos) << status.ToString();
  status = HttpClient(FixedVariables({{"SSL_CERT_FILE", "/nowhere.pem"}, {"REQUESTS_CA_BUNDLE", "/dev/null"}}))
               .Send(request)
               .status();
  EXPECT_NE(status.message().find("SSL_CERT_FILE=/nowhere.pem"), std::string::npos) << status.ToString();
}

TEST(HttpClient, GoesThroughAProxyUnlessToldNotTo) {
  LoopbackServer proxy([](const ReceivedRequest&) { return ServedResponse{200, "by proxy"}; });
  HttpClient client(FixedVariables({{"HTTP_PROXY", proxy.url()}}));
  EXPECT_EQ(client.Send(Quick("http://feast.invalid/x")).ValueOrDie().body, "by proxy");
  EXPECT_EQ(proxy.requests().at(0).target, "http://feast.invalid/x");
  HttpRequest direct = Quick("http://feast.invalid/x");
  direct.use_proxy = false;
  EXPECT_TRUE(client.Send(direct).status().IsIOError());
}

TEST(HttpClient, TimesOutAndStopsWhenAsked) {
  std::atomic<bool> release = false;
  LoopbackServer server([&](const ReceivedRequest&) {
    while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return ServedResponse{};
  });
  HttpRequest request = Quick(server.url());
  request.patience.total = std::chrono::milliseconds(100);
  request.patience.attempts_max = 1;
  EXPECT_TRUE(HttpClient().Send(request).status().IsIOError());

  request.patience.total = std::chrono::minutes(5);
  std::stop_source stop;
  request.stop = stop.get_token();
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  const auto started = std::chrono::steady_clock::now();
  EXPECT_TRUE(HttpClient().Send(request).status().IsCancelled());
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(30));
  stopper.join();

  {
    const CallScope scope({.deadline = Deadline::After(std::chrono::milliseconds(100))});
    HttpRequest in_scope = Quick(server.url());
    in_scope.patience.total = std::chrono::minutes(5);
    EXPECT_TRUE(HttpClient().Send(in_scope).status().IsCancelled()) << "as the call that it is part of";
  }
  release = true;
}

TEST(HttpClient, RefusesAnswersBeyondTheLimit) {
  LoopbackServer server([](const ReceivedRequest&) { return ServedResponse{200, std::string(1000, 'x')}; });
  HttpRequest request = Quick(server.url());
  request.response_bytes_max = 999;
  EXPECT_TRUE(HttpClient().Send(request).status().IsIOError());
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(HttpClient, OfAnErrorAnswerAMebibyteIsEnough) {
  LoopbackServer server([](const ReceivedRequest&) { return ServedResponse{403, std::string(3 << 20, 'x')}; });
  const HttpResponse response = HttpClient().Send(Quick(server.url())).ValueOrDie();
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.body.size(), 1u << 20);
}

TEST(HttpClient, RefusesHeadersWithoutEnd) {
  LoopbackServer server([](const ReceivedRequest&) {
    ServedResponse response;
    for (int i = 0; i < 40; ++i) response.headers.Set("X-" + std::to_string(i), std::string(50'000, 'x'));
    return response;
  });
  EXPECT_TRUE(HttpClient().Send(Quick(server.url())).status().IsIOError());
}

/// Sends a byte of its answer every few milliseconds, for as long as somebody listens.
class DrippingServer {
 public:
  DrippingServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(socket_, 16) != 0) std::abort();
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] {
      for (int connection = accept(socket_, nullptr, nullptr); connection >= 0;
           connection = accept(socket_, nullptr, nullptr)) {
        ++connections;
        const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
        send(connection, head.data(), head.size(), MSG_NOSIGNAL);
        while (send(connection, "x", 1, MSG_NOSIGNAL) == 1) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        close(connection);
      }
    });
  }
  ~DrippingServer() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }

  std::string url;
  std::atomic<int> connections = 0;

 private:
  int socket_;
  std::thread thread_;
};

TEST(HttpClient, GivesUpOnAServerThatDrips) {
  DrippingServer server;
  HttpRequest request = Quick(server.url);
  request.patience.stall = std::chrono::seconds(2);
  request.patience.again_within = std::chrono::seconds(1);
  const auto started = std::chrono::steady_clock::now();
  EXPECT_TRUE(HttpClient().Send(request).status().IsIOError());
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(15));
  EXPECT_EQ(server.connections, 1) << "no attempt after `again_within`";
}

TEST(HttpClient, OneBudgetForAllAttempts) {
  DrippingServer server;
  HttpRequest request = Quick(server.url);
  request.patience.total = std::chrono::milliseconds(300);
  request.patience.attempts_max = 100;
  const auto started = std::chrono::steady_clock::now();
  EXPECT_TRUE(HttpClient().Send(request).status().IsIOError());
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
}

TEST(HttpClient, NoHeaderCanBringAnother) {
  LoopbackServer server([](const ReceivedRequest&) { return ServedResponse{}; });
  for (const std::string& value : {std::string("a\r\nX-Other: b"), std::string("a\nb"), std::string("a\0b", 3)}) {
    HttpRequest request = Quick(server.url());
    request.headers.Set("X-One", value);
    const auto status = HttpClient().Send(request).status();
    EXPECT_TRUE(status.IsInvalid());
    EXPECT_NE(status.message().find("X-One"), std::string::npos) << status.ToString();
    EXPECT_EQ(status.message().find("X-Other"), std::string::npos) << status.ToString();
    request = Quick(server.url());
    request.authorize = [&](const HttpRequest&) -> arrow::Result<HttpHeaders> { return HttpHeaders{{"A", value}}; };
    EXPECT_TRUE(HttpClient().Send(request).status().IsInvalid());
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpClient, BearerTokensGoOverTlsOrStayHere) {
  LoopbackServer server([](const ReceivedRequest&) { return ServedResponse{}; });
  HttpRequest request = Quick("http://feast.invalid/");
  request.headers.Set("Authorization", "Bearer hush");
  const auto status = HttpClient().Send(request).status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_NE(status.message().find("only over TLS"), std::string::npos) << status.ToString();
  request.url = server.url();
  EXPECT_TRUE(HttpClient().Send(request).ok());
}

TEST(HttpClient, FollowsNoRedirect) {
  LoopbackServer other([](const ReceivedRequest&) { return ServedResponse{}; });
  LoopbackServer server([&](const ReceivedRequest&) {
    return ServedResponse{307, "", {{"Location", other.url() + "/here"}}};
  });
  EXPECT_EQ(HttpClient().Send(Quick(server.url())).ValueOrDie().status, 307);
  EXPECT_TRUE(other.requests().empty());
}

TEST(HttpUrl, Loopback) {
  for (const char* host : {"localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.8.8.8", "[::1]"}) {
    EXPECT_TRUE(IsLoopback(host)) << host;
  }
  for (const char* host : {"127.0.0.1.evil.org", "localhost.evil.org", "128.0.0.1", "0.0.0.0", "", "[::2]"}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

TEST(HttpClient, IsSharedByThreadsAndSurvivesAFork) {
  LoopbackServer server([](const ReceivedRequest& request) { return ServedResponse{200, request.target}; });
  HttpClient client;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 10; ++i) {
        const std::string target = "/" + std::to_string(thread) + "/" + std::to_string(i);
        EXPECT_EQ(client.Send(Quick(server.url() + target)).ValueOrDie().body, target);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const pid_t child = fork();
  if (child == 0) _exit(client.Send(Quick(server.url() + "/child")).ValueOrDie().body == "/child" ? 0 : 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(HttpUrl, Parts) {
  const HttpUrl url = ParseHttpUrl("HTTPS://host:443/a/b?c=d#e").ValueOrDie();
  EXPECT_EQ(url.origin(), "https://host");
  EXPECT_EQ(url.path, "/a/b");
  EXPECT_EQ(url.query, "c=d");
  EXPECT_EQ(ParseHttpUrl("http://[::1]:80").ValueOrDie().host(), "[::1]");
  EXPECT_EQ(ParseHttpUrl("http://h:8080").ValueOrDie().host(), "h");
  for (const char* bad :
       {"host:80", "ftp://x", "http://", "http://user:hush@host/", "http://ho\nst/", "http://host\\@other/"}) {
    const auto status = ParseHttpUrl(bad).status();
    EXPECT_TRUE(status.IsInvalid()) << bad;
    EXPECT_EQ(status.message().find("hush"), std::string::npos);
  }
}

TEST(PercentEncoding, RoundTrips) {
  const std::string text = "a b/c+d~é%";
  EXPECT_EQ(PercentEncode(text), "a%20b%2Fc%2Bd~%C3%A9%25");
  EXPECT_EQ(PercentDecode(PercentEncode(text)), text);
  EXPECT_EQ(PercentEncode("a/b", "/"), "a/b");
  EXPECT_EQ(PercentDecode("100%"), "100%");
}

}  // namespace
}  // namespace feast
