#include "cloud/aws/s3_bucket.h"

#include <map>

#include "cloud/place_error.h"
#include "gtest/gtest.h"
#include "http/loopback_server_test.h"

namespace feast {
namespace {

/// What a server with one object of ten bytes answers.
ServedResponse TenBytes(const ReceivedRequest& request, const std::string& tag) {
  const std::string text = "0123456789";
  if (request.headers.Has("If-Match") && request.headers.Get("If-Match") != tag) return {412, "", {}};
  const std::string range = request.headers.Get("Range");
  if (range.empty()) return {200, text, {{"ETag", tag}}};
  const auto first = static_cast<size_t>(std::stoi(range.substr(6)));
  const auto last = std::min<size_t>(static_cast<size_t>(std::stoi(range.substr(range.find('-') + 1))), 9);
  return {206,
          text.substr(first, last - first + 1),
          {{"ETag", tag}, {"Content-Range", "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/10"}}};
}

std::shared_ptr<ObjectBucket> Bucket(const LoopbackServer& server, S3ClientOptions options = {},
                                     std::map<std::string, std::string> more = {}) {
  options.bucket = "bkt";
  std::map<std::string, std::string> variables = {
      {"AWS_ENDPOINT_URL_S3", server.url()}, {"AWS_ACCESS_KEY_ID", "AKI"}, {"AWS_SECRET_ACCESS_KEY", "hush"}};
  for (auto& [name, value] : more) variables[name] = value;
  return OpenS3Bucket(options, FixedVariables(variables)).ValueOrDie();
}

TEST(S3Bucket, ReadsRangesOfOneVersion) {
  std::string tag = "\"a\"";
  LoopbackServer server([&](const ReceivedRequest& request) { return TenBytes(request, tag); });
  const auto bucket = Bucket(server);
  std::string version;
  EXPECT_EQ(ReadObjectRange(*bucket, "k", 10, 2, 3, &version).ValueOrDie(), "234");
  EXPECT_EQ(version, "a");
  EXPECT_EQ(ReadObjectRange(*bucket, "k", 10, 8, 2, &version).ValueOrDie(), "89");
  EXPECT_EQ(server.requests().at(1).headers.Get("If-Match"), "\"a\"");
  tag = "\"b\"";
  EXPECT_EQ(PlaceTroubleOf(ReadObjectRange(*bucket, "k", 10, 0, 2, &version).status()), PlaceTrouble::kChanged);
}

TEST(S3Bucket, AServerMayNotKnowTheCondition) {
  // It answers 412 to every condition, as for a weak tag it must, or passes the condition over.
  std::string tag = "W/\"a\"";
  LoopbackServer server([&](const ReceivedRequest& request) { return TenBytes(request, tag); });
  std::string version;
  EXPECT_EQ(ReadObjectRange(*Bucket(server), "k", 10, 0, 2, &version).ValueOrDie(), "01");
  EXPECT_EQ(ReadObjectRange(*Bucket(server), "k", 10, 0, 2, &version).ValueOrDie(), "01");
  tag = "W/\"b\"";
  EXPECT_EQ(PlaceTroubleOf(ReadObjectRange(*Bucket(server), "k", 10, 0, 2, &version).status()), PlaceTrouble::kChanged);
}

TEST(S3Bucket, AServerMayNotKnowRanges) {
  LoopbackServer server([](const ReceivedRequest&) { return ServedResponse{200, "0123456789", {{"ETag", "\"a\""}}}; });
  std::string version;
  EXPECT_EQ(ReadObjectRange(*Bucket(server), "k", 10, 4, 3, &version).ValueOrDie(), "456");
  EXPECT_FALSE(ReadObjectRange(*Bucket(server), "k", 11, 4, 3, &version).ok()) << "another size";
}

TEST(S3Bucket, ABrokenConnectionIsTriedAgainUnderTheSameVersion) {
  int asked = 0;
  LoopbackServer server([&](const ReceivedRequest& request) {
    ServedResponse response = TenBytes(request, "\"a\"");
    if (++asked == 1) response.bytes_missing = 5;
    return response;
  });
  std::string version = "a";
  EXPECT_EQ(ReadObjectRange(*Bucket(server), "k", 10, 0, 4, &version).ValueOrDie(), "0123");
  EXPECT_EQ(server.requests().at(1).headers.Get("If-Match"), "\"a\"");
}

TEST(S3Bucket, ListsKeysOfAnyCharacterPageByPage) {
  LoopbackServer server([](const ReceivedRequest& request) {
    const bool is_second = request.target.find("continuation-token=t%2B1") != std::string::npos;
    return ServedResponse{
        200, std::string("<ListBucketResult><EncodingType>url</EncodingType>") +
                 (is_second ? "<IsTruncated>false</IsTruncated><Contents><Key>a//b%2Bc</Key><Size>7</Size></Contents>"
                            : "<IsTruncated>true</IsTruncated><NextContinuationToken>t+1</NextContinuationToken>"
                              "<Contents><Key>a+b%3F%C3%BC</Key><Size>5</Size><ETag>&quot;x&quot;</ETag></Contents>"
                              "<CommonPrefixes><Prefix>p+q/</Prefix></CommonPrefixes>") +
                 "</ListBucketResult>"};
  });
  const auto bucket = Bucket(server);
  const ObjectPage first = bucket->List("a b", "/", "", 10).ValueOrDie();
  EXPECT_EQ(first.objects.at(0).key, "a b?ü");
  EXPECT_EQ(first.objects.at(0).size, 5);
  EXPECT_EQ(first.objects.at(0).version, "x");
  EXPECT_EQ(first.prefixes.at(0), "p q/");
  EXPECT_NE(server.requests().at(0).target.find("prefix=a%20b&delimiter=%2F"), std::string::npos);
  const ObjectPage second = bucket->List("a b", "/", first.next, 10).ValueOrDie();
  EXPECT_EQ(second.objects.at(0).key, "a//b+c");
  EXPECT_EQ(second.next, "");
}

TEST(S3Bucket, WithoutCredentialsRequestsGoUnsigned) {
  LoopbackServer server([](const ReceivedRequest& request) { return TenBytes(request, "\"a\""); });
  S3ClientOptions options;
  options.signing = S3Signing::kIfCredentials;
  const auto bucket = Bucket(server, options,
                             {{"AWS_ACCESS_KEY_ID", ""},
                              {"AWS_SECRET_ACCESS_KEY", ""},
                              {"AWS_EC2_METADATA_DISABLED", "true"},
                              {"HOME", "/no"}});
  EXPECT_EQ(bucket->Find("k").ValueOrDie()->size, 10);
  EXPECT_FALSE(server.requests().at(0).headers.Has("Authorization"));
}

TEST(S3Bucket, ATokenOfTheCloudStaysWhereItBelongs) {
  LoopbackServer server([](const ReceivedRequest& request) { return TenBytes(request, "\"a\""); });
  S3ClientOptions options;
  options.refuses_session_tokens = true;
  EXPECT_TRUE(Bucket(server, options)->Find("k").ok());
  const auto status = Bucket(server, options, {{"AWS_SESSION_TOKEN", "hush"}})->Find("k").status();
  EXPECT_NE(status.message().find("`allowed_endpoints: [\"" + server.url() + "\"]`"), std::string::npos)
      << status.message();
  EXPECT_EQ(status.message().find("hush"), std::string::npos);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(S3Bucket, ARefusalIsOfThePlaceAndSaysWhy) {
  LoopbackServer server([](const ReceivedRequest& request) {
    if (request.method == "HEAD") return ServedResponse{403, "", {}};
    return ServedResponse{403, "<Error><Code>RequestTimeTooSkewed</Code></Error>", {}};
  });
  const auto status = Bucket(server)->Find("k").status();
  EXPECT_EQ(PlaceTroubleOf(status), PlaceTrouble::kRefused);
  EXPECT_NE(status.message().find("clock"), std::string::npos) << status.message();
}

TEST(S3Bucket, UploadsAreFinishedOrAborted) {
  bool fails = false;
  LoopbackServer server([&](const ReceivedRequest& request) {
    if (request.method == "POST" && request.target.ends_with("?uploads=")) {
      return ServedResponse{200, "<R><UploadId>u/1</UploadId></R>", {}};
    }
    // S3 may find out that it cannot after it has said 200.
    if (request.method == "POST" && fails) {
      return ServedResponse{200, "<Error><Code>AccessDenied</Code></Error>", {}};
    }
    return ServedResponse{200, "", {{"ETag", "\"" + request.body + "\""}}};
  });
  const auto upload = Bucket(server)->StartUpload("k").ValueOrDie();
  ASSERT_TRUE(upload->Write(1, "two", true).ok());
  ASSERT_TRUE(upload->Write(0, "one", false).ok());
  ASSERT_TRUE(upload->Finish().ok());
  EXPECT_EQ(server.requests().at(3).target, "/bkt/k?uploadId=u%2F1");
  EXPECT_EQ(server.requests().at(3).body,
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"one\"</ETag></Part>"
            "<Part><PartNumber>2</PartNumber><ETag>\"two\"</ETag></Part></CompleteMultipartUpload>");
  fails = true;
  EXPECT_EQ(PlaceTroubleOf(upload->Finish()), PlaceTrouble::kRefused);
  upload->Abort();
  EXPECT_EQ(server.requests().back().method, "DELETE");
  EXPECT_EQ(server.requests().back().target, "/bkt/k?uploadId=u%2F1");
}

}  // namespace
}  // namespace feast
