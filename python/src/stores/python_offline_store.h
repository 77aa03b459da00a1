// Offline stores written in Python for Feast.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <string>
#include <utility>

#include "feast/retrieval_job.h"
#include "feature_store/stores.h"
#include "offline/offline_store.h"
#include "plugin.h"
#include "retrieval/historical_retriever.h"

namespace feast::python {

namespace nb = nanobind;

/// Sets the offline store and the retriever of `stores` to such whose calls go to `adapter`, an OfflineStoreAdapter of
/// feast._plugins. `what` names it in errors. The GIL must be held.
void SetPythonOfflineStore(nb::object adapter, const std::string& what, Stores* stores);

/// Answers requests by classes of the user's own, which settle names themselves.
class PythonRetriever : public HistoricalRetriever {
 public:
  PythonRetriever(std::shared_ptr<OfflineStore> offline, std::shared_ptr<Plugin> adapter, std::string what)
      : offline_(std::move(offline)), adapter_(std::move(adapter)), what_(std::move(what)) {}

  arrow::Result<std::shared_ptr<RetrievalJob>> Retrieve(const HistoricalRequest& request, const Snapshot& snapshot,
                                                        const std::string& project,
                                                        const CallContext& context) override {
    return RetrieveFor({}, request, snapshot, project, context);
  }
  /// The same with the object that the entity rows of `request` were made from, which the class gets as it is; a null
  /// handle for none. It must live for as long as the call.
  arrow::Result<std::shared_ptr<RetrievalJob>> RetrieveFor(nb::handle entity_rows, const HistoricalRequest& request,
                                                           const Snapshot& snapshot, const std::string& project,
                                                           const CallContext& context);

 private:
  std::shared_ptr<OfflineStore> offline_;
  std::shared_ptr<Plugin> adapter_;
  std::string what_;
};

/// The object that a program in Python gets for `job`: the class's own job where the store is one of these, else `job`
/// itself.
nb::object JobToPython(const std::shared_ptr<RetrievalJob>& job);

/// A registered on-demand view's outputs for `rows` (a pyarrow Table), as (name, array) in a list. `outputs` names
/// those wanted (None: all) as they are called in the result.
nb::list ComputeOnDemand(const RepoConfig& config, const std::shared_ptr<OnDemandFeatureView>& view, nb::handle rows,
                         bool full_feature_names, nb::handle outputs);

}  // namespace feast::python
