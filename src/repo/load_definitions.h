// A folder of definition files -> Definitions: the one place where planning and applying start Python.
#pragma once

#include "arrow/result.h"
#include "feast/definitions.h"
#include "feast/repo_config.h"

namespace feast {

/// Evaluates every definition file below `config.repo_path` in a Python child process (feast._evaluate, which says
/// which files those are) and returns what they declare for `config.project`, each object with the file and line it
/// came from. Sources that stand only inside views are part of the result. What the files print goes to stderr.
///
/// Invalid when a file raises: first "file:line: the definitions could not be evaluated: …", then the file's own
/// traceback. Invalid also when nothing is defined at all, since applying that would delete the project.
arrow::Result<Definitions> LoadDefinitions(const RepoConfig& config);

}  // namespace feast
