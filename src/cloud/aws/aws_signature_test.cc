// Against the examples that AWS publishes: the Signature Version 4 test suite and the S3 documentation.
#include "cloud/aws/aws_signature.h"

#include <string>

#include "gtest/gtest.h"

namespace feast {
namespace {

std::string SignatureOf(const HttpHeaders& headers) {
  const std::string authorization = headers.Get("Authorization");
  return authorization.substr(authorization.find("Signature=") + 10);
}

std::string SuiteSignature(const HttpRequest& request, const std::string& token = "") {
  const AwsCredentials credentials{
      "AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), Secret(token), {}, ""};
  const auto signed_headers =
      SignForAws(request, credentials, {"us-east-1", "service"}, *ParseIsoTime("2015-08-30T12:36:00Z"));
  return SignatureOf(signed_headers.ValueOrDie());
}

std::string S3Signature(const HttpRequest& request) {
  const AwsCredentials credentials{
      "AKIAIOSFODNN7EXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), Secret(), {}, ""};
  return SignatureOf(
      SignForAws(request, credentials, {"us-east-1", "s3"}, *ParseIsoTime("2013-05-24T00:00:00Z")).ValueOrDie());
}

HttpRequest Request(const std::string& method, const std::string& url, HttpHeaders headers = {},
                    const std::string& body = "") {
  HttpRequest request;
  request.method = method;
  request.url = url;
  request.headers = std::move(headers);
  request.body = body;
  return request;
}

TEST(AwsSignature, TestSuite) {
  EXPECT_EQ(SuiteSignature(Request("GET", "https://example.amazonaws.com/")),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  EXPECT_EQ(SuiteSignature(Request("GET", "https://example.amazonaws.com:443/?Param2=value2&Param1=value1")),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  EXPECT_EQ(SuiteSignature(Request("POST", "https://example.amazonaws.com/",
                                   {{"Content-Type", "application/x-www-form-urlencoded"}}, "Param1=value1")),
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
  EXPECT_EQ(SuiteSignature(Request("POST", "https://example.amazonaws.com/")),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

TEST(AwsSignature, SessionTokenIsSigned) {
  const std::string token =
      "AQoDYXdzEPT//////////"
      "wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx"
      "7mSEI/qkPpKPi/"
      "kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d"
      "+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
  EXPECT_EQ(SuiteSignature(Request("POST", "https://example.amazonaws.com/"), token),
            "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
}

TEST(AwsSignature, S3Documentation) {
  const std::string host = "https://examplebucket.s3.amazonaws.com";
  EXPECT_EQ(S3Signature(Request("GET", host + "/test.txt", {{"Range", "bytes=0-9"}})),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  EXPECT_EQ(
      S3Signature(Request("PUT", host + "/test%24file.text",
                          {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                          "Welcome to Amazon S3.")),
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  EXPECT_EQ(S3Signature(Request("GET", host + "/?lifecycle")),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  EXPECT_EQ(S3Signature(Request("GET", host + "/?prefix=J&max-keys=2")),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

}  // namespace
}  // namespace feast
