// Credentials as a profile of the AWS files describes them.
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <memory>
#include <set>
#include <utility>

#include "cloud/aws/aws_credential_sources.h"
#include "cloud/aws/aws_role_cache.h"
#include "system/terminal_question.h"

namespace feast {

namespace {

std::string At(const AwsSettings& settings, const char* key) {
  const auto found = settings.find(key);
  return found == settings.end() ? "" : found->second;
}

arrow::Result<AwsCredentials> FromProcess(const std::string& command, const std::string& profile) {
  FILE* const output = popen(command.c_str(), "re");
  if (output == nullptr) return arrow::Status::IOError("credential_process of profile '", profile, "' did not start");
  std::string json;
  std::array<char, 4096> block;
  for (size_t got = 0; (got = fread(block.data(), 1, block.size(), output)) > 0;) json.append(block.data(), got);
  const int ended = pclose(output);
  if (ended != 0) {
    return arrow::Status::Invalid("credential_process of profile '", profile, "' failed with exit code ",
                                  WIFEXITED(ended) ? WEXITSTATUS(ended) : -1, ". Run it by hand to see why");
  }
  auto credentials = AwsCredentialsFromJson(json, "SessionToken");
  if (!credentials.ok()) {
    return arrow::Status::Invalid("credential_process of profile '", profile,
                                  "' printed no credentials: ", credentials.status().message(),
                                  ". Run it by hand to see what it prints");
  }
  credentials->source = "credential_process of profile '" + profile + "'";
  return credentials;
}

/// Follows one profile, and those it assumes its role from.
class ProfileWalk {
 public:
  explicit ProfileWalk(const AwsCredentialContext& context) : context_(context) {}

  /// Nothing when the profile says nothing about credentials.
  arrow::Result<std::optional<AwsCredentials>> Resolve(const std::string& name) {
    const AwsSettings* settings = context_.profiles.Find(name);
    if (settings == nullptr) {
      return arrow::Status::Invalid("there is no profile '", name, "' in ", context_.profiles.files(),
                                    ". Check AWS_PROFILE or source_profile");
    }
    // A role may be assumed from the same profile's own keys.
    const bool seen = !visited_.insert(name).second;
    if (!At(*settings, "role_arn").empty() && !seen) return AssumeRole(name, *settings);
    if (!At(*settings, "sso_session").empty() || !At(*settings, "sso_start_url").empty()) {
      return AwsSsoCredentials(context_, name, *settings);
    }
    if (!At(*settings, "aws_access_key_id").empty()) return Keys(name, *settings);
    if (!At(*settings, "credential_process").empty()) return FromProcess(At(*settings, "credential_process"), name);
    if (seen) return arrow::Status::Invalid("the source_profile of '", name, "' leads back to it. Break the circle");
    return std::nullopt;
  }

 private:
  static arrow::Result<std::optional<AwsCredentials>> Keys(const std::string& name, const AwsSettings& settings) {
    AwsCredentials keys{At(settings, "aws_access_key_id"), Secret(At(settings, "aws_secret_access_key")),
                        Secret(At(settings, "aws_session_token")), std::nullopt, "profile '" + name + "'"};
    if (keys.secret_access_key.empty()) {
      return arrow::Status::Invalid("profile '", name, "' has aws_access_key_id without aws_secret_access_key");
    }
    return keys;
  }

  arrow::Result<std::optional<AwsCredentials>> AssumeRole(const std::string& name, const AwsSettings& settings) {
    AwsRoleRequest request;
    request.role_arn = At(settings, "role_arn");
    request.session_name = At(settings, "role_session_name");
    request.external_id = At(settings, "external_id");
    request.duration_seconds = At(settings, "duration_seconds");
    request.region = AwsRegion(context_.variables, context_.profiles);
    if (!At(settings, "web_identity_token_file").empty()) {
      return AssumeAwsRoleWithTokenFile(context_, request, At(settings, "web_identity_token_file"));
    }
    request.mfa_serial = At(settings, "mfa_serial");
    if (!request.mfa_serial.empty()) {
      if (auto kept = CachedAwsRole(context_.variables, request)) return kept;
    }
    ARROW_ASSIGN_OR_RAISE(request.from, RoleSource(name, settings));
    if (!request.from) {
      return arrow::Status::Invalid("profile '", name, "' has a role_arn, but what it is assumed from has no keys");
    }
    if (request.mfa_serial.empty()) return AssumeAwsRole(context_, request);
    ARROW_ASSIGN_OR_RAISE(request.mfa_code, OneTimeCode(name, request.mfa_serial));
    ARROW_ASSIGN_OR_RAISE(AwsCredentials credentials, AssumeAwsRole(context_, request));
    // A code is good for one time, and commands come one after the other.
    CacheAwsRole(context_.variables, request, credentials);
    return credentials;
  }

  static arrow::Result<Secret> OneTimeCode(const std::string& name, const std::string& device) {
    ARROW_ASSIGN_OR_RAISE(const auto code, AskOnTerminal("Enter MFA code for " + device + ": "));
    if (code) return Secret(Trimmed(*code));
    return arrow::Status::Invalid("profile '", name, "' asks for a one-time code (mfa_serial), and nobody is here to ",
                                  "give it. Run `aws sts get-caller-identity --profile ", name,
                                  "` in a terminal; what that keeps is used here until it expires");
  }

  /// What a role is assumed from.
  arrow::Result<std::optional<AwsCredentials>> RoleSource(const std::string& name, const AwsSettings& settings) {
    if (const std::string source = At(settings, "source_profile"); !source.empty()) return Resolve(source);
    const std::string source = At(settings, "credential_source");
    AwsCredentialAnswer answer;
    if (source == "Environment") {
      ARROW_ASSIGN_OR_RAISE(answer, AwsEnvironmentCredentials(context_));
    } else if (source == "EcsContainer") {
      ARROW_ASSIGN_OR_RAISE(answer, AwsContainerCredentials(context_));
    } else if (source == "Ec2InstanceMetadata") {
      ARROW_ASSIGN_OR_RAISE(answer, AwsInstanceCredentials(context_));
    } else {
      return arrow::Status::Invalid("profile '", name,
                                    "' has a role_arn, so it needs source_profile or credential_source (Environment, "
                                    "EcsContainer or Ec2InstanceMetadata)");
    }
    if (!answer.credentials) return arrow::Status::Invalid("profile '", name, "': ", answer.why_not);
    return std::move(answer.credentials);
  }

  const AwsCredentialContext& context_;
  std::set<std::string> visited_;
};

}  // namespace

arrow::Result<AwsCredentialAnswer> AwsProfileCredentials(const AwsCredentialContext& context) {
  const AwsProfiles& profiles = context.profiles;
  if (profiles.Find(profiles.current()) == nullptr && !profiles.current_is_named()) {
    return AwsCredentialAnswer{std::nullopt, "there is no profile 'default' in " + profiles.files()};
  }
  ARROW_ASSIGN_OR_RAISE(auto credentials, ProfileWalk(context).Resolve(profiles.current()));
  if (!credentials) {
    return AwsCredentialAnswer{std::nullopt, "profile '" + profiles.current() + "' holds no credentials"};
  }
  return AwsCredentialAnswer{std::move(credentials), ""};
}

}  // namespace feast
