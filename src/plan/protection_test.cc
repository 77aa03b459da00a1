#include "plan/protection.h"

#include <cstdlib>

#include "plan/plan_test_repo.h"

namespace feast {
namespace {

class ProtectionTest : public PlanTestRepo {
 protected:
  void TearDown() override {
    unsetenv("FEAST_PROTECTED_PROJECT");
    unsetenv("FEAST_PROJECT_CONFIRM");
  }
  arrow::Status Check(const std::string& confirmed = "", const Project* declared = nullptr) {
    const auto stored = Stored();
    return CheckConfirmed(config, stored->FindProject(config.project), declared, confirmed);
  }
};

TEST_F(ProtectionTest, ProjectsAreNotProtectedUnlessMarked) {
  Project staging;
  staging.tags = {{"stage", "staging"}};
  EXPECT_TRUE(Check("", &staging).ok());
  setenv("FEAST_PROTECTED_PROJECT", "other, pp", 1);
  EXPECT_TRUE(Check().ok());
}

TEST_F(ProtectionTest, ATagTheConfigurationOrTheEnvironmentProtects) {
  Project production;
  production.tags = {{"stage", "Production"}};
  production.origin = {"repo.py", 3};
  EXPECT_TRUE(Says(Check("", &production), "tag stage=production of its Project (repo.py:3)"));
  setenv("FEAST_PROTECTED_PROJECT", "other, p", 1);
  EXPECT_TRUE(Says(Check(), "Project 'p' is protected (FEAST_PROTECTED_PROJECT)"));
  config.registry.options["protected"] = ConfigValue(true);
  EXPECT_TRUE(Says(Check(), "`protected: true` in its configuration"));
}

TEST_F(ProtectionTest, TheRegisteredTagCountsEvenWhenItIsBeingTakenAway) {
  repo.project = std::make_shared<Project>();
  repo.project->name = "p";
  repo.project->tags = {{"stage", "production"}};
  Apply();
  EXPECT_TRUE(Says(Check("", std::make_shared<Project>().get()), "of the registered project"));
}

TEST_F(ProtectionTest, TheNameMustBeSaid) {
  config.registry.options["protected"] = ConfigValue(true);
  EXPECT_TRUE(Says(Check(), "--project-confirm p, project_confirm=\"p\" in Python, or FEAST_PROJECT_CONFIRM=p in CI"));
  EXPECT_TRUE(Says(Check("q"), "What was confirmed is 'q'"));
  EXPECT_TRUE(Check("p").ok());
  setenv("FEAST_PROJECT_CONFIRM", "p", 1);
  EXPECT_TRUE(Check().ok());
  EXPECT_FALSE(Check("q").ok());
}

}  // namespace
}  // namespace feast
