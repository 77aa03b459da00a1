// One version of the registry, immutable and indexed by (project, kind, name). Shared freely between threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "arrow/result.h"
#include "feast/core/Registry.pb.h"
#include "feast/definitions_fwd.h"
#include "feast/plan.h"
#include "registry/decoded_objects.h"

namespace feast {

class Snapshot {
 public:
  /// Parses registry bytes; `location` is named in the error for bytes that are no registry. Empty bytes: an empty
  /// registry.
  static arrow::Result<std::shared_ptr<const Snapshot>> Parse(const std::string& bytes, const std::string& location,
                                                              std::string version);
  Snapshot(core::Registry registry, std::string version);

  const core::Registry& registry() const { return registry_; }
  /// The store's version token.
  const std::string& version() const { return version_; }

  /// nullptr when there is none. Feature views of all kinds share one namespace but are looked up by kind.
  const core::Entity* FindEntity(std::string_view project, std::string_view name) const;
  const core::DataSource* FindDataSource(std::string_view project, std::string_view name) const;
  const core::FeatureView* FindFeatureView(std::string_view project, std::string_view name) const;
  const core::StreamFeatureView* FindStreamFeatureView(std::string_view project, std::string_view name) const;
  const core::OnDemandFeatureView* FindOnDemandFeatureView(std::string_view project, std::string_view name) const;
  const core::FeatureService* FindFeatureService(std::string_view project, std::string_view name) const;
  const core::SavedDataset* FindSavedDataset(std::string_view project, std::string_view name) const;
  const core::Project* FindProject(std::string_view name) const;

  /// The same as definitions: decoded once, then shared by all who ask. nullptr when there is none; an error for one
  /// that cannot be decoded. What a feature view or service points to is shared too, and must not be changed.
  arrow::Result<std::shared_ptr<const Entity>> GetEntity(std::string_view project, std::string_view name) const;
  arrow::Result<std::shared_ptr<const DataSource>> GetDataSource(std::string_view project, std::string_view name) const;
  arrow::Result<std::shared_ptr<const FeatureView>> GetFeatureView(std::string_view project,
                                                                   std::string_view name) const;
  arrow::Result<std::shared_ptr<const StreamFeatureView>> GetStreamFeatureView(std::string_view project,
                                                                               std::string_view name) const;
  arrow::Result<std::shared_ptr<const OnDemandFeatureView>> GetOnDemandFeatureView(std::string_view project,
                                                                                   std::string_view name) const;
  arrow::Result<std::shared_ptr<const FeatureService>> GetFeatureService(std::string_view project,
                                                                         std::string_view name) const;
  arrow::Result<std::shared_ptr<const SavedDataset>> GetSavedDataset(std::string_view project,
                                                                     std::string_view name) const;
  arrow::Result<std::shared_ptr<const Project>> GetProject(std::string_view name) const;
  /// Everything of a project; what cannot be read is named in `unreadable`.
  arrow::Result<std::shared_ptr<const Definitions>> GetDefinitions(const std::string& project) const;

  /// Names of one kind in a project, sorted; for "did you mean".
  std::vector<std::string> Names(ObjectKind kind, std::string_view project) const;

  /// The object of any kind; nullptr when there is none.
  const google::protobuf::Message* Find(ObjectKind kind, std::string_view project, std::string_view name) const;

 private:
  core::Registry registry_;
  std::string version_;
  /// From kind, project and name joined with NULs.
  std::unordered_map<std::string, const google::protobuf::Message*> index_;
  DecodedObjects decoded_;
};

}  // namespace feast
