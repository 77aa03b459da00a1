#include "cloud/google/google_credentials.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "cloud/aws/aws_signature.h"
#include "cloud/digest.h"
#include "gtest/gtest.h"
#include "http/loopback_server_test.h"
#include "http/url.h"
#include "nlohmann/json.hpp"
#include "system/test_folder.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

/// A private key nobody uses, made for this run.
std::string NewPrivateKey(EVP_PKEY** key) {
  *key = EVP_RSA_gen(2048);
  BIO* text = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(text, *key, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(text, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free(text);
  return pem;
}

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
  return escaped;
}

std::string DecodedBase64Url(const std::string& text) {
  std::string decoded;
  uint32_t bits = 0;
  int count = 0;
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const char c : text) {
    bits = bits << 6 | static_cast<uint32_t>(alphabet.find(c));
    count += 6;
    if (count >= 8) decoded += static_cast<char>(bits >> (count -= 8) & 0xff);
  }
  return decoded;
}

class GoogleCredentialsTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(home_ / ".config/gcloud");
    variables_ = {{"HOME", home_.string()}, {"NO_GCE_CHECK", "true"}};
  }

  void Write(const std::string& path, const std::string& text) { std::ofstream(home_ / path) << text; }
  void WriteNamed(const std::string& json) {
    Write("key.json", json);
    variables_["GOOGLE_APPLICATION_CREDENTIALS"] = (home_ / "key.json").string();
  }
  arrow::Result<std::shared_ptr<const GoogleToken>> Get() {
    const Variables variables = FixedVariables(variables_);
    return GoogleCredentials(variables, std::make_shared<HttpClient>(variables), "my-scope").Get();
  }
  std::string Failure() {
    const auto status = Get().status();
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(status.message().find("hush"), std::string::npos) << status.ToString();
    return status.message();
  }

  TestFolder temporary_;
  const fs::path home_ = temporary_.path();
  std::map<std::string, std::string> variables_;
};

TEST_F(GoogleCredentialsTest, NothingAnywhereNamesEverySource) {
  const std::string message = Failure();
  for (const char* part :
       {"There are no Google credentials. Run `gcloud auth application-default login`",
        "GOOGLE_APPLICATION_CREDENTIALS is not set", "gcloud: there is no ", "metadata server: NO_GCE_CHECK is set"}) {
    EXPECT_SAYS(message, part);
  }
}

TEST_F(GoogleCredentialsTest, ServiceAccountSignsItsAssertion) {
  LoopbackServer server([](const ReceivedRequest&) {
    return ServedResponse{200, R"({"access_token":"T","expires_in":3599})"};
  });
  EVP_PKEY* key = nullptr;
  const std::string pem = NewPrivateKey(&key);
  WriteNamed(R"({"type":"service_account","client_email":"a@b","private_key_id":"kid","private_key":")" + Escaped(pem) +
             R"(","token_uri":")" + server.url() + R"(/token"})");
  const auto token = Get().ValueOrDie();
  EXPECT_EQ(token->token.Reveal(), "T");
  EXPECT_TRUE(token->expires_at.has_value());
  EXPECT_SAYS(token->source, "the service account a@b");

  const std::string body = server.requests().at(0).body;
  const std::string assertion = body.substr(body.find("assertion=") + 10);
  const size_t claims = assertion.find('.') + 1, signature = assertion.find('.', claims) + 1;
  const std::string claimed = DecodedBase64Url(assertion.substr(claims, signature - claims - 1));
  EXPECT_SAYS(claimed, R"("iss":"a@b")");
  EXPECT_SAYS(claimed, R"("scope":"my-scope")");
  const std::string signed_text = assertion.substr(0, signature - 1);
  const std::string bytes = DecodedBase64Url(assertion.substr(signature));
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ASSERT_EQ(EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key), 1);
  EXPECT_EQ(EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                             reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size()),
            1);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
}

