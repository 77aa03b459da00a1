// What S3 answers, and what becomes of it. Signatures are checked against a real server in tests/backends.
#include "cloud/aws/s3_object_store.h"

#include <chrono>
#include <map>

#include "cloud/aws/s3_endpoint.h"
#include "cloud/aws/s3_put_arguments.h"
#include "feast/errors.h"
#include "gtest/gtest.h"
#include "http/loopback_server_test.h"

namespace feast {
namespace {

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

std::map<std::string, std::string> Environment(const std::string& endpoint) {
  return {{"AWS_ENDPOINT_URL_S3", endpoint},
          {"AWS_ENDPOINT_URL", "http://not.this.invalid"},
          {"AWS_ACCESS_KEY_ID", "AKI"},
          {"AWS_SECRET_ACCESS_KEY", "hush"}};
}

std::unique_ptr<ObjectStore> Store(const LoopbackServer& server, S3Options options = {}) {
  options.bucket = "bkt";
  return MakeS3ObjectStore(options, FixedVariables(Environment(server.url()))).ValueOrDie();
}

ServedResponse Refusal(int status, const std::string& code, HttpHeaders headers = {}) {
  return {status, "<Error><Code>" + code + "</Code><Message>Because.</Message></Error>", std::move(headers)};
}

/// The error of reading from a server that answers so.
arrow::Status ReadFailure(const ServedResponse& response) {
  LoopbackServer server([&](const ReceivedRequest&) { return response; });
  auto status = Store(server)->Get("a/b", "").status();
  EXPECT_FALSE(status.ok());
  EXPECT_SAYS(status.message(), "s3://bkt/a/b");
  EXPECT_SAYS(status.message(), server.url() + " (AWS_ENDPOINT_URL_S3)");
  EXPECT_EQ(status.message().find("hush"), std::string::npos);
  return status;
}

TEST(S3ObjectStore, ReadsConditionally) {
  LoopbackServer server([](const ReceivedRequest& request) {
    if (request.target == "/bkt/none") return Refusal(404, "NoSuchKey");
    if (request.headers.Get("If-None-Match") == "\"v\"") return ServedResponse{.status = 304};
    return ServedResponse{200, "bytes", {{"ETag", "\"v\""}}};
  });
  const auto store = Store(server);
  const auto found = store->Get("a b/+é", "").ValueOrDie();
  EXPECT_EQ(found.state, FetchedObject::State::kFound);
  EXPECT_EQ(found.bytes, "bytes");
  EXPECT_EQ(found.version, "\"v\"");
  EXPECT_EQ(server.requests().at(0).target, "/bkt/a%20b/%2B%C3%A9");
  EXPECT_EQ(store->Get("x", found.version).ValueOrDie().state, FetchedObject::State::kNotModified);
  EXPECT_EQ(store->Get("none", "").ValueOrDie().state, FetchedObject::State::kAbsent);
  for (const auto& request : server.requests())
    EXPECT_EQ(request.method, "GET") << "nothing but the object is asked for";
}

TEST(S3ObjectStore, WritesConditionallyWithItsArguments) {
  LoopbackServer server([](const ReceivedRequest& request) {
    if (request.headers.Get("If-Match") == "\"gone\"") return Refusal(404, "NoSuchKey");
    if (request.headers.Get("If-Match") == "\"busy\"") return Refusal(409, "ConditionalRequestConflict");
    if (request.headers.Has("If-Match")) return Refusal(412, "PreconditionFailed");
    return ServedResponse{200, "", {{"ETag", "\"new\""}}};
  });
  S3Options options;
  options.put_arguments = {{"ServerSideEncryption", "aws:kms"}, {"SSEKMSKeyId", "k"}, {"Tagging", "a=b"}};
  const auto store = Store(server, options);
  const auto written = store->Put("k", "bytes", WriteCondition::Absent()).ValueOrDie();
  EXPECT_FALSE(written.conflict);
  EXPECT_EQ(written.version, "\"new\"");
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.body, "bytes");
  EXPECT_EQ(request.headers.Get("If-None-Match"), "*");
  EXPECT_EQ(request.headers.Get("x-amz-server-side-encryption"), "aws:kms");
  EXPECT_EQ(request.headers.Get("x-amz-server-side-encryption-aws-kms-key-id"), "k");
  EXPECT_SAYS(request.headers.Get("Authorization"), "if-none-match;");
  for (const char* version : {"\"old\"", "\"gone\"", "\"busy\""}) {
    EXPECT_TRUE(store->Put("k", "bytes", WriteCondition::Version(version)).ValueOrDie().conflict) << version;
  }
}

TEST(S3ObjectStore, AWriteWhoseAnswerWasLostIsNoConflictWithItself) {
  std::string stored;
  bool lost = false;
  LoopbackServer server([&](const ReceivedRequest& request) {
    if (request.method == "GET") return ServedResponse{200, stored, {{"ETag", "\"mine\""}}};
    if (lost) return Refusal(412, "PreconditionFailed");
    lost = true;
    if (stored.empty()) stored = request.body;
    return ServedResponse{.hang_up = true};
  });
  const auto store = Store(server);
  const auto written = store->Put("k", "bytes", WriteCondition::Absent()).ValueOrDie();
  EXPECT_FALSE(written.conflict);
  EXPECT_EQ(written.version, "\"mine\"");
  // The same, but another one got there first.
  lost = false;
  stored = "other bytes";
  EXPECT_TRUE(store->Put("k", "bytes", WriteCondition::Absent()).ValueOrDie().conflict);
}

TEST(S3ObjectStore, WhatIsTransientByItsCodeIsTriedAgain) {
  int left = 1;
  std::string code = "RequestTimeout";
  LoopbackServer server([&](const ReceivedRequest&) {
    return left-- > 0 ? Refusal(400, code) : ServedResponse{200, "", {{"ETag", "\"new\""}}};
  });
  const auto store = Store(server);
  EXPECT_EQ(store->Put("k", "bytes", WriteCondition::Absent()).ValueOrDie().version, "\"new\"");
  EXPECT_EQ(server.requests().size(), 2u);
  left = 100;
  EXPECT_SAYS(store->Put("k", "bytes", WriteCondition::Absent()).status().message(), "to every attempt");
  left = 1;
  code = "MalformedXML";
  EXPECT_FALSE(store->Put("k", "bytes", WriteCondition::Absent()).ok());
}

TEST(S3ObjectStore, DeletesWhatIsThereOrNot) {
  int status = 204;
  LoopbackServer server([&](const ReceivedRequest&) {
    return status == 403 ? Refusal(403, "AccessDenied") : ServedResponse{.status = status};
  });
  const auto store = Store(server);
  EXPECT_TRUE(store->Delete("k").ok());
  status = 404;
  EXPECT_TRUE(store->Delete("k").ok());
  status = 403;
  EXPECT_SAYS(store->Delete("k").message(), "s3:DeleteObject");
}

TEST(S3ObjectStore, AVersionIsDeletedUnlessItIsAnotherNow) {
  std::vector<int> answers = {204};
  LoopbackServer server([&](const ReceivedRequest&) {
    const int status = answers.front();
    answers.erase(answers.begin());
    return ServedResponse{.status = status};
  });
  const auto store = Store(server);
  EXPECT_TRUE(store->DeleteVersion("k", "\"one\"").ValueOrDie());
  EXPECT_EQ(server.requests().back().headers.Get("If-Match"), "\"one\"");
  answers = {412};
  EXPECT_FALSE(store->DeleteVersion("k", "\"one\"").ValueOrDie());
  // A server older than the condition.
  answers = {501, 204};
  EXPECT_TRUE(store->DeleteVersion("k", "\"one\"").ValueOrDie());
  EXPECT_FALSE(server.requests().back().headers.Has("If-Match"));
}

TEST(S3ObjectStore, RefusalsSayWhatToDo) {
  arrow::Status status = ReadFailure(Refusal(404, "NoSuchBucket"));
  EXPECT_EQ(ErrorClass(status), "S3RegistryBucketNotExist");
  EXPECT_SAYS(status.message(), "The bucket 'bkt' does not exist. Create it");
  status = ReadFailure(Refusal(403, "AccessDenied"));
  EXPECT_EQ(ErrorClass(status), "S3RegistryBucketForbiddenAccess");
  EXPECT_SAYS(status.message(), "the credentials of the environment variable AWS_ACCESS_KEY_ID");
  EXPECT_SAYS(status.message(), "there is no such object yet and they lack s3:ListBucket");
  EXPECT_SAYS(status.message(), "Grant s3:GetObject on arn:aws:s3:::bkt/a/b");
  EXPECT_SAYS(status.message(), "(HTTP 403 AccessDenied: Because.)");
  EXPECT_SAYS(ReadFailure({403, "<html>"}).message(), "Grant s3:GetObject");
  EXPECT_SAYS(ReadFailure(Refusal(403, "InvalidAccessKeyId")).message(), "does not know the access key");
  EXPECT_SAYS(ReadFailure(Refusal(403, "SignatureDoesNotMatch")).message(), "Copy the pair again");
  EXPECT_SAYS(ReadFailure(Refusal(400, "InvalidToken")).message(), "Get new credentials");
  EXPECT_SAYS(ReadFailure(Refusal(400, "ExpiredToken")).message(), "Get new credentials");
  EXPECT_SAYS(ReadFailure(Refusal(418, "Teapot")).message(), "HTTP 418 Teapot");
}

TEST(S3ObjectStore, ClockSkewIsMeasured) {
  const auto status = ReadFailure(Refusal(403, "RequestTimeTooSkewed", {{"Date", "Fri, 01 Jan 2100 00:00:00 GMT"}}));
  EXPECT_SAYS(status.message(), "This machine's clock differs from the server's by ");
  EXPECT_SAYS(status.message(), " minutes (behind)");
  EXPECT_SAYS(status.message(), "Set the clock");
}

TEST(S3ObjectStore, WrongRegionIsNamed) {
  const auto status = ReadFailure(Refusal(301, "PermanentRedirect", {{"x-amz-bucket-region", "eu-central-1"}}));
  EXPECT_SAYS(status.message(),
              "is not in region 'us-east-1' but in 'eu-central-1'. Set AWS_DEFAULT_REGION=eu-central-1");
  const auto malformed =
      ReadFailure({400, "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-3</Region></Error>"});
  EXPECT_SAYS(malformed.message(), "AWS_DEFAULT_REGION=eu-west-3");
}

TEST(S3ObjectStore, ExpiredCredentialsAreLookedUpOnceMore) {
  int keys = 0;
  LoopbackServer server([&](const ReceivedRequest& request) {
    if (request.target == "/credentials") {
      return ServedResponse{200, R"({"AccessKeyId":"K)" + std::to_string(++keys) + R"(","SecretAccessKey":"s"})"};
    }
    const bool first = request.headers.Get("Authorization").find("=K1/") != std::string::npos;
    return first ? Refusal(400, "ExpiredToken") : ServedResponse{200, "bytes"};
  });
  const auto store =
      MakeS3ObjectStore({.bucket = "bkt", .endpoint = server.url(), .endpoint_source = "E"},
                        FixedVariables({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url() + "/credentials"}}))
          .ValueOrDie();
  EXPECT_EQ(store->Get("k", "").ValueOrDie().bytes, "bytes");
}

