#include "cloud/aws/aws_profiles.h"

#include <sstream>

namespace feast {

namespace {

bool IsIndented(const std::string& line) { return line.front() == ' ' || line.front() == '\t'; }

arrow::Result<std::map<std::string, AwsSettings>> LoadFile(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::map<std::string, AwsSettings>{};
  ARROW_ASSIGN_OR_RAISE(const std::string text, ReadTextFile(path));
  auto parsed = ParseAwsFile(text);
  if (!parsed.ok()) return parsed.status().WithMessage(path.string(), ":", parsed.status().message());
  return parsed;
}

std::filesystem::path FilePath(const Variables& variables, const char* variable, const char* usual) {
  const std::string named = variables(variable);
  return named.empty() ? BelowHome(variables, usual) : ExpandHome(variables, named);
}

}  // namespace

arrow::Result<std::map<std::string, AwsSettings>> ParseAwsFile(const std::string& text) {
  std::map<std::string, AwsSettings> sections;
  AwsSettings* section = nullptr;
  std::string block;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::string trimmed = Trimmed(line);
    if (trimmed.empty() || trimmed.front() == '#' || trimmed.front() == ';') continue;
    if (trimmed.front() == '[') {
      const size_t end = trimmed.find(']');
      if (end == std::string::npos) return arrow::Status::Invalid(number, ": a section's name ends with ']'");
      section = &sections[Trimmed(trimmed.substr(1, end - 1))];
      block.clear();
      continue;
    }
    const size_t equals = trimmed.find('=');
    if (equals == std::string::npos || section == nullptr) {
      // The line may hold a key that was pasted alone: it is not shown.
      return arrow::Status::Invalid(number, ": a line is 'key = value', below a [section]");
    }
    const std::string key = Trimmed(trimmed.substr(0, equals)), value = Trimmed(trimmed.substr(equals + 1));
    if (IsIndented(line) && !block.empty()) {
      (*section)[block + "." + key] = value;
    } else {
      block = value.empty() ? key : "";
      (*section)[key] = value;
    }
  }
  return sections;
}

arrow::Result<AwsProfiles> AwsProfiles::Load(const Variables& variables) {
  AwsProfiles profiles;
  profiles.config_path_ = FilePath(variables, "AWS_CONFIG_FILE", ".aws/config");
  profiles.credentials_path_ = FilePath(variables, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
  profiles.current_ = FirstSet(variables, {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}).second;
  profiles.current_is_named_ = !profiles.current_.empty();
  if (profiles.current_.empty()) profiles.current_ = "default";
  ARROW_ASSIGN_OR_RAISE(profiles.sections_, LoadFile(profiles.config_path_));
  ARROW_ASSIGN_OR_RAISE(profiles.profiles_, LoadFile(profiles.credentials_path_));
  for (const auto& [name, settings] : profiles.sections_) {
    const bool is_profile = name.starts_with("profile ");
    if (!is_profile && name != "default") continue;
    // What the credentials file has comes first.
    auto& merged = profiles.profiles_[is_profile ? Trimmed(name.substr(8)) : name];
    merged.insert(settings.begin(), settings.end());
  }
  return profiles;
}

const AwsSettings* AwsProfiles::Find(const std::string& profile) const {
  const auto found = profiles_.find(profile);
  return found == profiles_.end() ? nullptr : &found->second;
}

const AwsSettings* AwsProfiles::FindSection(const std::string& name) const {
  const auto found = sections_.find(name);
  return found == sections_.end() ? nullptr : &found->second;
}

std::string AwsProfiles::Setting(const std::string& key) const {
  const AwsSettings* settings = Find(current_);
  if (settings == nullptr) return {};
  const auto found = settings->find(key);
  return found == settings->end() ? "" : found->second;
}

std::string AwsProfiles::files() const { return config_path_.string() + " or " + credentials_path_.string(); }

std::string AwsRegion(const Variables& variables, const AwsProfiles& profiles) {
  const std::string named = FirstSet(variables, {"AWS_REGION", "AWS_DEFAULT_REGION"}).second;
  return named.empty() ? profiles.Setting("region") : named;
}

std::string AwsEndpoint(const Variables& variables, const AwsProfiles& profiles, const std::string& service_variable,
                        const std::string& service_key, std::string* source) {
  if (IsTrue(variables("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))) return {};
  const std::string own = "AWS_ENDPOINT_URL_" + service_variable;
  auto [name, url] = FirstSet(variables, {own.c_str(), "AWS_ENDPOINT_URL"});
  const std::string services = profiles.Setting("services");
  if (const AwsSettings* section = url.empty() ? profiles.FindSection("services " + services) : nullptr) {
    const auto found = section->find(service_key + ".endpoint_url");
    if (found != section->end()) url = found->second;
    name = "endpoint_url of the services section '" + services + "'";
  }
  if (url.empty()) {
    url = profiles.Setting("endpoint_url");
    name = "endpoint_url of the profile '" + profiles.current() + "'";
  }
  if (source != nullptr) *source = name;
  return url;
}

std::string AwsDomain(const std::string& region) {
  return region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

}  // namespace feast