TEST_F(GoogleCredentialsTest, UsersRefreshTokenOfGcloud) {
  LoopbackServer server([](const ReceivedRequest& request) {
    return request.body.find("refresh_token=hush") != std::string::npos
               ? ServedResponse{200, R"({"access_token":"U","expires_in":10})"}
               : ServedResponse{400, R"({"error":"invalid_grant","error_description":"Token has been revoked."})"};
  });
  const auto file = [&](const std::string& refresh_token) {
    return R"({"type":"authorized_user","client_id":"i","client_secret":"hush2","refresh_token":")" + refresh_token +
           R"(","token_uri":")" + server.url() + R"("})";
  };
  Write(".config/gcloud/application_default_credentials.json", file("hush"));
  EXPECT_EQ(Get().ValueOrDie()->token.Reveal(), "U");
  Write(".config/gcloud/application_default_credentials.json", file("old"));
  const std::string message = Failure();
  EXPECT_SAYS(message, "invalid_grant: Token has been revoked.");
  EXPECT_SAYS(message, "application_default_credentials.json");
}

TEST_F(GoogleCredentialsTest, ExternalAccountByFileAndImpersonation) {
  LoopbackServer server([](const ReceivedRequest& request) {
    if (request.target == "/sts") {
      return request.body.find("subject_token=SUBJECT&") != std::string::npos
                 ? ServedResponse{200, R"({"access_token":"FEDERATED","expires_in":10})"}
                 : ServedResponse{400, "{}"};
    }
    return request.headers.Get("Authorization") == "Bearer FEDERATED"
               ? ServedResponse{200, R"({"accessToken":"IMPERSONATED","expireTime":"2099-01-01T00:00:00Z"})"}
               : ServedResponse{403, "{}"};
  });
  Write("subject", R"({"value":"SUBJECT"})");
  const std::string start = R"({"type":"external_account","audience":"aud","subject_token_type":"jwt","token_url":")" +
                            server.url() + R"(/sts","credential_source":{"file":")" + (home_ / "subject").string() +
                            R"(","format":{"type":"json","subject_token_field_name":"value"}})";
  WriteNamed(start + "}");
  EXPECT_EQ(Get().ValueOrDie()->token.Reveal(), "FEDERATED");
  WriteNamed(start + R"(,"service_account_impersonation_url":")" + server.url() + R"(/impersonate"})");
  EXPECT_EQ(Get().ValueOrDie()->token.Reveal(), "IMPERSONATED");
}