TEST(S3ObjectStore, AnonymousRequestsCarryNoSignature) {
  LoopbackServer server([](const ReceivedRequest&) { return ServedResponse{200, "public"}; });
  S3Options options;
  options.anonymous = true;
  EXPECT_EQ(Store(server, options)->Get("k", "").ValueOrDie().bytes, "public");
  EXPECT_FALSE(server.requests().at(0).headers.Has("Authorization"));
}

TEST(S3ObjectStore, UnreachableEndpointAndMissingCredentialsNameTheObject) {
  auto variables = Environment("http://127.0.0.1:1");
  auto store = MakeS3ObjectStore({.bucket = "bkt"}, FixedVariables(variables)).ValueOrDie();
  auto status = store->Get("k", "").status();
  EXPECT_TRUE(status.IsIOError());
  EXPECT_SAYS(status.message(), "Cannot reach http://127.0.0.1:1: ");
  EXPECT_SAYS(status.message(), "Object: s3://bkt/k, endpoint http://127.0.0.1:1 (AWS_ENDPOINT_URL_S3)");
  store = MakeS3ObjectStore({.bucket = "bkt"}, FixedVariables({{"AWS_EC2_METADATA_DISABLED", "1"}})).ValueOrDie();
  status = store->Get("k", "").status();
  EXPECT_SAYS(status.message(), "There are no AWS credentials");
  EXPECT_SAYS(status.message(), "Object: s3://bkt/k");
  EXPECT_SAYS(MakeS3ObjectStore({.bucket = "b"}, FixedVariables({{"AWS_ENDPOINT_URL", "host:1"}})).status().message(),
              "AWS_ENDPOINT_URL: 'host:1' is not a URL");
}

