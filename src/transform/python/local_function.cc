// Finding a function's text in the files of the local feature repo.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include "transform/runner.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

// Definition files are written by people; larger ones are something else.
constexpr uintmax_t kFileBytesMax = 16 << 20;

/// Lines without trailing blanks; line ends of any system.
std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    const size_t last = line.find_last_not_of(" \t\r");
    lines.push_back(line.substr(0, last == std::string_view::npos ? 0 : last + 1));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<std::string_view> WithoutBlankEnds(std::vector<std::string_view> lines) {
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  const auto first = std::find_if(lines.begin(), lines.end(), [](std::string_view line) { return !line.empty(); });
  lines.erase(lines.begin(), first);
  return lines;
}

bool Contains(const fs::path& path, const std::vector<std::string_view>& wanted) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::vector<std::string_view> lines = Lines(text);
  return std::search(lines.begin(), lines.end(), wanted.begin(), wanted.end()) != lines.end();
}

/// The folders that definition files are not looked for in, too.
bool IsSkippedFolder(const fs::path& folder, const fs::path& repo) {
  const std::string name = folder.filename().string();
  if (name == "__pycache__" || name == ".ipynb_checkpoints" || name == ".pytest_cache") return true;
  return (name == ".git" || name == ".venv") && folder.parent_path() == repo;
}

}  // namespace

RepoText SearchRepo(const RepoConfig& config, const std::string& source_text) {
  RepoText result;
  if (config.repo_path.empty()) return result;
  const std::vector<std::string_view> wanted = WithoutBlankEnds(Lines(source_text));
  std::error_code error;
  fs::recursive_directory_iterator entries(config.repo_path, fs::directory_options::skip_permission_denied, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    // A file that vanishes or cannot be looked at has no function in it.
    std::error_code ignored;
    if (entries->is_directory(ignored)) {
      if (IsSkippedFolder(entries->path(), config.repo_path)) entries.disable_recursion_pending();
    } else if (entries->path().extension() == ".py" && entries->file_size(ignored) <= kFileBytesMax) {
      result.has_files = true;
      result.has_text = !wanted.empty() && Contains(entries->path(), wanted);
      if (result.has_text) break;
    }
  }
  return result;
}

}  // namespace feast
