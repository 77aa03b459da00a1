#include "http/http_client.h"

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
  release = true;
}

TEST(HttpClient, RefusesAnswersBeyondTheLimit) {
  LoopbackServer server([](const ReceivedRequest&) { return ServedResponse{200, std::string(1000, 'x')}; });
  HttpRequest request = Quick(server.url());
  request.response_bytes_max = 999;
  EXPECT_TRUE(HttpClient().Send(request).status().IsIOError());
  EXPECT_EQ(server.requests().size(), 1u);
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
  for (const char* bad : {"host:80", "ftp://x", "http://", "http://user:hush@host/"}) {
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
