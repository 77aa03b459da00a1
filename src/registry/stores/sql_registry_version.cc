#include "registry/stores/sql_registry_version.h"

#include "cloud/digest.h"

namespace feast {

namespace {

constexpr size_t kDerivedIdDigits = 32;

/// Of the objects: each project sees its own infrastructure only, and metadata is no part of any version.
arrow::Result<std::string> DigestOf(const RegistryRows& rows) {
  std::string digests;
  for (const auto& [key, value] : rows) {
    if (key.table == kMetadataTable || key.table == kInfraTable) continue;
    std::string row;
    // Each row is hashed by itself, so that no text in one can pass for the beginning of the next.
    for (const std::string& part : {key.table, key.project, key.name}) row += part + '\0';
    ARROW_ASSIGN_OR_RAISE(const std::string digest, Sha256(row += value));
    digests += digest;
  }
  ARROW_ASSIGN_OR_RAISE(const std::string digest, Sha256(digests));
  return Hex(digest);
}

}  // namespace

arrow::Result<std::string> HeadOf(const RegistryRows& rows, const std::string& version_id) {
  ARROW_ASSIGN_OR_RAISE(const std::string digest, DigestOf(rows));
  return version_id + " " + digest;
}

arrow::Result<std::string> VersionIdOf(const RegistryRows& rows, const std::string& head) {
  ARROW_ASSIGN_OR_RAISE(const std::string digest, DigestOf(rows));
  const std::string version_id = head.substr(0, head.find(' '));
  // The rows are still those of our last commit. Otherwise another program wrote, which leaves no id: one that follows
  // from the content serves, the same for everybody who reads it.
  if (head == version_id + " " + digest) return version_id;
  ARROW_ASSIGN_OR_RAISE(const std::string derived, Sha256(version_id + " " + digest));
  return Hex(derived).substr(0, kDerivedIdDigits);
}

}  // namespace feast