TEST(S3Endpoint, HostAndPathStyle) {
  const auto url = [](const std::map<std::string, std::string>& variables, const std::string& bucket,
                      const std::string& region) {
    const Variables lookup = FixedVariables(variables);
    return FindS3Endpoint("", "", lookup, AwsProfiles::Load(lookup).ValueOrDie())
        .ValueOrDie()
        .ObjectUrl(bucket, "k y", region);
  };
  EXPECT_EQ(url({}, "bkt", "eu-west-1"), "https://bkt.s3.eu-west-1.amazonaws.com/k%20y");
  EXPECT_EQ(url({}, "my.bkt", "eu-west-1"), "https://s3.eu-west-1.amazonaws.com/my.bkt/k%20y");
  EXPECT_EQ(url({}, "bkt", "cn-north-1"), "https://bkt.s3.cn-north-1.amazonaws.com.cn/k%20y");
  EXPECT_EQ(url({{"AWS_USE_FIPS_ENDPOINT", "true"}, {"AWS_USE_DUALSTACK_ENDPOINT", "true"}}, "bkt", "us-east-2"),
            "https://bkt.s3-fips.dualstack.us-east-2.amazonaws.com/k%20y");
  EXPECT_EQ(url({{"AWS_ENDPOINT_URL", "https://minio.local:443/base/"}}, "bkt", "x"),
            "https://minio.local/base/bkt/k%20y");
  EXPECT_EQ(
      url({{"AWS_ENDPOINT_URL", "http://a"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}}, "bkt", "eu-west-1"),
      "https://bkt.s3.eu-west-1.amazonaws.com/k%20y");
}

TEST(S3PutArguments, UnknownNamesAndLineBreaksAreRefused) {
  EXPECT_SAYS(S3PutHeaders({{"ServerSideEncription", "x"}}).status().message(), "Did you mean 'ServerSideEncryption'?");
  EXPECT_FALSE(S3PutHeaders({{"CacheControl", "a\r\nX: y"}}).ok());
}

}  // namespace
}  // namespace feast
