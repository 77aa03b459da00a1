#include "registry/access_policy.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "nlohmann/json.hpp"
#include "registry/history/history_store.h"
#include "text/json_text.h"

namespace feast {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kReaderRole = "roles/storage.objectViewer";
constexpr const char* kWriterRole = "roles/storage.objectUser";

std::string Text(const Json& json) { return JsonText(json, 2) + "\n"; }

bool IsAccount(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "arn:PARTITION:iam::ACCOUNT:role/NAME"
struct IamArn {
  std::string partition, account;
};

arrow::Result<IamArn> ParseIamArn(const std::string& text) {
  std::array<std::string, 6> parts;
  size_t begin = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const size_t colon = i + 1 < parts.size() ? text.find(':', begin) : std::string::npos;
    parts[i] = text.substr(begin, colon == std::string::npos ? colon : colon - begin);
    if (colon == std::string::npos) break;
    begin = colon + 1;
  }
  const std::string& name = parts[5];
  if (parts[2] == "sts" && name.starts_with("assumed-role/")) {
    const std::string role = name.substr(name.find('/') + 1, name.rfind('/') - name.find('/') - 1);
    return arrow::Status::Invalid("'", text, "' is one session of a role. Name the role, such as arn:", parts[1],
                                  ":iam::", parts[4], ":role/", role);
  }
  const bool names_someone = name == "root" || (name.starts_with("role/") && name.size() > 5) ||
                             (name.starts_with("user/") && name.size() > 5);
  if (parts[0] != "arn" || !parts[1].starts_with("aws") || parts[2] != "iam" || !parts[3].empty() ||
      !IsAccount(parts[4]) || !names_someone || text.find_first_of("*? ") != std::string::npos) {
    return arrow::Status::Invalid("'", text,
                                  "' is no principal of a bucket policy. Give the ARN of a role or a user, such as "
                                  "arn:aws:iam::111122223333:role/feast-ci");
  }
  return IamArn{parts[1], parts[4]};
}

std::string RootOf(const IamArn& arn) { return "arn:" + arn.partition + ":iam::" + arn.account + ":root"; }

arrow::Status CheckWriters(const AccessGrants& grants, const char* example) {
  if (!grants.writers.empty()) return arrow::Status::OK();
  return arrow::Status::Invalid("A policy needs somebody who may write. Name your CI's identity, such as --writer ",
                                example);
}

std::string ConditionExpression(const ObjectLocation& registry) {
  const std::string object = "projects/_/buckets/" + registry.bucket + "/objects/" + registry.key;
  // JSON's escapes are those of CEL's strings, too.
  return "resource.name == " + JsonText(Json(object)) + " || resource.name.startsWith(" +
         JsonText(Json(object + kHistorySuffix + "/")) + ")";
}

struct Binding {
  const char* title;
  const char* role;
  const std::vector<std::string>* members;
};

arrow::Status CheckMember(const std::string& member) {
  static constexpr std::array<std::string_view, 6> kKinds = {
      "user:", "group:", "serviceAccount:", "domain:", "principal://", "principalSet://"};
  if (member == "allUsers" || member == "allAuthenticatedUsers") {
    return arrow::Status::Invalid("Google takes no conditions for '", member,
                                  "', so it cannot be let read the registry alone. Name a group, such as "
                                  "group:data@example.com");
  }
  const bool is_known = std::any_of(kKinds.begin(), kKinds.end(), [&](std::string_view kind) {
    return member.starts_with(kind) && member.size() > kind.size();
  });
  if (is_known && member.find_first_of(" '\n") == std::string::npos) return arrow::Status::OK();
  return arrow::Status::Invalid("'", member,
                                "' is no member of an IAM policy. Give its kind too, such as "
                                "serviceAccount:feast-ci@my-project.iam.gserviceaccount.com or group:data@example.com");
}

arrow::Result<std::vector<Binding>> Bindings(const AccessGrants& grants) {
  ARROW_RETURN_NOT_OK(CheckWriters(grants, "serviceAccount:feast-ci@my-project.iam.gserviceaccount.com"));
  if (grants.without_conditions) {
    return arrow::Status::Invalid("--without-conditions is for S3. Google's roles need their conditions: leave it out");
  }
  for (const auto& member : grants.writers) ARROW_RETURN_NOT_OK(CheckMember(member));
  for (const auto& member : grants.readers) ARROW_RETURN_NOT_OK(CheckMember(member));
  std::vector<Binding> bindings = {{"feast-registry-writers", kWriterRole, &grants.writers}};
  if (!grants.readers.empty()) bindings.push_back({"feast-registry-readers", kReaderRole, &grants.readers});
  return bindings;
}

/// For bash.
std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

arrow::Result<std::string> S3BucketPolicy(const ObjectLocation& registry, const AccessGrants& grants) {
  ARROW_RETURN_NOT_OK(CheckWriters(grants, "arn:aws:iam::111122223333:role/feast-ci"));
  std::string partition = "aws";
  std::vector<std::string> readers = grants.readers;
  // Other servers' principals have shapes of their own.
  if (!grants.without_conditions) {
    ARROW_ASSIGN_OR_RAISE(const IamArn first, ParseIamArn(grants.writers.front()));
    partition = first.partition;
    for (const auto& writer : grants.writers) {
      ARROW_ASSIGN_OR_RAISE(const IamArn arn, ParseIamArn(writer));
      if (writer == RootOf(arn)) {
        return arrow::Status::Invalid(
            "'", writer, "' is a whole account. Name the role or user that CI writes with, such as arn:", partition,
            ":iam::", arn.account, ":role/feast-ci");
      }
    }
    if (readers.empty()) readers = {RootOf(first)};
    for (auto& reader : readers) {
      if (IsAccount(reader)) reader = RootOf({partition, reader});
      ARROW_RETURN_NOT_OK(ParseIamArn(reader).status());
    }
  }
  for (const auto& writer : grants.writers) {
    if (std::find(readers.begin(), readers.end(), writer) == readers.end()) readers.push_back(writer);
  }
  const std::string bucket = "arn:" + partition + ":s3:::" + registry.bucket;
  const std::string object = bucket + "/" + registry.key;
  const Json resources = {object, object + kHistorySuffix + "/*"};
  Json statements = Json::array();
  statements.push_back(Json{{"Sid", "FeastRead"},
                            {"Effect", "Allow"},
                            {"Principal", {{"AWS", readers}}},
                            {"Action", Json::array({"s3:GetObject"})},
                            {"Resource", resources}});
  // Where conditions have to be probed for, the probe's objects too.
  Json written = resources;
  if (grants.without_conditions) written.push_back(object + ".probe-*");
  statements.push_back(Json{{"Sid", "FeastWrite"},
                            {"Effect", "Allow"},
                            {"Principal", {{"AWS", grants.writers}}},
                            {"Action", {"s3:PutObject", "s3:DeleteObject"}},
                            {"Resource", written}});
  // Without it S3 does not say that there is no registry yet, and the first apply could not tell it from being denied.
  statements.push_back(Json{{"Sid", "FeastTellAbsentFromDenied"},
                            {"Effect", "Allow"},
                            {"Principal", {{"AWS", grants.writers}}},
                            {"Action", Json::array({"s3:ListBucket"})},
                            {"Resource", Json::array({bucket})}});
  if (!grants.without_conditions) {
    statements.push_back(
        Json{{"Sid", "FeastNobodyElseWrites"},
             {"Effect", "Deny"},
             {"Principal", "*"},
             {"Action", {"s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectAcl"}},
             {"Resource", resources},
             {"Condition", {{"ArnNotEquals", {{"aws:PrincipalArn", grants.writers}}}}}});
    // Parts of a multipart upload create no object and carry no condition; completing it does both.
    statements.push_back(Json{{"Sid", "FeastOnlyConditionalWrites"},
                              {"Effect", "Deny"},
                              {"Principal", "*"},
                              {"Action", Json::array({"s3:PutObject"})},
                              {"Resource", Json::array({object})},
                              {"Condition",
                               {{"Null", {{"s3:if-match", "true"}, {"s3:if-none-match", "true"}}},
                                {"Bool", {{"s3:ObjectCreationOperation", "true"}}}}}});
  }
  return Text(Json{{"Version", "2012-10-17"}, {"Statement", statements}});
}

arrow::Result<std::string> GcsIamPolicy(const ObjectLocation& registry, const AccessGrants& grants) {
  ARROW_ASSIGN_OR_RAISE(const auto bindings, Bindings(grants));
  Json array = Json::array();
  for (const Binding& binding : bindings) {
    array.push_back(Json{{"role", binding.role},
                         {"members", *binding.members},
                         {"condition", {{"title", binding.title}, {"expression", ConditionExpression(registry)}}}});
  }
  return Text(Json{{"version", 3}, {"bindings", array}});
}

arrow::Result<std::string> GcsIamCommands(const ObjectLocation& registry, const AccessGrants& grants) {
  ARROW_ASSIGN_OR_RAISE(const auto bindings, Bindings(grants));
  const std::string bucket = Quoted("gs://" + registry.bucket);
  std::string text =
      "# Conditions need uniform bucket-level access, and roles of the whole project (Owner, Editor, Storage Admin)\n"
      "# write in spite of them: look for those with `gcloud projects get-iam-policy`.\n"
      "gcloud storage buckets update " +
      bucket + " --uniform-bucket-level-access\n";
  for (const Binding& binding : bindings) {
    const std::string file = std::string(binding.title) + ".json";
    const Json condition{{"title", binding.title}, {"expression", ConditionExpression(registry)}};
    text += "cat > " + file + " <<'CONDITION'\n" + Text(condition) + "CONDITION\n";
    const std::string command = "gcloud storage buckets add-iam-policy-binding " + bucket + " --role=" + binding.role;
    for (const auto& member : *binding.members) {
      text += command;
      text += " --member=" + Quoted(member) + " --condition-from-file=" + file + "\n";
    }
  }
  return text;
}

}  // namespace feast
