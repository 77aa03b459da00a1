#include "plan/plan_file.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include "definitions/proto.h"
#include "nlohmann/json.hpp"
#include "text/json_text.h"

namespace feast {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMagic = "FEASTPLN";
constexpr uint64_t kPlanFileVersion = 1;
constexpr size_t kNumberBytes = 8;

void AppendNumber(uint64_t number, std::string* bytes) {
  for (size_t i = 0; i < kNumberBytes; ++i) bytes->push_back(static_cast<char>(number >> (8 * i)));
}

uint64_t TakeNumber(std::string_view* bytes) {
  uint64_t number = 0;
  for (size_t i = kNumberBytes; i-- > 0;) number = number << 8 | static_cast<unsigned char>((*bytes)[i]);
  bytes->remove_prefix(kNumberBytes);
  return number;
}

/// FNV-1a: finds damage, not malice; who can write the file can also write the registry.
uint64_t Checksum(std::string_view bytes) {
  uint64_t sum = 0xcbf29ce484222325u;
  for (const char c : bytes) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return sum;
}

arrow::Status Damaged(const std::string& name) {
  return arrow::Status::Invalid(
      "The plan file is damaged (truncated, or changed since it was written). Make it anew "
      "with 'feast plan --out ",
      name, "'");
}

}  // namespace

std::string EncodePlanFile(const PlannedApply& planned, const std::string& registry_location) {
  const std::string& project = planned.plan.project;
  const Json header{{"project", project}, {"registry", registry_location}, {"base_version", planned.base_version}};
  const std::string header_text = JsonText(header);
  std::string payload;
  AppendNumber(header_text.size(), &payload);
  payload += header_text + ToBytes(ToProto(planned.resolved, project));
  std::string bytes(kMagic);
  AppendNumber(kPlanFileVersion, &bytes);
  AppendNumber(payload.size(), &bytes);
  AppendNumber(Checksum(payload), &bytes);
  return bytes + payload;
}

arrow::Result<PlanFile> DecodePlanFile(const std::string& bytes, const std::string& name) {
  std::string_view rest = bytes;
  if (!rest.starts_with(kMagic.substr(0, rest.size())) || rest.empty()) {
    return arrow::Status::Invalid("'", name, "' is not a plan file. Make one with 'feast plan --out ", name, "'");
  }
  if (rest.size() < kMagic.size() + 3 * kNumberBytes) return Damaged(name);
  rest.remove_prefix(kMagic.size());
  const uint64_t format = TakeNumber(&rest);
  if (format > kPlanFileVersion) {
    return arrow::Status::Invalid("The plan file '", name, "' was written by a newer version of this program (format ",
                                  format, "; this one knows ", kPlanFileVersion,
                                  "). Apply it with that version, or plan again with this one");
  }
  const uint64_t size = TakeNumber(&rest), checksum = TakeNumber(&rest);
  // Checked before anything is taken apart: from here on the payload is what was written.
  if (rest.size() != size || Checksum(rest) != checksum || size < kNumberBytes) return Damaged(name);
  const uint64_t header_size = TakeNumber(&rest);
  // Only a forged file comes here.
  if (header_size > rest.size()) return Damaged(name);
  const Json header = ParseJson<Json>(rest.substr(0, header_size));
  core::Registry definitions;
  rest.remove_prefix(header_size);
  if (!header.is_object() || !definitions.ParseFromArray(rest.data(), static_cast<int>(rest.size()))) {
    return Damaged(name);
  }
  const auto text = [&](const char* key) {
    const auto found = header.find(key);
    return found != header.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  PlanFile file{text("project"), text("registry"), text("base_version"), {}};
  ARROW_ASSIGN_OR_RAISE(file.resolved, FromProto(definitions, file.project));
  return file;
}

arrow::Status CheckPlanFile(const PlanFile& file, const std::string& name, const std::string& project,
                            const std::string& registry_location, const Snapshot& snapshot) {
  const std::string again = " Plan again here: 'feast plan --out " + name + "'";
  if (file.project != project) {
    return arrow::Status::Invalid("The plan file '", name, "' is for project '", file.project,
                                  "', but this configuration is for project '", project, "'.", again);
  }
  if (file.registry != registry_location) {
    return arrow::Status::Invalid("The plan file '", name, "' is for the registry ", file.registry,
                                  ", but this configuration has ", registry_location, ".", again);
  }
  const std::string& version = snapshot.registry().version_id();
  if (file.base_version != version) {
    return arrow::Status::Invalid("The registry has changed since the plan file '", name, "' was made (version ",
                                  file.base_version.empty() ? "none" : file.base_version, " then, ",
                                  version.empty() ? "none" : version, " now); nothing was changed.", again,
                                  " and have that reviewed");
  }
  return arrow::Status::OK();
}

}  // namespace feast
