// Offline stores written in Python for Feast.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>

#include "feast/retrieval_job.h"
#include "offline/offline_store.h"

namespace feast::python {

namespace nb = nanobind;

/// A store whose calls go to `adapter`, an OfflineStoreAdapter of feast._plugins. `what` names it in errors. The GIL
/// must be held.
std::unique_ptr<OfflineStore> MakePythonOfflineStore(nb::object adapter, std::string what);

/// The object that a program in Python gets for `job`: the class's own job where the store is one of these, else `job`
/// itself.
nb::object JobToPython(const std::shared_ptr<RetrievalJob>& job);

/// A registered on-demand view's outputs for `rows` (a pyarrow Table), as (name, array) in a list. `outputs` names
/// those wanted (None: all) as they are called in the result.
nb::list ComputeOnDemand(const RepoConfig& config, const std::shared_ptr<OnDemandFeatureView>& view, nb::handle rows,
                         bool full_feature_names, nb::handle outputs);

}  // namespace feast::python
