#include "files/places/glob.h"

#include <fnmatch.h>

namespace feast::scan {
namespace {

struct Split {
  std::string_view head, tail;
  bool last;
};

/// Takes the first segment off.
Split SplitSegment(std::string_view path) {
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {path, {}, true};
  return {path.substr(0, slash), path.substr(slash + 1), false};
}

bool SegmentMatches(std::string_view pattern, std::string_view segment) {
  // As FNM_PERIOD has it for a dot: what is hidden must be named.
  if (IsHiddenName(segment) && segment.front() == '_' && !pattern.starts_with('_')) return false;
  return fnmatch(std::string(pattern).c_str(), std::string(segment).c_str(), FNM_PERIOD) == 0;
}

}  // namespace

bool IsHiddenName(std::string_view name) {
  return name.starts_with('.') || (name.starts_with('_') && name.find('=') == std::string_view::npos);
}

bool HasGlob(std::string_view path) { return path.find_first_of("*?[") != std::string_view::npos; }

std::string GlobFolder(std::string_view pattern) {
  const size_t first = pattern.find_first_of("*?[");
  const size_t slash = pattern.rfind('/', first);
  return slash == std::string_view::npos ? "" : std::string(pattern.substr(0, slash));
}

bool GlobMatches(std::string_view pattern, std::string_view path) {
  const Split wanted = SplitSegment(pattern);
  if (wanted.head == "**" && !wanted.last) {
    // "**" stands for no folder or for any number. Each call takes a segment off the path or the pattern, so this ends.
    if (GlobMatches(wanted.tail, path)) return true;
    const Split have = SplitSegment(path);
    return !have.last && !IsHiddenName(have.head) && GlobMatches(pattern, have.tail);
  }
  const Split have = SplitSegment(path);
  if (!SegmentMatches(wanted.head, have.head)) return false;
  // Both have as many segments, but for "**".
  if (wanted.last || have.last) return wanted.last && have.last;
  return GlobMatches(wanted.tail, have.tail);
}

}  // namespace feast::scan
