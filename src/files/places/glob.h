// Shell patterns over paths.
#pragma once

#include <string>
#include <string_view>

namespace feast::scan {

/// Whether `path` holds any of * ? [.
bool HasGlob(std::string_view path);

/// The folder that holds everything a pattern may match: the part before the first segment with a pattern in it.
std::string GlobFolder(std::string_view pattern);

/// Whether a file or folder of this name is passed over unless it is named: it begins with '.' or '_', and is no
/// partition ("_day=1").
bool IsHiddenName(std::string_view name);

/// Whether the whole `path` matches. `*` and `?` stop at '/', `**` as a whole segment stands for any number of folders,
/// [a-z] and [!a] are sets. Hidden names match only a pattern that begins with the same character.
bool GlobMatches(std::string_view pattern, std::string_view path);

}  // namespace feast::scan
