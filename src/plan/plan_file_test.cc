#include "plan/plan_file.h"

#include <string>

#include "plan/plan_test_repo.h"

namespace feast {
namespace {

class PlanFileTest : public PlanTestRepo {
 protected:
  std::string Encoded() { return EncodePlanFile(Planned().ValueOrDie(), registry->location()); }
  arrow::Status Checked(const std::string& bytes, const std::string& project, const std::string& location) {
    ARROW_ASSIGN_OR_RAISE(const PlanFile file, DecodePlanFile(bytes, "plan.bin"));
    return CheckPlanFile(file, "plan.bin", project, location, *Stored());
  }
};

TEST_F(PlanFileTest, CarriesOutWhatWasShown) {
  Apply();
  stats->ttl = std::chrono::hours(1);
  const auto shown = Summary(Planned().ValueOrDie().plan);
  const std::string bytes = Encoded();
  EXPECT_EQ(bytes, Encoded());
  PlanFile file = DecodePlanFile(bytes, "plan.bin").ValueOrDie();
  ASSERT_TRUE(CheckPlanFile(file, "plan.bin", "p", "memory", *Stored()).ok());
  auto planned = PlanResolved(std::move(file.resolved), *Stored(), &online, "p", whole).ValueOrDie();
  EXPECT_EQ(Summary(planned.plan), shown);
  planned.pinned = true;
  ASSERT_TRUE(CommitPlan(planned, *registry, &online).ok());
  EXPECT_TRUE(Planned().ValueOrDie().plan.empty());
}

TEST_F(PlanFileTest, RefusesWhatIsNotMeant) {
  Apply();
  const std::string bytes = Encoded();
  EXPECT_TRUE(Says(Checked(bytes, "q", "memory"), "is for project 'p', but this configuration is for project 'q'"));
  EXPECT_TRUE(
      Says(Checked(bytes, "p", "s3://other"), "is for the registry memory, but this configuration has s3://other"));
  driver->description = "changed";
  Apply();
  EXPECT_TRUE(Says(Checked(bytes, "p", "memory"), "The registry has changed since the plan file 'plan.bin' was made"));
}

TEST_F(PlanFileTest, APinnedPlanIsNotRebased) {
  Apply();
  stats->ttl = std::chrono::hours(1);
  auto planned = Planned().ValueOrDie();
  planned.pinned = true;
  stats->ttl = std::chrono::hours(24);
  driver->description = "changed meanwhile";
  Apply();
  const size_t made = online.made.size();
  EXPECT_TRUE(Says(CommitPlan(planned, *registry, &online), "The registry has changed since this plan was made"));
  EXPECT_EQ(online.made.size(), made);
}

TEST_F(PlanFileTest, RefusesDamage) {
  const std::string bytes = Encoded();
  for (const size_t size : {bytes.size() - 1, bytes.size() / 2, size_t{40}, size_t{20}, size_t{5}}) {
    EXPECT_TRUE(Says(DecodePlanFile(bytes.substr(0, size), "plan.bin").status(), "The plan file is damaged")) << size;
  }
  for (size_t at = 8 + 8; at < bytes.size(); at += 7) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    EXPECT_FALSE(DecodePlanFile(flipped, "plan.bin").ok()) << at;
  }
  EXPECT_TRUE(
      Says(DecodePlanFile("project: p\n", "feature_store.yaml").status(), "'feature_store.yaml' is not a plan file"));
  EXPECT_TRUE(Says(DecodePlanFile("", "plan.bin").status(), "is not a plan file"));
  std::string newer = bytes;
  newer[8] = 9;
  EXPECT_TRUE(Says(DecodePlanFile(newer, "plan.bin").status(), "written by a newer version of this program (format 9"));
}

}  // namespace
}  // namespace feast