TEST_F(GoogleCredentialsTest, ExternalAccountOfAws) {
  LoopbackServer server([](const ReceivedRequest& request) {
    if (request.method == "PUT") return ServedResponse{200, "SESSION"};
    if (request.target.ends_with("/security-credentials/")) return ServedResponse{200, "role"};
    if (request.target.ends_with("/security-credentials/role")) {
      return ServedResponse{200, R"({"AccessKeyId":"AKI","SecretAccessKey":"hush","Token":"TOK"})"};
    }
    if (request.target.ends_with("/placement/region")) return ServedResponse{200, "eu-west-1\n"};
    return ServedResponse{200, R"({"access_token":"FEDERATED","expires_in":3600})"};
  });
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server.url();
  const std::string file =
      R"({"type":"external_account","audience":"//iam.googleapis.com/x","token_url":")" + server.url() +
      R"(/sts","subject_token_type":"urn:ietf:params:aws:token-type:aws4_request","credential_source":)";
  WriteNamed(file + R"({"environment_id":"aws1","regional_cred_verification_url":)"
                    R"("https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"}})");
  EXPECT_EQ(Get().ValueOrDie()->token.Reveal(), "FEDERATED");
  const std::string form = server.requests().back().body;
  const std::string key = "subject_token=";
  const size_t start = form.find(key) + key.size();
  // Encoded once as a token, and once more in the form.
  const auto subject =
      nlohmann::json::parse(PercentDecode(PercentDecode(form.substr(start, form.find('&', start) - start))));
  EXPECT_EQ(subject["url"], "https://sts.eu-west-1.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(subject["method"], "POST");
  std::map<std::string, std::string> headers;
  for (const auto& header : subject["headers"]) headers[header["key"]] = header["value"];
  EXPECT_EQ(headers["host"], "sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(headers["x-goog-cloud-target-resource"], "//iam.googleapis.com/x");
  EXPECT_EQ(headers["x-amz-security-token"], "TOK");
  // The signature, made anew from what Google gets.
  HttpRequest request;
  request.method = "POST";
  request.url = subject["url"];
  request.headers.Set("x-goog-cloud-target-resource", headers["x-goog-cloud-target-resource"]);
  std::string time = headers["x-amz-date"];
  for (const auto& [position, mark] : {std::pair(13, ":"), {11, ":"}, {6, "-"}, {4, "-"}}) time.insert(position, mark);
  const auto again = SignForAws(request, {"AKI", Secret("hush"), Secret("TOK"), std::nullopt, ""}, {"eu-west-1", "sts"},
                                *ParseIsoTime(time));
  EXPECT_EQ(headers["Authorization"], again.ValueOrDie().Get("Authorization"));
  EXPECT_SAYS(headers["Authorization"],
              "SignedHeaders=host;x-amz-date;x-amz-security-token;x-goog-cloud-target-resource");

  // Keys of the environment come before the instance's, as everywhere.
  variables_.insert({{"AWS_ACCESS_KEY_ID", "ENV"}, {"AWS_SECRET_ACCESS_KEY", "hush"}, {"AWS_REGION", "us-east-2"}});
  EXPECT_TRUE(Get().ok());
  EXPECT_SAYS(PercentDecode(PercentDecode(server.requests().back().body)), "Credential=ENV/");
  variables_.erase("AWS_ACCESS_KEY_ID");
  variables_.erase("AWS_SECRET_ACCESS_KEY");
  variables_["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_SAYS(Failure(), "There are no AWS credentials");
  WriteNamed(file + R"({"environment_id":"aws1"}})");
  EXPECT_SAYS(Failure(), "'regional_cred_verification_url'");
  WriteNamed(file + R"({"environment_id":"other9","url":"x"}})");
  EXPECT_SAYS(Failure(), "`file`, `url` or AWS");
}

TEST_F(GoogleCredentialsTest, MetadataServer) {
  LoopbackServer server([](const ReceivedRequest& request) {
    return request.headers.Get("Metadata-Flavor") == "Google"
               ? ServedResponse{200, R"({"access_token":"M","expires_in":10})", {{"Metadata-Flavor", "Google"}}}
               : ServedResponse{403, ""};
  });
  variables_.erase("NO_GCE_CHECK");
  variables_["GCE_METADATA_HOST"] = server.address();
  EXPECT_EQ(Get().ValueOrDie()->token.Reveal(), "M");
  EXPECT_EQ(server.requests().at(0).target,
            "/computeMetadata/v1/instance/service-accounts/default/token?scopes=my-scope");
}

TEST_F(GoogleCredentialsTest, BadFilesAreNamed) {
  variables_["GOOGLE_APPLICATION_CREDENTIALS"] = "/nowhere.json";
  EXPECT_SAYS(Failure(), "cannot read /nowhere.json");
  EXPECT_SAYS(Failure(), "Name a file that can be read in GOOGLE_APPLICATION_CREDENTIALS");
  WriteNamed("hush");
  EXPECT_SAYS(Failure(), "is not JSON");
  WriteNamed(R"({"type":"magic"})");
  EXPECT_SAYS(Failure(), "is of type 'magic'");
  WriteNamed(R"({"type":"service_account","client_email":"a@b","private_key":"hush"})");
  EXPECT_SAYS(Failure(), "not an unencrypted PEM key");
  EXPECT_SAYS(Failure(), "key.json");
  WriteNamed(R"({"type":"service_account","client_email":"a@b"})");
  EXPECT_SAYS(Failure(), "no 'private_key'");
}

}  // namespace
}  // namespace feast
