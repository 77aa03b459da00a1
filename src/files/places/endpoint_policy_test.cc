#include "files/places/endpoint_policy.h"

#include <gtest/gtest.h>

#include "files/places/location.h"
#include "files/places/object_uri.h"

namespace feast::scan {
namespace {

TEST(CheckEndpoint, WhatIsNamedAndTheCloudsOwn) {
  const std::vector<std::string> named = {"http://minio:9000", "store.internal", "other:81"};
  for (const char* endpoint :
       {"http://minio:9000", "http://MINIO:9000/", "https://store.internal", "http://store.internal:8080",
        "https://other:81", "https://s3.eu-west-1.amazonaws.com", "https://s3-fips.us-east-1.amazonaws.com",
        "https://bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com", "https://s3.cn-north-1.amazonaws.com.cn",
        "https://storage.googleapis.com"}) {
    const auto trust = CheckEndpoint(endpoint, named);
    ASSERT_TRUE(trust.ok()) << trust.status().ToString();
    EXPECT_EQ(*trust, EndpointTrust::kNamed) << endpoint;
  }
}

TEST(CheckEndpoint, OthersAreToldTheLineToAdd) {
  for (const char* endpoint :
       {"https://minio:9000", "http://minio:9001", "http://minio:9000.evil.org", "https://evil.org",
        "http://s3.eu-west-1.amazonaws.com", "https://s3.execute-api.us-east-1.amazonaws.com",
        "https://ec2-1-2-3-4.compute.amazonaws.com", "https://s3.amazonaws.com.evil.org", "https://evilgoogleapis.com",
        "http://127.0.0.1.evil.org"}) {
    const auto status = CheckEndpoint(endpoint, {"http://minio:9000"}).status();
    ASSERT_TRUE(status.IsInvalid()) << endpoint;
    EXPECT_NE(status.message().find(std::string("`allowed_endpoints: [\"") + endpoint + "\"]`"), std::string::npos)
        << status.message();
  }
}

TEST(CheckEndpoint, ThisMachine) {
  EXPECT_EQ(CheckEndpoint("http://localhost:9000", {}).ValueOrDie(), EndpointTrust::kLoopback);
  EXPECT_EQ(CheckEndpoint("http://127.0.0.1:9000", {"127.0.0.1:9000"}).ValueOrDie(), EndpointTrust::kNamed);
}

TEST(OpenLocation, ServersThatOnlyTheSourceNames) {
  for (const char* uri : {"s3://b/k?endpoint_override=evil.org", "gs://b/k?endpoint_override=evil.org&scheme=http"}) {
    const auto status = OpenLocation(uri).status();
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.message().find("allowed_endpoints"), std::string::npos) << status.message();
  }
  EXPECT_FALSE(OpenLocation("s3://b/k", {"http://evil.org"}).ok());
  EXPECT_TRUE(OpenLocation("s3://b/k", {"http://evil.org", {"evil.org"}}).ok());
  EXPECT_TRUE(OpenLocation("s3://anonymous@b/k", {"http://evil.org"}).ok());
  EXPECT_TRUE(OpenLocation("gs://anonymous@b/k?endpoint_override=evil.org").ok());
  const auto keys = OpenLocation("s3://KEY:se/cret@b/k", {"http://evil.org"}).status();
  EXPECT_NE(keys.message().find("'s3://b/k'"), std::string::npos) << keys.message();
}

TEST(OpenLocation, EveryOddPathHasItsSentence) {
  const auto error = [](const std::string& uri) { return OpenLocation(uri).status().message(); };
  EXPECT_NE(error("https://host/a.parquet").find("web servers"), std::string::npos);
  EXPECT_NE(error("s3://arn:aws:s3:eu-west-1:1:accesspoint/a/k").find("-s3alias"), std::string::npos);
  EXPECT_NE(error("file://host/a").find("three slashes"), std::string::npos);
  EXPECT_EQ(OpenLocation("file:///a b/c").ValueOrDie().path, "/a b/c");
  for (const char* uri : {"S3://b/k", "s3n://b/k", "s3a://b/k"}) {
    EXPECT_EQ(OpenLocation(uri).ValueOrDie().Show(), "s3://b/k");
  }
}

TEST(ObjectUri, OptionsAndKeys) {
  constexpr std::string_view known[] = {"region", "tls_ca_file_path"};
  ObjectUri uri = TakeApart("b/k?region=eu-west-1&tls_ca_file_path=/a/b%20c.pem", known);
  EXPECT_EQ(uri.path, "b/k");
  EXPECT_EQ(uri.Option("tls_ca_file_path"), "/a/b c.pem");
  uri = TakeApart("b/a?day=1?region=x", known);
  EXPECT_EQ(uri.path, "b/a?day=1");
  EXPECT_EQ(uri.Option("region"), "x");
  for (const char* key : {"b/a?day=1.parquet", "b/part-?.parquet", "b/a?region", "b//c/../d", "b/x@y:z"}) {
    uri = TakeApart(key, known);
    EXPECT_EQ(uri.path, key);
    EXPECT_FALSE(uri.has_user);
  }
  uri = TakeApart("anonymous@b/k", known);
  EXPECT_TRUE(uri.has_user);
  EXPECT_EQ(uri.path, "b/k");
  uri = TakeApart("KEY:a/b+c%2Fd%zz@b/k", known);
  EXPECT_FALSE(uri.has_user) << "keys of a source are dropped";
  EXPECT_EQ(uri.path, "b/k");
}

}  // namespace
}  // namespace feast::scan
