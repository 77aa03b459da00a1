// What names may refer to: the objects being applied and, in a partial apply, those already in the registry.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "arrow/result.h"
#include "feast/definitions.h"
#include "registry/snapshot.h"

namespace feast {

class KnownObjects {
 public:
  /// `registered` null: nothing counts but what is added here. Must outlive this. `may_be_missing`: what is not found
  /// is a null pointer, not an error.
  KnownObjects(const Snapshot* registered, std::string project, bool may_be_missing = false);

  void Add(const std::shared_ptr<Entity>& entity) { entities_[entity->name] = entity; }
  void Add(const std::shared_ptr<BaseFeatureView>& view) { views_[view->name] = view; }

  /// KeyError with EntityNotFoundException or FeatureViewNotFoundException; `user` says who asks ("Feature view 'x'
  /// (file:line)").
  arrow::Result<std::shared_ptr<const Entity>> FindEntity(const std::string& name, const std::string& user) const;
  arrow::Result<std::shared_ptr<const BaseFeatureView>> FindView(const std::string& name,
                                                                 const std::string& user) const;

 private:
  const Snapshot* registered_;
  std::string project_;
  bool may_be_missing_;
  std::unordered_map<std::string, std::shared_ptr<const Entity>> entities_;
  std::unordered_map<std::string, std::shared_ptr<const BaseFeatureView>> views_;
};

}  // namespace feast
