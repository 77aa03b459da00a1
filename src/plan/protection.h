// Projects that nobody changes by accident.
#pragma once

#include <string>

#include "arrow/status.h"
#include "feast/core/Project.pb.h"
#include "feast/definitions.h"
#include "feast/repo_config.h"

namespace feast {

/// Invalid when the project of `config` is protected and `confirmed` (or, when that is "", FEAST_PROJECT_CONFIRM) is
/// not its name. Protected: `protected: true` under `registry`, the tag stage=production of the `registered` or the
/// `declared` project (each may be null), or FEAST_PROTECTED_PROJECT, names separated by commas.
arrow::Status CheckConfirmed(const RepoConfig& config, const core::Project* registered, const Project* declared,
                             const std::string& confirmed);

}  // namespace feast
