#include "cloud/aws/aws_credential_chain.h"

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "cloud/aws/aws_profiles.h"
#include "cloud/digest.h"
#include "gtest/gtest.h"
#include "http/loopback_server_test.h"
#include "nlohmann/json.hpp"
#include "system/test_folder.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInstanceJson =
    R"({"Code":"Success","AccessKeyId":"AKI","SecretAccessKey":"hush","Token":"TOK","Expiration":"2099-01-01T00:00:00Z"})";
constexpr const char* kRoleXml =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLEKEY</AccessKeyId><SecretAccessKey>ROLESECRET"
    "</SecretAccessKey><SessionToken>a&amp;b</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
    "</AssumeRoleResult></AssumeRoleResponse>";

/// A home folder with AWS files, and the variables of one test.
class AwsCredentialChainTest : public testing::Test {
 protected:
  void SetUp() override {
    // Whoever runs the tests at a terminal is not asked anything.
    ASSERT_NE(std::freopen("/dev/null", "r", stdin), nullptr);
    fs::create_directories(home_ / ".aws/sso/cache");
    variables_ = {{"HOME", home_.string()}, {"AWS_EC2_METADATA_DISABLED", "true"}};
  }

  void Write(const std::string& path, const std::string& text) { std::ofstream(home_ / path) << text; }
  arrow::Result<std::shared_ptr<const AwsCredentials>> Get() {
    const Variables variables = FixedVariables(variables_);
    return AwsCredentialChain(variables, std::make_shared<HttpClient>(variables)).Get();
  }
  /// The error's text, which holds no secret of these tests.
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

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(AwsCredentialChainTest, NothingAnywhereNamesEverySource) {
  const std::string message = Failure();
  for (const char* part :
       {"There are no AWS credentials. Set AWS_ACCESS_KEY_ID", "environment: AWS_ACCESS_KEY_ID",
        "web identity: AWS_WEB_IDENTITY_TOKEN_FILE", "profile: there is no profile 'default' in ",
        "container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "EC2 instance: AWS_EC2_METADATA_DISABLED"}) {
    EXPECT_SAYS(message, part);
  }
}

TEST_F(AwsCredentialChainTest, EnvironmentComesFirst) {
  variables_.insert({{"AWS_ACCESS_KEY_ID", "AKI"}, {"AWS_SECRET_ACCESS_KEY", "hush"}, {"AWS_SESSION_TOKEN", "TOK"}});
  Write(".aws/credentials", "[default]\naws_access_key_id = other\naws_secret_access_key = other\n");
  const auto found = Get().ValueOrDie();
  EXPECT_EQ(found->access_key_id, "AKI");
  EXPECT_EQ(found->secret_access_key.Reveal(), "hush");
  EXPECT_EQ(found->session_token.Reveal(), "TOK");
  variables_.erase("AWS_SECRET_ACCESS_KEY");
  EXPECT_SAYS(Failure(), "without AWS_SECRET_ACCESS_KEY");
}

TEST_F(AwsCredentialChainTest, ProfileKeysOfBothFiles) {
  Write(".aws/credentials", "# mine\n[default]\naws_access_key_id=AKI\naws_secret_access_key = hush=+/\n");
  Write(".aws/config",
        "[default]\nregion = eu-west-1\n[profile dev]\naws_access_key_id = DEV\naws_secret_access_key = S\n"
        "services = mine\n[services mine]\ns3 =\n  endpoint_url = http://s3.local\n");
  EXPECT_EQ(Get().ValueOrDie()->secret_access_key.Reveal(), "hush=+/");
  EXPECT_EQ(Get().ValueOrDie()->source, "profile 'default'");
  const Variables variables = FixedVariables(variables_);
  EXPECT_EQ(AwsRegion(variables, AwsProfiles::Load(variables).ValueOrDie()), "eu-west-1");
  variables_["AWS_PROFILE"] = "dev";
  EXPECT_EQ(Get().ValueOrDie()->access_key_id, "DEV");
  const Variables dev = FixedVariables(variables_);
  EXPECT_EQ(AwsEndpoint(dev, AwsProfiles::Load(dev).ValueOrDie(), "S3", "s3"), "http://s3.local");
  variables_["AWS_PROFILE"] = "prod";
  EXPECT_SAYS(Failure(), "there is no profile 'prod' in ");
}

TEST_F(AwsCredentialChainTest, DamagedFileIsNamedWithItsLineButNotItsText) {
  Write(".aws/credentials", "[default]\nhush\n");
  EXPECT_SAYS(Failure(), (home_ / ".aws/credentials").string() + ":2: ");
}

TEST_F(AwsCredentialChainTest, RoleOfAProfileIsAssumedFromItsSource) {
  LoopbackServer sts([](const ReceivedRequest&) { return ServedResponse{200, kRoleXml}; });
  variables_.insert({{"AWS_ENDPOINT_URL_STS", sts.url()}, {"AWS_PROFILE", "role"}, {"AWS_REGION", "eu-west-1"}});
  Write(".aws/config",
        "[profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nexternal_id = e x\n"
        "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = hush\n");
  const auto found = Get().ValueOrDie();
  EXPECT_EQ(found->access_key_id, "ROLEKEY");
  EXPECT_EQ(found->session_token.Reveal(), "a&b");
  EXPECT_TRUE(found->expires_at.has_value());
  const auto request = sts.requests().at(0);
  EXPECT_SAYS(request.body, "Action=AssumeRole&");
  EXPECT_SAYS(request.body, "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr");
  EXPECT_SAYS(request.body, "ExternalId=e%20x");
  EXPECT_SAYS(request.headers.Get("Authorization"), "Credential=BASE/");
  EXPECT_SAYS(request.headers.Get("Authorization"), "/eu-west-1/sts/aws4_request");
}

TEST_F(AwsCredentialChainTest, NoneMayBeNoError) {
  HttpClient http(FixedVariables(variables_));
  EXPECT_FALSE(FindAwsCredentials(FixedVariables(variables_), http).ok());
  const auto none = FindAwsCredentials(FixedVariables(variables_), http, WithoutCredentials::kEmpty).ValueOrDie();
  EXPECT_EQ(none.access_key_id, "");
  Write(".aws/config", "[default]\nrole_arn = r\nsource_profile = nobody\n");
  const auto wrong = FindAwsCredentials(FixedVariables(variables_), http, WithoutCredentials::kEmpty).status();
  EXPECT_SAYS(wrong.message(), "there is no profile 'nobody'");
}

TEST_F(AwsCredentialChainTest, RefusedRoleCirclesAndMissingSources) {
  LoopbackServer sts([](const ReceivedRequest&) {
    return ServedResponse{403, "<Error><Code>AccessDenied</Code><Message>not allowed</Message></Error>"};
  });
  variables_.insert({{"AWS_ENDPOINT_URL_STS", sts.url()}, {"AWS_PROFILE", "a"}});
  Write(".aws/config",
        "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\naws_access_key_id = B\n"
        "aws_secret_access_key = hush\n");
  EXPECT_SAYS(Failure(), "the role r could not be assumed: AccessDenied not allowed");
  Write(".aws/config",
        "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = s\nsource_profile = a\n");
  EXPECT_SAYS(Failure(), "leads back to it");
  Write(".aws/config", "[profile a]\nrole_arn = r\n");
  EXPECT_SAYS(Failure(), "needs source_profile or credential_source");
}

TEST_F(AwsCredentialChainTest, WebIdentityIsExchangedUnsigned) {
  LoopbackServer sts([](const ReceivedRequest&) { return ServedResponse{200, kRoleXml}; });
  Write("token", "JWT\n");
  variables_.insert({{"AWS_ENDPOINT_URL_STS", sts.url()},
                     {"AWS_WEB_IDENTITY_TOKEN_FILE", (home_ / "token").string()},
                     {"AWS_ROLE_ARN", "arn"}});
  EXPECT_EQ(Get().ValueOrDie()->access_key_id, "ROLEKEY");
  EXPECT_SAYS(sts.requests().at(0).body, "Action=AssumeRoleWithWebIdentity");
  EXPECT_SAYS(sts.requests().at(0).body, "WebIdentityToken=JWT");
  EXPECT_FALSE(sts.requests().at(0).headers.Has("Authorization"));
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/nowhere";
  EXPECT_SAYS(Failure(), "cannot read /nowhere");
}

TEST_F(AwsCredentialChainTest, SingleSignOn) {
  LoopbackServer sso([](const ReceivedRequest& request) {
    if (request.headers.Get("x-amz-sso_bearer_token") != "hush") return ServedResponse{401, "{}"};
    return ServedResponse{
        200,
        R"({"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"s","sessionToken":"t","expiration":4070908800000}})"};
  });
  Write(".aws/config",
        "[default]\nsso_session = main\nsso_account_id = 12\nsso_role_name = reader\n"
        "[sso-session main]\nsso_region = eu-west-1\nsso_start_url = https://x\n");
  variables_["AWS_ENDPOINT_URL_SSO"] = sso.url();
  EXPECT_SAYS(Failure(), "you are not signed in. Run `aws sso login --profile default`");
  const std::string cache = ".aws/sso/cache/" + Hex(Sha1("main").ValueOrDie()) + ".json";
  Write(cache, R"({"accessToken":"hush","expiresAt":"2001-01-01T00:00:00Z"})");
  EXPECT_SAYS(Failure(), "your sign-in has expired");
  Write(cache, R"({"accessToken":"hush","expiresAt":"2099-01-01T00:00:00Z"})");
  EXPECT_EQ(Get().ValueOrDie()->access_key_id, "SSO");
  EXPECT_EQ(sso.requests().back().target, "/federation/credentials?role_name=reader&account_id=12");
  Write(cache, R"({"accessToken":"old","expiresAt":"2099-01-01T00:00:00Z"})");
  EXPECT_SAYS(Failure(), "no longer accepted");
}

