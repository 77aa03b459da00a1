// Historical retrieval and saved datasets.
#include <algorithm>
#include <set>
#include <utility>

#include "definitions/proto.h"
#include "definitions/redacted_message.h"
#include "feast/errors.h"
#include "feature_store/feature_store_parts.h"
#include "registry/registry_objects.h"
#include "registry/registry_text.h"
#include "retrieval/requested_views.h"
#include "retrieval/retrieval_steps.h"

namespace feast {
namespace {

/// The columns of the job's entity rows that are join keys; the others came along. All of them when no view says.
std::vector<std::string> JoinKeysOf(const RetrievalMetadata& metadata, const Snapshot& snapshot,
                                    const std::string& project) {
  std::set<std::string> join_keys;
  for (const std::string& text : metadata.features) {
    const auto reference = ParseFeatureReference(text);
    const core::FeatureView* view = reference.ok() ? snapshot.FindFeatureView(project, reference->view) : nullptr;
    if (!view) continue;
    for (const auto& column : view->spec().entity_columns()) join_keys.insert(column.name());
  }
  std::vector<std::string> result;
  std::copy_if(metadata.keys.begin(), metadata.keys.end(), std::back_inserter(result),
               [&](const std::string& key) { return join_keys.empty() || join_keys.contains(key); });
  return result;
}

}  // namespace

arrow::Result<std::shared_ptr<RetrievalJob>> FeatureStore::GetHistoricalFeatures(const HistoricalRequest& request) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(true));
  return parts_->retriever->Retrieve(request, *snapshot, project(), CallContext::OfThread());
}

arrow::Result<std::shared_ptr<SavedDataset>> FeatureStore::CreateSavedDataset(RetrievalJob& job, SavedDataset dataset,
                                                                              bool allow_overwrite) {
  if (dataset.name.empty()) return arrow::Status::Invalid("A saved dataset needs a name.");
  if (!dataset.storage) {
    return arrow::Status::Invalid("A saved dataset needs a storage, for example SavedDatasetFileStorage(path=…): '",
                                  dataset.name, "'");
  }
  if (!FieldWithSecretUrl(ToProto(dataset, project())).empty()) {
    return arrow::Status::Invalid(
        "The storage of a saved dataset has a password or key in its path, which everyone who "
        "reads the registry would see. Leave it out: credentials come from the environment: '",
        dataset.name, "'");
  }
  // Before the rows are computed: what cannot be registered is refused.
  ARROW_RETURN_NOT_OK(CheckText(ObjectKind::kSavedDataset, dataset.name, ToProto(dataset, project())));
  ARROW_RETURN_NOT_OK(job.Persist(*dataset.storage, allow_overwrite));
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, parts_->registry->Current(true));
  const RetrievalMetadata& metadata = job.metadata();
  dataset.features = metadata.features;
  dataset.join_keys = JoinKeysOf(metadata, *snapshot, project());
  dataset.full_feature_names = job.full_feature_names();
  if (metadata.min_event_timestamp) dataset.min_event_timestamp = *metadata.min_event_timestamp;
  if (metadata.max_event_timestamp) dataset.max_event_timestamp = *metadata.max_event_timestamp;
  dataset.last_updated_timestamp = std::chrono::system_clock::now();
  if (dataset.created_timestamp == Timestamp{}) dataset.created_timestamp = dataset.last_updated_timestamp;
  const core::SavedDataset stored = ToProto(dataset, project());
  HistoryEntry entry;
  entry.command = "FeatureStore.create_saved_dataset";
  entry.project = project();
  entry.summary = "saved dataset '" + dataset.name + "' registered";
  ARROW_RETURN_NOT_OK(parts_->registry->Commit(
      [&](core::Registry& registry) -> arrow::Result<bool> {
        RegistryEditor(&registry).Put(ObjectKind::kSavedDataset, project(), dataset.name, stored);
        return true;
      },
      std::move(entry)));
  return std::make_shared<SavedDataset>(std::move(dataset));
}

arrow::Result<std::shared_ptr<RetrievalJob>> FeatureStore::ReadSavedDataset(const SavedDataset& dataset) {
  if (!dataset.storage)
    return arrow::Status::Invalid("Saved dataset has no storage to read from: '", dataset.name, "'");
  auto steps = std::make_shared<RetrievalSteps>();
  ARROW_ASSIGN_OR_RAISE(steps->query, parts_->offline->Pull({.source = dataset.storage,
                                                             .timestamp_column = dataset.storage->timestamp_field}));
  steps->offline = parts_->offline;
  steps->full_feature_names = dataset.full_feature_names;
  steps->metadata.features = dataset.features;
  steps->metadata.keys = dataset.join_keys;
  if (dataset.min_event_timestamp != Timestamp{}) steps->metadata.min_event_timestamp = dataset.min_event_timestamp;
  if (dataset.max_event_timestamp != Timestamp{}) steps->metadata.max_event_timestamp = dataset.max_event_timestamp;
  return MakeRetrievalJob(std::move(steps));
}

}  // namespace feast
