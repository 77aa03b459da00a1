#include "cloud/aws/aws_role_cache.h"

#include <filesystem>
#include <string>

#include "cloud/digest.h"
#include "nlohmann/json.hpp"
#include "system/private_file.h"
#include "text/json_text.h"

namespace feast {

namespace {

using Json = nlohmann::json;

constexpr std::chrono::minutes kLeftMin{5};

/// Named for a digest of what is asked for, written as Python writes JSON.
arrow::Result<std::filesystem::path> CachePath(const Variables& variables, const AwsRoleRequest& role) {
  std::string asked;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) asked += std::string(asked.empty() ? "" : ", ") + "\"" + key + "\": " + value;
  };
  const auto quoted = [](const std::string& text) {
    return text.empty() ? "" : Json(text).dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
  };
  add("DurationSeconds", role.duration_seconds);
  add("ExternalId", quoted(role.external_id));
  add("RoleArn", quoted(role.role_arn));
  add("RoleSessionName", quoted(role.session_name));
  add("SerialNumber", quoted(role.mfa_serial));
  ARROW_ASSIGN_OR_RAISE(const std::string digest, Sha1("{" + asked + "}"));
  return BelowHome(variables, ".aws/cli/cache/" + Hex(digest) + ".json");
}

}  // namespace

std::optional<AwsCredentials> CachedAwsRole(const Variables& variables, const AwsRoleRequest& role) {
  const auto path = CachePath(variables, role);
  if (!path.ok()) return std::nullopt;
  const auto text = ReadTextFile(*path);
  if (!text.ok()) return std::nullopt;
  const Json json = ParseJson<Json>(*text);
  const auto kept = json.is_object() ? json.find("Credentials") : json.end();
  if (kept == json.end()) return std::nullopt;
  auto credentials = AwsCredentialsFromJson(kept->dump(), "SessionToken");
  if (!credentials.ok() || !credentials->expires_at ||
      *credentials->expires_at < std::chrono::system_clock::now() + kLeftMin) {
    return std::nullopt;
  }
  credentials->source = "the role " + role.role_arn;
  return *std::move(credentials);
}

void CacheAwsRole(const Variables& variables, const AwsRoleRequest& role, const AwsCredentials& credentials) {
  const auto path = CachePath(variables, role);
  if (!path.ok() || !credentials.expires_at) return;
  const Json kept{{"Credentials",
                   {{"AccessKeyId", credentials.access_key_id},
                    {"SecretAccessKey", credentials.secret_access_key.Reveal()},
                    {"SessionToken", credentials.session_token.Reveal()},
                    {"Expiration", IsoTime(*credentials.expires_at)}}}};
  ARROW_UNUSED(WritePrivateFile(*path, JsonText(kept)));
}

}  // namespace feast