TEST_F(AwsCredentialChainTest, AnExpiredSignInIsRenewedByItsRefreshToken) {
  int renewals = 0;
  LoopbackServer aws([&](const ReceivedRequest& request) {
    if (request.target != "/token") {
      const bool is_new = request.headers.Get("x-amz-sso_bearer_token") == "hush-" + std::to_string(renewals);
      return ServedResponse{is_new ? 200 : 401,
                            R"({"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"s","sessionToken":"t"}})"};
    }
    const auto asked = nlohmann::json::parse(request.body);
    if (asked["refreshToken"] != "R" + std::to_string(renewals) || asked["grantType"] != "refresh_token" ||
        asked["clientId"] != "C" || asked["clientSecret"] != "S") {
      return ServedResponse{400, R"({"error":"invalid_grant"})"};
    }
    ++renewals;
    return ServedResponse{200, R"({"accessToken":"hush-)" + std::to_string(renewals) +
                                   R"(","expiresIn":60,"refreshToken":"R)" + std::to_string(renewals) + R"("})"};
  });
  Write(".aws/config",
        "[default]\nsso_session = main\nsso_account_id = 12\nsso_role_name = reader\n"
        "[sso-session main]\nsso_region = eu-west-1\nsso_start_url = https://x\n");
  variables_.insert({{"AWS_ENDPOINT_URL_SSO", aws.url()}, {"AWS_ENDPOINT_URL_SSO_OIDC", aws.url()}});
  const fs::path cache = ".aws/sso/cache/" + Hex(Sha1("main").ValueOrDie()) + ".json";
  const auto token = [](const std::string& registration_ends) {
    return R"({"accessToken":"hush","expiresAt":"2001-01-01T00:00:00Z","refreshToken":"R0","clientId":"C",)"
           R"("clientSecret":"S","startUrl":"https://x","registrationExpiresAt":")" +
           registration_ends + "\"}";
  };
  Write(cache, token("2099-01-01T00:00:00Z"));
  EXPECT_EQ(Get().ValueOrDie()->access_key_id, "SSO");
  // It is kept for the next command and for the aws command: its owner's alone, and all that was there still is.
  const auto kept = nlohmann::json::parse(std::ifstream(home_ / cache));
  EXPECT_EQ(kept["accessToken"], "hush-1");
  EXPECT_EQ(kept["refreshToken"], "R1");
  EXPECT_EQ(kept["startUrl"], "https://x");
  EXPECT_EQ(fs::status(home_ / cache).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(home_ / ".aws/sso/cache"), fs::directory_iterator()), 1);
  // A minute is little: it is renewed again.
  EXPECT_EQ(Get().ValueOrDie()->access_key_id, "SSO");
  EXPECT_EQ(renewals, 2);
  // Refused, but still good: it serves until it expires.
  Write(cache, R"({"accessToken":"hush-2","refreshToken":"R0","clientId":"C","clientSecret":"S","expiresAt":")" +
                   IsoTime(std::chrono::system_clock::now() + std::chrono::minutes(2)) +
                   R"(","registrationExpiresAt":"2099-01-01T00:00:00Z"})");
  EXPECT_EQ(Get().ValueOrDie()->access_key_id, "SSO");
  // Refused, or not to be asked for.
  Write(cache, token("2099-01-01T00:00:00Z"));
  EXPECT_SAYS(Failure(), "your sign-in has expired. Run `aws sso login --profile default`");
  const size_t asked = aws.requests().size();
  Write(cache, token("2001-01-01T00:00:00Z"));
  EXPECT_SAYS(Failure(), "your sign-in has expired");
  EXPECT_EQ(aws.requests().size(), asked);
}

