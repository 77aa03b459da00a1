// Committing a plan when the registry has changed since it was made, or must not be changed.
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "feast/errors.h"
#include "plan/plan_test_repo.h"
#include "plan/planner.h"

namespace feast {
namespace {

using CommitPlanTest = PlanTestRepo;

TEST_F(CommitPlanTest, PlansOfDifferentObjectsBothGoIn) {
  Apply();
  stats->description = "mine";
  const auto mine = Planned().ValueOrDie();
  stats->description = "";
  driver->description = "theirs";
  Apply();
  ASSERT_TRUE(CommitPlan(mine, *registry, &online).ok());
  EXPECT_EQ(Stored()->FindFeatureView("p", "driver_hourly_stats")->spec().description(), "mine");
  EXPECT_EQ(Stored()->FindEntity("p", "driver")->spec().description(), "theirs");
}

TEST_F(CommitPlanTest, TwoPlansOfOneObjectConflictAndBothSidesAreNamed) {
  Apply();
  stats->description = "mine";
  driver->description = "mine too";
  const auto mine = Planned().ValueOrDie();
  driver->description = "";
  stats->description = "theirs";
  Apply();
  const auto status = CommitPlan(mine, *registry, &online);
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_TRUE(Says(status, "Conflict: two applies change the feature view 'driver_hourly_stats' of project 'p'"));
  EXPECT_TRUE(
      Says(status, "changes spec.description: '' -> 'theirs'; this one changes spec.description: '' -> 'mine'"));
  EXPECT_TRUE(Says(status, "committed since this plan was made (at 20"));
  EXPECT_TRUE(Says(status, "; the registry is now at version " + Stored()->registry().version_id() + "),"));
  EXPECT_EQ(Stored()->FindEntity("p", "driver")->spec().description(), "");
}

class MemoryHistoryStore : public HistoryStore {
 public:
  arrow::Status Put(const std::string& name, const std::string& bytes) override {
    objects_[name] = bytes;
    return arrow::Status::OK();
  }
  arrow::Result<std::optional<std::string>> Get(const std::string& name) override {
    const auto found = objects_.find(name);
    return found == objects_.end() ? std::nullopt : std::optional(found->second);
  }
  arrow::Status Remove(const std::string&) override { return arrow::Status::OK(); }
  std::string location() const override { return "memory"; }

 private:
  std::map<std::string, std::string> objects_;
};

TEST_F(CommitPlanTest, AConflictNamesWhoMadeTheOtherChangeAndHow) {
  registry =
      std::make_unique<Registry>(std::make_unique<MemoryRegistryStore>(), std::chrono::seconds(600), RegistryMode{},
                                 std::make_unique<History>(std::make_unique<MemoryHistoryStore>(), 100, "."));
  Apply();
  stats->description = "mine";
  const auto mine = Planned().ValueOrDie();
  stats->description = "theirs";
  HistoryEntry entry;
  entry.command = "feast apply --allow-breaking";
  ASSERT_TRUE(CommitPlan(Planned().ValueOrDie(), *registry, &online, entry).ok());
  // The newest version is not the one that concerns this object.
  driver->description = "someone else's";
  entry.command = "feast apply of something else";
  ASSERT_TRUE(CommitPlan(Planned().ValueOrDie(), *registry, &online, entry).ok());
  const auto records = registry->history()->Log(Stored()->registry().version_id(), 2).ValueOrDie();
  EXPECT_TRUE(Says(CommitPlan(mine, *registry, &online), "committed since this plan was made by " + records[1].actor +
                                                             " with 'feast apply --allow-breaking'"));
}

TEST_F(CommitPlanTest, TwoPlansOfTheSameChangeAgree) {
  Apply();
  stats->description = "both";
  const auto mine = Planned().ValueOrDie();
  Apply();
  const int commits = store->commits;
  EXPECT_TRUE(CommitPlan(mine, *registry, &online).ok());
  EXPECT_EQ(store->commits, commits);
}

TEST_F(CommitPlanTest, UpdatingWhatSomeoneDeletedConflicts) {
  Apply();
  model->description = "mine";
  const auto mine = Planned().ValueOrDie();
  repo.feature_services.clear();
  Apply();
  const auto status = CommitPlan(mine, *registry, &online);
  EXPECT_TRUE(Says(status, "committed since this plan was made (at 20"));
  EXPECT_TRUE(Says(status, "), deletes it; this one changes"));
}

TEST_F(CommitPlanTest, ReadOnlyRegistryIsRefusedBeforeAnyTableIsTouched) {
  const auto planned = Planned().ValueOrDie();
  Registry read_only(std::make_unique<MemoryRegistryStore>(), std::chrono::seconds(600),
                     {.refresh_in_background = false, .read_only = true});
  auto status = CommitPlan(planned, read_only, &online);
  EXPECT_EQ(ErrorClass(status), "ReadOnlyRegistryException");
  EXPECT_TRUE(Says(status, "`read_only: true` under `registry`"));
  EXPECT_EQ(ErrorClass(Teardown(read_only, &online, "p")), "ReadOnlyRegistryException");
  EXPECT_TRUE(online.made.empty());
  EXPECT_TRUE(online.dropped.empty());
}

}  // namespace
}  // namespace feast
