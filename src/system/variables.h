// Environment variables, and what is found by them: the clouds' tools are configured this way.
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <utility>

#include "arrow/result.h"

namespace feast {

/// Looks a variable up; "" when it is not set. Tests give their own.
using Variables = std::function<std::string(const std::string& name)>;

/// The environment of this process.
const Variables& ProcessVariables();

/// The first of `names` that is set, and its value; both "" when none is.
std::pair<std::string, std::string> FirstSet(const Variables& variables, std::initializer_list<const char*> names);

/// "1", "true", "yes" or "on" in any case.
bool IsTrue(const std::string& text);

/// $HOME, with `path` below it.
std::filesystem::path BelowHome(const Variables& variables, const std::string& path);
/// `path` with a leading "~" replaced by $HOME.
std::filesystem::path ExpandHome(const Variables& variables, const std::string& path);

/// A small file of text, such as a token or a profile. IOError names the file and says why.
arrow::Result<std::string> ReadTextFile(const std::filesystem::path& path);

/// `text` without white space at its ends.
std::string Trimmed(const std::string& text);

}  // namespace feast