constexpr const char* kMfaProfile =
    "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n"
    "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = hush\n";

TEST_F(AwsCredentialChainTest, AOneTimeCodeIsAskedForOnTheTerminal) {
  LoopbackServer sts([](const ReceivedRequest& request) {
    return request.body.find("TokenCode=123456") == std::string::npos ? ServedResponse{403, "<Code>No</Code>"}
                                                                      : ServedResponse{200, kRoleXml};
  });
  variables_["AWS_ENDPOINT_URL_STS"] = sts.url();
  Write(".aws/config", kMfaProfile);
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    const auto found = Get();
    _exit(found.ok() && (*found)->access_key_id == "ROLEKEY" ? 0 : 1);
  }
  std::string shown;
  char character = 0;
  while (!shown.ends_with("mfa/me: ") && read(terminal, &character, 1) == 1) shown += character;
  EXPECT_EQ(shown, "Enter MFA code for arn:aws:iam::1:mfa/me: ");
  ASSERT_EQ(write(terminal, "123456\n", 7), 7);
  while (read(terminal, &character, 1) == 1) shown += character;
  int ended = 0;
  waitpid(child, &ended, 0);
  close(terminal);
  EXPECT_EQ(ended, 0);
  EXPECT_SAYS(sts.requests().at(0).body, "SerialNumber=arn%3Aaws%3Aiam%3A%3A1%3Amfa%2Fme");
  // The next command, with a terminal or without, asks neither the person nor AWS.
  EXPECT_EQ(Get().ValueOrDie()->access_key_id, "ROLEKEY");
  EXPECT_EQ(Get().ValueOrDie()->session_token.Reveal(), "a&b");
  EXPECT_EQ(sts.requests().size(), 1u);
}

