// Start here: the feature store as a program sees it.
//
//   auto store = feast::FeatureStore::Open("my_repo").ValueOrDie();
//   feast::HistoricalRequest request;
//   request.entity_rows = my_arrow_table;                       // join keys and event_timestamp
//   request.features = {"driver_hourly_stats:conv_rate"};
//   auto table = store->GetHistoricalFeatures(request).ValueOrDie()->ToTable().ValueOrDie();
//
// Every call returns arrow::Status or arrow::Result: KeyError for an object that does not exist, Invalid for what the
// user can mend, IOError for what the machine refused. A store may be used by many threads at once: those that read see
// the registry as it was before another's apply or after it, and never go back. A call ends early, with Cancelled, when
// the CallScope it is made in says so (call_context.h).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/apply_options.h"
#include "feast/definitions.h"
#include "feast/drift.h"
#include "feast/export.h"
#include "feast/historical_request.h"
#include "feast/materialization.h"
#include "feast/online_request.h"
#include "feast/plan.h"
#include "feast/prepared_plan.h"
#include "feast/repo_config.h"
#include "feast/retrieval_job.h"
#include "feast/verification.h"

namespace FEAST_EXPORT feast {

class FeatureStore {
 public:
  /// Opens the store configured in `<repo_path>/feature_store.yaml`, or in `yaml_path` when given. Reads no registry
  /// yet.
  static arrow::Result<std::shared_ptr<FeatureStore>> Open(const std::filesystem::path& repo_path,
                                                           const std::filesystem::path& yaml_path = {});
  static arrow::Result<std::shared_ptr<FeatureStore>> Open(RepoConfig config);
  ~FeatureStore();

  const RepoConfig& config() const;
  const std::string& project() const;

  // ---- Authoring

  /// What the files of the feature repo declare, each object with the file and line it came from. Runs the user's
  /// Python once, in a child process; what it prints goes to standard error. Invalid, with the file's own traceback,
  /// when a file raises, and when nothing is defined at all.
  arrow::Result<Definitions> LoadDefinitions() const;
  /// What Apply would do, changing nothing.
  arrow::Result<Plan> MakePlan(const Definitions& definitions, const ApplyOptions& options);
  /// Publishes definitions to the registry in one atomic commit and prepares the online store. Returns what changed.
  /// Invalid when the project is protected and not confirmed.
  arrow::Result<Plan> Apply(const Definitions& definitions, const ApplyOptions& options);
  /// What would make another version of the project that of `definitions`. To be shown, not committed. `other` is a
  /// registry (a URI or a file), a feature repo (a folder), or a commit, branch or tag of the repo's Git repository;
  /// what exists as a path is taken for one.
  arrow::Result<Plan> MakePlanAgainst(const Definitions& definitions, const std::string& other,
                                      const ApplyOptions& options);
  /// Apply in two steps: a plan with all it needs to be carried out, and carrying it out.
  arrow::Result<PreparedPlan> Prepare(const Definitions& definitions, const ApplyOptions& options);
  arrow::Result<Plan> Commit(const PreparedPlan& prepared, const WriteOptions& options);
  /// A plan as the bytes of a file, and back. Opening is Invalid for a file that is damaged or for another project or
  /// registry, and when the registry has changed since it was made; so is committing it then.
  std::string SavePlan(const PreparedPlan& prepared) const;
  arrow::Result<PreparedPlan> OpenPlan(const std::string& bytes, const std::string& name);
  /// A plan that makes the project what it was in a version of the history: a number or the beginning of an id.
  /// KeyError when there is none.
  arrow::Result<PreparedPlan> PrepareRollback(const std::string& version);
  /// Removes the online tables of the project and the registry itself; its history stays.
  arrow::Status Teardown(const WriteOptions& options = {});
  arrow::Status DeleteFeatureView(const std::string& name, const WriteOptions& options = {});
  arrow::Status DeleteFeatureService(const std::string& name, const WriteOptions& options = {});

  // ---- Looking at the world

