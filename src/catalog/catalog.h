// What a project has: its objects listed, described, counted and searched.
//
//   ARROW_ASSIGN_OR_RAISE(const Catalog catalog, Catalog::Open(config));
//   ARROW_ASSIGN_OR_RAISE(const Listing views, catalog.List(ObjectKind::kFeatureView));
//
// The command line, the servers and the web UI all ask here, so that an object reads the same wherever it is shown.
// Nothing here runs or unpickles a function.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "catalog/listing.h"
#include "feast/definitions.h"
#include "feast/plan.h"
#include "feast/repo_config.h"
#include "registry/snapshot.h"

namespace feast {

/// An object found by its name alone.
struct NamedObject {
  /// Feast's class: "FeatureView".
  std::string class_name;
  /// The object and nothing else.
  Definitions definition;
};

/// One project in one version of the registry. Immutable: threads may share it, and it stays as it is when the registry
/// changes.
class Catalog {
 public:
  /// Reads the registry of `config` as it is now; opens neither offline nor online store.
  static arrow::Result<Catalog> Open(const RepoConfig& config);
  Catalog(std::shared_ptr<const Snapshot> snapshot, std::string project);

  const std::string& project() const { return project_; }
  const Snapshot& snapshot() const { return *snapshot_; }

  /// The objects of a kind that carry all of `tags`; of kFeatureView the on-demand views too, as in Feast.
  /// NotImplemented for kinds that are carried along only.
  arrow::Result<Listing> List(ObjectKind kind, const Tags& tags = {}) const;
  /// Every feature of every view, with its view and type.
  Listing ListFeatures() const;

  /// The stored form as JSON, without the project. KeyError of Feast's exception class, with the nearest name there is,
  /// when there is no such object. For kFeatureView, views of all kinds are looked at.
  arrow::Result<nlohmann::ordered_json> Describe(ObjectKind kind, const std::string& name) const;
  /// A list: a feature's name may be in several views.
  arrow::Result<nlohmann::ordered_json> DescribeFeature(const std::string& name) const;
  /// Everything of the project as one document. Sorted, so that equal registries give equal documents; functions are
  /// shown by their source text.
  nlohmann::json Dump() const;

  /// How many there are of each kind that has any.
  std::map<ObjectKind, int64_t> Counts() const;

  /// The first object of this name in Feast's order of kinds; without a class when there is none.
  arrow::Result<NamedObject> FindByName(const std::string& name) const;

 private:
  std::shared_ptr<const Snapshot> snapshot_;
  std::string project_;
};

}  // namespace feast