TEST_F(AwsCredentialChainTest, AQuestionWithoutAnAnswerEnds) {
  Write(".aws/config", kMfaProfile);
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) _exit(Failure().find("was not answered") == std::string::npos ? 1 : 0);
  char character = 0;
  for (std::string shown; !shown.ends_with("mfa/me: ") && read(terminal, &character, 1) == 1;) shown += character;
  const char end_of_input = 4;
  ASSERT_EQ(write(terminal, &end_of_input, 1), 1);
  int ended = -1;
  waitpid(child, &ended, 0);
  close(terminal);
  EXPECT_EQ(ended, 0);
}

TEST_F(AwsCredentialChainTest, WhatTheAwsCommandKeptOfARoleIsUsed) {
  Write(".aws/config", kMfaProfile);
  EXPECT_SAYS(Failure(),
              "nobody is here to give it. Run `aws sts get-caller-identity --profile default` in a terminal");
  // Named as botocore names it: sha1(json.dumps({"RoleArn": ..., "SerialNumber": ...}, sort_keys=True)).
  const std::string asked = R"({"RoleArn": "arn:aws:iam::1:role/r", "SerialNumber": "arn:aws:iam::1:mfa/me"})";
  const std::string file = ".aws/cli/cache/" + Hex(Sha1(asked).ValueOrDie()) + ".json";
  fs::create_directories(home_ / ".aws/cli/cache");
  const auto keep = [&](const std::string& expiration) {
    Write(file,
          R"({"Credentials": {"AccessKeyId": "KEPT", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": ")" +
              expiration + R"("}, "AssumedRoleUser": {}})");
  };
  keep("2099-01-01T00:00:00+00:00");
  EXPECT_EQ(Get().ValueOrDie()->access_key_id, "KEPT");
  keep("2001-01-01T00:00:00+00:00");
  EXPECT_SAYS(Failure(), "mfa_serial");
}