  /// Where the registered schemas differ from the sources and online tables as they are. Reads metadata only.
  arrow::Result<Drift> FindDrift();

  // ---- Looking up. `allow_cache`: a snapshot younger than the registry's cache_ttl_seconds will do. What is returned
  // is the caller's own: to change it changes nothing else.

  arrow::Result<std::shared_ptr<Entity>> GetEntity(const std::string& name, bool allow_cache = true);
  arrow::Result<std::shared_ptr<DataSource>> GetDataSource(const std::string& name, bool allow_cache = true);
  arrow::Result<std::shared_ptr<FeatureView>> GetFeatureView(const std::string& name, bool allow_cache = true);
  arrow::Result<std::shared_ptr<FeatureView>> GetStreamFeatureView(const std::string& name, bool allow_cache = true);
  arrow::Result<std::shared_ptr<OnDemandFeatureView>> GetOnDemandFeatureView(const std::string& name,
                                                                             bool allow_cache = true);
  arrow::Result<std::shared_ptr<FeatureService>> GetFeatureService(const std::string& name, bool allow_cache = true);
  arrow::Result<std::shared_ptr<SavedDataset>> GetSavedDataset(const std::string& name, bool allow_cache = true);
  arrow::Result<std::shared_ptr<Project>> GetProject(const std::string& name, bool allow_cache = true);

  /// Everything of this project that carries all of `tags`, sorted as stored. An object that cannot be read is left out
  /// and named in `unreadable`.
  arrow::Result<Definitions> List(bool allow_cache = true, const Tags& tags = {});
  arrow::Result<std::vector<std::shared_ptr<Project>>> ListProjects(bool allow_cache = true, const Tags& tags = {});
  /// Reads the registry anew.
  arrow::Status RefreshRegistry();

  // ---- Retrieval

  /// Resolves names and checks the request; reads no feature data yet.
  arrow::Result<std::shared_ptr<RetrievalJob>> GetHistoricalFeatures(const HistoricalRequest& request);
  /// Runs `job`, writes its rows to `dataset.storage` and registers the dataset (names and keys are taken from the
  /// job).
  arrow::Result<std::shared_ptr<SavedDataset>> CreateSavedDataset(RetrievalJob& job, SavedDataset dataset,
                                                                  bool allow_overwrite = false);
  /// The rows of a saved dataset.
  arrow::Result<std::shared_ptr<RetrievalJob>> ReadSavedDataset(const SavedDataset& dataset);

  // ---- Online

  /// What Materialize would do, view by view. Reads the registry only. FeatureViewNotFoundException for an unknown
  /// view, Invalid for a start behind the end, and for a view that is not served online.
  arrow::Result<std::vector<ViewInterval>> PlanMaterialization(const MaterializeRequest& request);
  /// Moves the latest row of each key in each interval to the online store, and records the interval in the registry.
  /// What an error interrupts can be done again.
  arrow::Status Materialize(const std::vector<ViewInterval>& intervals, const MaterializeListener& listener = {});
  /// Compares what is served with what the offline store says, view by view. Writes nothing. The errors of
  /// PlanMaterialization.
  arrow::Result<std::vector<ViewVerification>> VerifyOnline(const VerifyRequest& request);
  /// Writes rows, with the view's join keys, features and event timestamps as columns, to the online store.
  arrow::Status WriteToOnlineStore(const std::string& view, const arrow::RecordBatch& rows);
  /// The same for every view with this push source. PushSourceNotFoundException when there is none.
  arrow::Status Push(const std::string& push_source, const arrow::RecordBatch& rows,
                     PushTarget target = PushTarget::kOnline);
  /// The newest values. Join keys come first, then features in the order asked for, then on-demand features.
  arrow::Result<std::vector<AnsweredFeature>> GetOnlineFeatures(const OnlineRequest& request);

  /// This library's own (src/feature_store/feature_store_parts.h).
  struct Parts;
  explicit FeatureStore(std::unique_ptr<Parts> parts);
  Parts& parts() { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace feast
