#include "registry/snapshot.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "registry/registry_objects.h"

namespace feast {

namespace {

constexpr const char* kSchemaVersion = "1";

constexpr const char* kGzipMark = "\x1f\x8b";

arrow::Status NotARegistry(const std::string& location, const std::string& bytes) {
  const size_t size = bytes.size();
  if (bytes.starts_with(kGzipMark)) {
    return arrow::Status::Invalid(
        "The registry is compressed with gzip, which neither this program nor Feast reads. Store it as it is (without "
        "`gsutil cp -Z`, `Content-Encoding: gzip` and the like). Registry: ",
        location, " (", size, " bytes)");
  }
  return arrow::Status::Invalid(
      "The registry file is damaged: it does not parse as a Feast registry (truncated, or not a registry at all). It "
      "was "
      "left as it is. Move it away; `feast registry rollback VERSION` then brings back what its history kept (`feast "
      "registry log`), and `feast apply` writes a new one. Registry: ",
      location, " (", size, " bytes)");
}

/// Text and the like can pass for a message of nothing but unknown fields.
bool HasNothingKnown(const core::Registry& registry) {
  core::Registry known = registry;
  known.GetReflection()->MutableUnknownFields(&known)->Clear();
  return known.ByteSizeLong() == 0;
}

}  // namespace

arrow::Result<std::shared_ptr<const Snapshot>> Snapshot::Parse(const std::string& bytes, const std::string& location,
                                                               std::string version) {
  core::Registry registry;
  // Protobuf counts bytes in an int.
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max())) return NotARegistry(location, bytes);
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  google::protobuf::io::CodedInputStream input(&stream);
  if (!registry.ParseFromCodedStream(&input) || !input.ConsumedEntireMessage()) {
    return NotARegistry(location, bytes);
  }
  if (registry.registry_schema_version().empty() && !bytes.empty() && HasNothingKnown(registry)) {
    return NotARegistry(location, bytes);
  }
  if (!registry.registry_schema_version().empty() && registry.registry_schema_version() != kSchemaVersion) {
    return arrow::Status::Invalid("The registry has schema version '", registry.registry_schema_version(),
                                  "', written by a newer program; this one knows version '", kSchemaVersion,
                                  "'. Use a newer version of this program. Registry: ", location);
  }
  return std::make_shared<const Snapshot>(std::move(registry), std::move(version));
}

Snapshot::Snapshot(core::Registry registry, std::string version)
    : registry_(std::move(registry)), version_(std::move(version)) {
  // Pointers into registry_, which never changes and is never moved from here on: snapshots live behind shared_ptr. Of
  // two objects of one name the first counts.
  ForEachObject(registry_, [this](ObjectKind kind, const std::string& project, const std::string& name,
                                  const google::protobuf::Message& object) {
    index_.emplace(ObjectKey(kind, project, name), &object);
  });
}

const google::protobuf::Message* Snapshot::Find(ObjectKind kind, std::string_view project,
                                                std::string_view name) const {
  const auto found = index_.find(ObjectKey(kind, project, name));
  return found == index_.end() ? nullptr : found->second;
}

const core::Entity* Snapshot::FindEntity(std::string_view project, std::string_view name) const {
  return static_cast<const core::Entity*>(Find(ObjectKind::kEntity, project, name));
}
const core::DataSource* Snapshot::FindDataSource(std::string_view project, std::string_view name) const {
  return static_cast<const core::DataSource*>(Find(ObjectKind::kDataSource, project, name));
}
const core::FeatureView* Snapshot::FindFeatureView(std::string_view project, std::string_view name) const {
  return static_cast<const core::FeatureView*>(Find(ObjectKind::kFeatureView, project, name));
}
const core::StreamFeatureView* Snapshot::FindStreamFeatureView(std::string_view project, std::string_view name) const {
  return static_cast<const core::StreamFeatureView*>(Find(ObjectKind::kStreamFeatureView, project, name));
}
const core::OnDemandFeatureView* Snapshot::FindOnDemandFeatureView(std::string_view project,
                                                                   std::string_view name) const {
  return static_cast<const core::OnDemandFeatureView*>(Find(ObjectKind::kOnDemandFeatureView, project, name));
}
const core::FeatureService* Snapshot::FindFeatureService(std::string_view project, std::string_view name) const {
  return static_cast<const core::FeatureService*>(Find(ObjectKind::kFeatureService, project, name));
}
const core::SavedDataset* Snapshot::FindSavedDataset(std::string_view project, std::string_view name) const {
  return static_cast<const core::SavedDataset*>(Find(ObjectKind::kSavedDataset, project, name));
}
const core::Project* Snapshot::FindProject(std::string_view name) const {
  return static_cast<const core::Project*>(Find(ObjectKind::kProject, {}, name));
}

arrow::Result<std::shared_ptr<const Entity>> Snapshot::GetEntity(std::string_view project,
                                                                 std::string_view name) const {
  return decoded_.Of<Entity>(FindEntity(project, name));
}
arrow::Result<std::shared_ptr<const DataSource>> Snapshot::GetDataSource(std::string_view project,
                                                                         std::string_view name) const {
  return decoded_.Of<DataSource>(FindDataSource(project, name));
}
arrow::Result<std::shared_ptr<const FeatureView>> Snapshot::GetFeatureView(std::string_view project,
                                                                           std::string_view name) const {
  return decoded_.Of<FeatureView>(FindFeatureView(project, name));
}
arrow::Result<std::shared_ptr<const StreamFeatureView>> Snapshot::GetStreamFeatureView(std::string_view project,
                                                                                       std::string_view name) const {
  return decoded_.Of<StreamFeatureView>(FindStreamFeatureView(project, name));
}
arrow::Result<std::shared_ptr<const OnDemandFeatureView>> Snapshot::GetOnDemandFeatureView(
    std::string_view project, std::string_view name) const {
  return decoded_.Of<OnDemandFeatureView>(FindOnDemandFeatureView(project, name));
}
arrow::Result<std::shared_ptr<const FeatureService>> Snapshot::GetFeatureService(std::string_view project,
                                                                                 std::string_view name) const {
  return decoded_.Of<FeatureService>(FindFeatureService(project, name));
}
arrow::Result<std::shared_ptr<const SavedDataset>> Snapshot::GetSavedDataset(std::string_view project,
                                                                             std::string_view name) const {
  return decoded_.Of<SavedDataset>(FindSavedDataset(project, name));
}
arrow::Result<std::shared_ptr<const Project>> Snapshot::GetProject(std::string_view name) const {
  return decoded_.Of<Project>(FindProject(name));
}
arrow::Result<std::shared_ptr<const Definitions>> Snapshot::GetDefinitions(const std::string& project) const {
  return decoded_.Of(registry_, project);
}

std::vector<std::string> Snapshot::Names(ObjectKind kind, std::string_view project) const {
  std::vector<std::string> names;
  ForEachObject(registry_, [&](ObjectKind its_kind, const std::string& its_project, const std::string& name,
                               const google::protobuf::Message&) {
    if (its_kind == kind && (kind == ObjectKind::kProject || its_project == project)) names.push_back(name);
  });
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace feast
