#include "catalog/registry_log.h"

#include <utility>
#include <vector>

#include "plan/planner.h"
#include "registry/history/history_record.h"
#include "registry/registry_versions.h"

namespace feast {

namespace {

constexpr size_t kCommitDigitsShown = 10;

}  // namespace

arrow::Result<RegistryLog> RegistryLog::Open(const RepoConfig& config) {
  ARROW_ASSIGN_OR_RAISE(std::unique_ptr<Registry> registry, Registry::Open(config));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<const Snapshot> current, registry->Current(/*allow_cache=*/false));
  return RegistryLog(std::move(registry), std::move(current), config.project);
}

RegistryLog::RegistryLog(std::unique_ptr<Registry> registry, std::shared_ptr<const Snapshot> current,
                         std::string project)
    : registry_(std::move(registry)), current_(std::move(current)), project_(std::move(project)) {}

arrow::Result<Listing> RegistryLog::Versions(int64_t count_max) {
  ARROW_ASSIGN_OR_RAISE(History* const history, HistoryOf(*registry_));
  ARROW_ASSIGN_OR_RAISE(const std::vector<HistoryRecord> records,
                        history->Log(current_->registry().version_id(), count_max));
  Listing listing{{"VERSION", "TIME", "PROJECT", "WHO", "COMMIT", "COMMAND", "SUMMARY"}, {}};
  for (const HistoryRecord& record : records) {
    listing.objects.push_back(
        {{std::to_string(record.number), record.time, record.entry.project, record.actor,
          record.commit.substr(0, kCommitDigitsShown), record.entry.command, record.entry.summary},
         ToJson(record)});
  }
  return WithoutSecrets(std::move(listing));
}

arrow::Result<Plan> RegistryLog::Difference(const std::string& before, const std::string& after) {
  ARROW_ASSIGN_OR_RAISE(const auto from, VersionOf(*registry_, before, *current_));
  ARROW_ASSIGN_OR_RAISE(const auto to, VersionOf(*registry_, after, *current_));
  ARROW_ASSIGN_OR_RAISE(PlannedApply planned, PlanBetween(*from, *to, project_, /*online=*/nullptr));
  planned.plan.against = "version " + before;
  return std::move(planned.plan);
}

}  // namespace feast
