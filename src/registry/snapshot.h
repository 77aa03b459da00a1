// One version of the registry, immutable and indexed by (project, kind, name). Shared freely between threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "arrow/result.h"
#include "feast/core/Registry.pb.h"
#include "feast/plan.h"

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

  /// Names of one kind in a project, sorted; for "did you mean".
  std::vector<std::string> Names(ObjectKind kind, std::string_view project) const;

  /// The object of any kind; nullptr when there is none.
  const google::protobuf::Message* Find(ObjectKind kind, std::string_view project, std::string_view name) const;

 private:
  core::Registry registry_;
  std::string version_;
  /// From kind, project and name joined with NULs.
  std::unordered_map<std::string, const google::protobuf::Message*> index_;
};

}  // namespace feast
