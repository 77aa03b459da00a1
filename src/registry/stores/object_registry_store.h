// The registry as one object in a bucket, written on condition that nobody else wrote it meanwhile.
#pragma once

#include <memory>
#include <string>

#include "cloud/object_store.h"
#include "registry/registry_store.h"

namespace feast {

class ObjectRegistryStore : public RegistryStore {
 public:
  /// `allow_unconditional`: write even where the server ignores conditions, which can lose updates.
  ObjectRegistryStore(std::unique_ptr<ObjectStore> objects, std::string key, bool allow_unconditional);

  arrow::Result<RegistryBytes> Load() override { return LoadIfChanged({}); }
  arrow::Result<RegistryBytes> LoadIfChanged(const std::string& known_version) override;
  /// Invalid for an object whose version no write can be made conditional on.
  arrow::Result<RegistryBytes> LoadToCommit() override;
  arrow::Result<CommitResult> Commit(const std::string& bytes, const std::string& expected_version) override;
  arrow::Result<CommitOutcome> Remove(const std::string& expected_version) override;
  void Stop() override { objects_->Stop(); }
  std::string location() const override { return objects_->Uri(key_); }

 private:
  arrow::Result<CommitResult> CommitUnconditionally(const std::string& bytes, const std::string& expected_version);

  const std::unique_ptr<ObjectStore> objects_;
  const std::string key_;
  const bool allow_unconditional_;
};

/// The store for a configuration whose registry path is "s3://bucket/key" or "gs://bucket/key".
arrow::Result<std::unique_ptr<RegistryStore>> MakeS3RegistryStore(const RegistryConfig& config);
arrow::Result<std::unique_ptr<RegistryStore>> MakeGcsRegistryStore(const RegistryConfig& config);

}  // namespace feast
