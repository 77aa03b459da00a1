// A listing for each kind of object: which columns it has, and what a row says.
#pragma once

#include <string>

#include "catalog/listing.h"
#include "feast/types.h"
#include "registry/snapshot.h"

namespace feast {

/// The project a listing is about, and the tags that objects must carry.
struct ListedProject {
  const Snapshot& snapshot;
  const std::string& project;
  const Tags& tags;
};

/// All projects of the registry.
Listing ListProjects(const ListedProject& asked);
Listing ListDataSources(const ListedProject& asked);
Listing ListEntities(const ListedProject& asked);
/// Plain and batch views, and the on-demand views beside them.
Listing ListFeatureViews(const ListedProject& asked);
Listing ListOnDemandFeatureViews(const ListedProject& asked);
Listing ListStreamFeatureViews(const ListedProject& asked);
Listing ListLabelViews(const ListedProject& asked);
Listing ListFeatureServices(const ListedProject& asked);
Listing ListSavedDatasets(const ListedProject& asked);

}  // namespace feast
