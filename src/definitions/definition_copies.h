// Copies of definitions that keep their class.
#pragma once

#include <memory>

#include "feast/definitions.h"

namespace feast {

/// A copy of the object alone: what it points to is shared. Resolving fills in such copies, so that what the user
/// declared stays as it was.
std::shared_ptr<DataSource> CopyOf(const DataSource& source);
std::shared_ptr<FeatureView> CopyOf(const FeatureView& view);

/// A copy that shares nothing that can be changed: sources, and views that a view is derived from, are copied along.
/// Transformations are shared, for nobody changes them.
std::shared_ptr<Entity> OwnCopyOf(const Entity& entity);
std::shared_ptr<DataSource> OwnCopyOf(const DataSource& source);
std::shared_ptr<FeatureView> OwnCopyOf(const FeatureView& view);
std::shared_ptr<OnDemandFeatureView> OwnCopyOf(const OnDemandFeatureView& view);
std::shared_ptr<FeatureService> OwnCopyOf(const FeatureService& service);
std::shared_ptr<SavedDataset> OwnCopyOf(const SavedDataset& dataset);
std::shared_ptr<Project> OwnCopyOf(const Project& project);
std::shared_ptr<CarriedObject> OwnCopyOf(const CarriedObject& object);
/// Sources that two views share are copied for each.
Definitions OwnCopyOf(const Definitions& definitions);

}  // namespace feast
