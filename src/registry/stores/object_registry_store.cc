#include "registry/stores/object_registry_store.h"

#include <utility>

#include "registry/registry_object.h"
#include "registry/stores/condition_probe.h"

namespace feast {

namespace {

std::unique_ptr<RegistryStore> StoreOn(RegistryObject opened, const RegistryConfig& config) {
  return std::make_unique<ObjectRegistryStore>(std::move(opened.objects), std::move(opened.key),
                                               IsOptionSet(config, "allow_unconditional_writes"));
}

}  // namespace

ObjectRegistryStore::ObjectRegistryStore(std::unique_ptr<ObjectStore> objects, std::string key,
                                         bool allow_unconditional)
    : objects_(std::move(objects)), key_(std::move(key)), allow_unconditional_(allow_unconditional) {}

arrow::Result<RegistryBytes> ObjectRegistryStore::LoadIfChanged(const std::string& known_version) {
  ARROW_ASSIGN_OR_RAISE(FetchedObject fetched, objects_->Get(key_, known_version));
  if (fetched.state == FetchedObject::State::kAbsent) return RegistryBytes{};
  return RegistryBytes{true, std::move(fetched.bytes), std::move(fetched.version)};
}

arrow::Result<RegistryBytes> ObjectRegistryStore::LoadToCommit() {
  ARROW_ASSIGN_OR_RAISE(RegistryBytes loaded, Load());
  if (allow_unconditional_ || !loaded.exists) return loaded;
  const bool is_weak = loaded.version.starts_with("W/");
  if (!loaded.version.empty() && !is_weak) return loaded;
  const std::string what = is_weak ? "The server's ETag of the registry is a weak one, " + loaded.version
                                   : std::string("The server says no version of the registry (ETag)");
  return arrow::Status::Invalid(
      what,
      ", so that no write can be made on condition that nobody else wrote meanwhile. Proxies that compress or "
      "change answers do this: turn that off for the registry, or go past the proxy. "
      "`allow_unconditional_writes: true` under `registry` gives up the protection. Nothing was written. Registry: ",
      location());
}

arrow::Result<CommitResult> ObjectRegistryStore::Commit(const std::string& bytes, const std::string& expected_version) {
  if (allow_unconditional_) return CommitUnconditionally(bytes, expected_version);
  const bool exists = !expected_version.empty();
  ARROW_RETURN_NOT_OK(CheckWriteConditions(*objects_, key_, exists));
  // The condition is decided where the object is replaced, so nobody can come between. This is all of the protocol:
  // either this write is upon the version that was loaded, or nothing happens.
  ARROW_ASSIGN_OR_RAISE(
      WrittenObject written,
      objects_->Put(key_, bytes, exists ? WriteCondition::Version(expected_version) : WriteCondition::Absent()));
  if (written.conflict) return CommitResult{CommitOutcome::kConflict, {}};
  return CommitResult{CommitOutcome::kCommitted, std::move(written.version)};
}

/// Looks before it writes, which leaves a moment in which another's write is lost.
arrow::Result<CommitResult> ObjectRegistryStore::CommitUnconditionally(const std::string& bytes,
                                                                       const std::string& expected_version) {
  ARROW_ASSIGN_OR_RAISE(const RegistryBytes current, LoadIfChanged(expected_version));
  if (current.version != expected_version) return CommitResult{CommitOutcome::kConflict, {}};
  ARROW_ASSIGN_OR_RAISE(WrittenObject written, objects_->Put(key_, bytes, WriteCondition::None()));
  return CommitResult{CommitOutcome::kCommitted, std::move(written.version)};
}

arrow::Result<CommitOutcome> ObjectRegistryStore::Remove(const std::string& expected_version) {
  // A look first, for servers that do not know the condition.
  ARROW_ASSIGN_OR_RAISE(const RegistryBytes current, LoadIfChanged(expected_version));
  if (!current.exists) return CommitOutcome::kCommitted;
  if (current.version != expected_version) return CommitOutcome::kConflict;
  if (allow_unconditional_ || expected_version.empty()) {
    ARROW_RETURN_NOT_OK(objects_->Delete(key_));
    return CommitOutcome::kCommitted;
  }
  ARROW_ASSIGN_OR_RAISE(const bool deleted, objects_->DeleteVersion(key_, expected_version));
  return deleted ? CommitOutcome::kCommitted : CommitOutcome::kConflict;
}

arrow::Result<std::unique_ptr<RegistryStore>> MakeS3RegistryStore(const RegistryConfig& config) {
  ARROW_ASSIGN_OR_RAISE(auto opened, OpenS3RegistryObject(config, DeniedRead::kIsAnError));
  return StoreOn(std::move(opened), config);
}

arrow::Result<std::unique_ptr<RegistryStore>> MakeGcsRegistryStore(const RegistryConfig& config) {
  ARROW_ASSIGN_OR_RAISE(auto opened, OpenGcsRegistryObject(config));
  return StoreOn(std::move(opened), config);
}

}  // namespace feast
