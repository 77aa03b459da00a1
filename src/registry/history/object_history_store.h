// A history in a bucket: objects named "<key>.history/<name>", beside the registry's.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "cloud/object_store.h"
#include "registry/history/history_store.h"

namespace feast {

class ObjectHistoryStore : public HistoryStore {
 public:
  /// `key`: the registry's. `objects` must take a denied read for an absent object where servers deny both alike.
  ObjectHistoryStore(std::unique_ptr<ObjectStore> objects, std::string key)
      : objects_(std::move(objects)), prefix_(std::move(key) + kHistorySuffix) {}

  arrow::Status Put(const std::string& name, const std::string& bytes) override;
  arrow::Result<std::optional<std::string>> Get(const std::string& name) override;
  arrow::Status Remove(const std::string& name) override { return objects_->Delete(KeyOf(name)); }
  std::string location() const override { return objects_->Uri(prefix_); }

 private:
  std::string KeyOf(const std::string& name) const { return prefix_ + "/" + name; }

  const std::unique_ptr<ObjectStore> objects_;
  const std::string prefix_;
};

/// The store for a configuration whose registry path is "s3://bucket/key" or "gs://bucket/key".
arrow::Result<std::unique_ptr<HistoryStore>> MakeS3HistoryStore(const RegistryConfig& config);
arrow::Result<std::unique_ptr<HistoryStore>> MakeGcsHistoryStore(const RegistryConfig& config);

}  // namespace feast
