// Who is at work, from which commit, in which CI run.
#pragma once

#include <filesystem>
#include <string>

namespace feast {

/// Texts for people; "" for what is not known.
struct Authorship {
  /// The person who started the CI run; on a workstation "user@host".
  std::string actor;
  /// Full hash of the commit that is checked out.
  std::string commit;
  /// URL or number of the CI run.
  std::string run;
};

/// From the variables that CI systems set (GitHub, GitLab, Jenkins, Buildkite, CircleCI, Azure, Bitbucket), else from
/// the system and the Git repository that `folder` is in.
Authorship CurrentAuthorship(const std::filesystem::path& folder);

}  // namespace feast
