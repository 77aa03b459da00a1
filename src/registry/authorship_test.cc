#include "registry/authorship.h"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "system/test_folder.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

const std::string kHash(40, 'a'), kOtherHash(40, 'b');

/// Without the variables of the CI that runs this test.
class AuthorshipTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"GITHUB_ACTOR", "GITHUB_SHA", "GITHUB_RUN_ID", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITLAB_USER_LOGIN",
          "CI_COMMIT_SHA", "CI_JOB_URL", "CI_PIPELINE_URL", "BUILD_URL", "GIT_COMMIT", "BUILD_USER_ID", "CI_JOB_ID"}) {
      if (const char* value = std::getenv(name)) saved_.emplace_back(name, value);
      unsetenv(name);
    }
    fs::create_directories(folder_ / "repo/production");
  }
  void TearDown() override {
    for (const char* name :
         {"GITHUB_ACTOR", "GITHUB_SHA", "GITHUB_RUN_ID", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "CI_COMMIT_SHA"}) {
      unsetenv(name);
    }
    for (const auto& [name, value] : saved_) setenv(name.c_str(), value.c_str(), 1);
  }
  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((folder_ / path).parent_path());
    WriteFile(folder_ / path, text);
  }
  std::string Commit() { return CurrentAuthorship(folder_ / "repo/production").commit; }

  TestFolder folder_;
  std::vector<std::pair<std::string, std::string>> saved_;
};

TEST_F(AuthorshipTest, CommitsAreReadFromTheRepositoryAround) {
  EXPECT_EQ(Commit(), "");
  Write("repo/.git/HEAD", kHash + "\n");
  EXPECT_EQ(Commit(), kHash);
  Write("repo/.git/HEAD", "ref: refs/heads/main\n");
  EXPECT_EQ(Commit(), "");
  Write("repo/.git/packed-refs", "# pack-refs\n" + kHash + " refs/heads/main\n");
  EXPECT_EQ(Commit(), kHash);
  Write("repo/.git/refs/heads/main", kOtherHash + "\n");
  EXPECT_EQ(Commit(), kOtherHash);
}

TEST_F(AuthorshipTest, WorktreesLeadToTheirRepository) {
  Write("main/.git/worktrees/w/HEAD", "ref: refs/heads/w\n");
  Write("main/.git/worktrees/w/commondir", "../..\n");
  Write("main/.git/refs/heads/w", kHash + "\n");
  Write("repo/.git", "gitdir: " + (folder_ / "main/.git/worktrees/w").string() + "\n");
  EXPECT_EQ(Commit(), kHash);
}

TEST_F(AuthorshipTest, ContinuousIntegrationKnowsBetter) {
  Write("repo/.git/HEAD", kHash + "\n");
  setenv("GITHUB_ACTOR", "octocat", 1);
  setenv("GITHUB_SHA", kOtherHash.c_str(), 1);
  setenv("GITHUB_RUN_ID", "17", 1);
  auto authorship = CurrentAuthorship(folder_ / "repo");
  EXPECT_EQ(authorship.actor, "octocat");
  EXPECT_EQ(authorship.commit, kOtherHash);
  EXPECT_EQ(authorship.run, "17");
  setenv("GITHUB_SERVER_URL", "https://github.com", 1);
  setenv("GITHUB_REPOSITORY", "rides/features", 1);
  EXPECT_EQ(CurrentAuthorship(folder_ / "repo").run, "https://github.com/rides/features/actions/runs/17");
}

TEST_F(AuthorshipTest, OnAWorkstationTheUserIsNamed) { EXPECT_NE(CurrentAuthorship(folder_.path()).actor, ""); }

}  // namespace
}  // namespace feast