TEST_F(AwsCredentialChainTest, CredentialProcess) {
  Write(".aws/config",
        "[default]\ncredential_process = echo '{\"Version\":1,\"AccessKeyId\":\"PROC\",\"SecretAccessKey\":"
        "\"s\",\"SessionToken\":\"t\"}'\n");
  EXPECT_EQ(Get().ValueOrDie()->access_key_id, "PROC");
  EXPECT_EQ(Get().ValueOrDie()->session_token.Reveal(), "t");
  Write(".aws/config", "[default]\ncredential_process = echo hush\n");
  EXPECT_SAYS(Failure(), "printed no credentials");
  Write(".aws/config", "[default]\ncredential_process = exit 3\n");
  EXPECT_SAYS(Failure(), "failed with exit code 3");
}

TEST_F(AwsCredentialChainTest, ContainerEndpoint) {
  LoopbackServer container([](const ReceivedRequest& request) {
    return request.headers.Get("Authorization") == "hush" ? ServedResponse{200, kInstanceJson}
                                                          : ServedResponse{401, ""};
  });
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = container.url() + "/get";
  EXPECT_SAYS(Failure(), "answered 401");
  Write("token", "hush\n");
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = (home_ / "token").string();
  EXPECT_EQ(Get().ValueOrDie()->access_key_id, "AKI");
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.com/get";
  EXPECT_SAYS(Failure(), "must be https or an address of this machine");
}

TEST_F(AwsCredentialChainTest, InstanceMetadataWithASessionToken) {
  LoopbackServer metadata([](const ReceivedRequest& request) {
    if (request.method == "PUT") return ServedResponse{200, "SESSION"};
    if (request.headers.Get("X-aws-ec2-metadata-token") != "SESSION") return ServedResponse{401, ""};
    if (request.target.ends_with("/security-credentials/")) return ServedResponse{200, "my role\n"};
    return ServedResponse{200, kInstanceJson};
  });
  variables_.erase("AWS_EC2_METADATA_DISABLED");
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.url();
  EXPECT_EQ(Get().ValueOrDie()->session_token.Reveal(), "TOK");
  EXPECT_TRUE(metadata.requests().back().target.ends_with("/security-credentials/my%20role"));
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1";
  EXPECT_SAYS(Failure(), "EC2 instance: no instance metadata service answers");
}

TEST_F(AwsCredentialChainTest, TemporaryCredentialsAreFetchedAnewBeforeTheyExpire) {
  int fetched = 0;
  LoopbackServer container([&](const ReceivedRequest&) {
    ++fetched;
    if (fetched == 3) return ServedResponse{404, ""};
    const auto life = fetched == 1 ? std::chrono::minutes(4) : std::chrono::minutes(60);
    const std::string expires = IsoTime(std::chrono::system_clock::now() + life);
    return ServedResponse{200, R"({"AccessKeyId":"K)" + std::to_string(fetched) +
                                   R"(","SecretAccessKey":"s","Expiration":")" + expires + "\"}"};
  });
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = container.url();
  const Variables variables = FixedVariables(variables_);
  AwsCredentialChain chain(variables, std::make_shared<HttpClient>(variables));
  EXPECT_EQ(chain.Get().ValueOrDie()->access_key_id, "K1");
  EXPECT_EQ(chain.Get().ValueOrDie()->access_key_id, "K2") << "four minutes are too few";
  EXPECT_EQ(chain.Get().ValueOrDie()->access_key_id, "K2");
  chain.Forget();
  EXPECT_FALSE(chain.Get().ok());
}

template <typename T>
concept Streamable = requires(std::ostream& stream, const T& value) {
  stream << value;
};
static_assert(!Streamable<Secret>);
static_assert(Streamable<std::string>);

}  // namespace
}  // namespace feast
