// The AWS command line's files: ~/.aws/config and ~/.aws/credentials.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "arrow/result.h"
#include "system/variables.h"

namespace feast {

/// Keys and values of one section. Keys of a nested block are "block.key".
using AwsSettings = std::map<std::string, std::string>;

/// Reads the text of such a file: section names as written between the brackets. Invalid names the line.
arrow::Result<std::map<std::string, AwsSettings>> ParseAwsFile(const std::string& text);

class AwsProfiles {
 public:
  /// From AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE or the usual places; files that do not exist are empty.
  static arrow::Result<AwsProfiles> Load(const Variables& variables);

  /// AWS_PROFILE, AWS_DEFAULT_PROFILE or "default".
  const std::string& current() const { return current_; }
  /// Whether the user named the current profile.
  bool current_is_named() const { return current_is_named_; }
  /// What is set for a profile in both files, the credentials file first; nullptr when no file has it.
  const AwsSettings* Find(const std::string& profile) const;
  /// A section of the config file, such as "sso-session main" or "services dev"; nullptr when there is none.
  const AwsSettings* FindSection(const std::string& name) const;
  /// A setting of the current profile; "" when it is not set.
  std::string Setting(const std::string& key) const;
  /// "~/.aws/config or ~/.aws/credentials", for messages.
  std::string files() const;

 private:
  std::filesystem::path config_path_, credentials_path_;
  std::map<std::string, AwsSettings> profiles_, sections_;
  std::string current_;
  bool current_is_named_ = false;
};

/// AWS_REGION, AWS_DEFAULT_REGION or the profile's; "" when none is set.
std::string AwsRegion(const Variables& variables, const AwsProfiles& profiles);

/// The endpoint configured for a service, e.g. ("S3", "s3"): AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or the profile's
/// `services` section or `endpoint_url`. "" for AWS's own. `source`, when given, is set to what names it.
std::string AwsEndpoint(const Variables& variables, const AwsProfiles& profiles, const std::string& service_variable,
                        const std::string& service_key, std::string* source = nullptr);

/// "amazonaws.com", or what the region's partition has instead.
std::string AwsDomain(const std::string& region);

}  // namespace feast
