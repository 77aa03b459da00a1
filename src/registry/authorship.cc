#include "registry/authorship.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <system_error>

namespace feast {

namespace fs = std::filesystem;

namespace {

std::string FirstSet(std::initializer_list<const char*> variables) {
  for (const char* variable : variables) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

std::string LocalActor() {
  std::string user;
  if (const passwd* entry = getpwuid(geteuid())) user = entry->pw_name;
  if (user.empty()) user = FirstSet({"USER", "LOGNAME"});
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0 && host[0] != '\0') user += "@" + std::string(host.data());
  return user;
}

std::string Run() {
  const std::string number = FirstSet({"GITHUB_RUN_ID"});
  const std::string server = FirstSet({"GITHUB_SERVER_URL"}), repository = FirstSet({"GITHUB_REPOSITORY"});
  if (!number.empty() && !server.empty() && !repository.empty()) {
    return server + "/" + repository + "/actions/runs/" + number;
  }
  if (!number.empty()) return number;
  return FirstSet(
      {"CI_JOB_URL", "CI_PIPELINE_URL", "BUILD_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL", "CI_JOB_ID"});
}

std::string FirstLine(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

bool IsHash(const std::string& text) {
  return text.size() >= 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// The commit of a reference among those that Git has packed into one file.
std::string PackedReference(const fs::path& git, const std::string& reference) {
  std::ifstream file(git / "packed-refs");
  for (std::string line; std::getline(file, line);) {
    const size_t space = line.find(' ');
    if (space != std::string::npos && line.substr(space + 1) == reference) return line.substr(0, space);
  }
  return {};
}

/// The commit that is checked out where `git`, a repository's or a worktree's own folder, belongs.
std::string Head(const fs::path& git) {
  const std::string head = FirstLine(git / "HEAD");
  if (!head.starts_with("ref: ")) return head;
  const std::string reference = head.substr(5);
  const std::string shared = FirstLine(git / "commondir");
  for (const fs::path& folder : {git, shared.empty() ? git : git / shared}) {
    const std::string commit = FirstLine(folder / reference);
    if (IsHash(commit)) return commit;
    const std::string packed = PackedReference(folder, reference);
    if (IsHash(packed)) return packed;
  }
  return {};
}

std::string CheckedOutCommit(const fs::path& folder) {
  std::error_code error;
  fs::path at = fs::absolute(folder.empty() ? "." : folder, error).lexically_normal();
  for (; !error; at = at.parent_path()) {
    const fs::path git = at / ".git";
    if (fs::is_directory(git, error)) return Head(git);
    if (fs::is_regular_file(git, error)) {
      // In a worktree, .git is a file that says where the folder is.
      const std::string line = FirstLine(git);
      return line.starts_with("gitdir: ") ? Head(at / line.substr(8)) : std::string();
    }
    error.clear();
    if (at == at.parent_path()) break;
  }
  return {};
}

}  // namespace

Authorship CurrentAuthorship(const fs::path& folder) {
  Authorship authorship;
  authorship.actor = FirstSet({"GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_USER_ID", "BUILDKITE_BUILD_CREATOR",
                               "CIRCLE_USERNAME", "BUILD_REQUESTEDFOR"});
  if (authorship.actor.empty()) authorship.actor = LocalActor();
  authorship.commit = FirstSet({"GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "BUILDKITE_COMMIT", "CIRCLE_SHA1",
                                "BUILD_SOURCEVERSION", "BITBUCKET_COMMIT"});
  if (authorship.commit.empty()) authorship.commit = CheckedOutCommit(folder);
  authorship.run = Run();
  return authorship;
}

}  // namespace feast
