// Projects that nobody changes by accident.
#pragma once

#include <string>

#include "arrow/status.h"
#include "feast/core/Project.pb.h"
#include "feast/definitions.h"
#include "feast/plan.h"
#include "feast/repo_config.h"

namespace feast {

/// Invalid when the project of `config` is protected and `confirmed` (or, when that is "", FEAST_PROJECT_CONFIRM) is
/// not its name. Protected: `protected: true` under `registry`, the tag stage=production of the `registered` or the
/// `declared` project (each may be null), or FEAST_PROTECTED_PROJECT, names separated by commas.
arrow::Status CheckConfirmed(const RepoConfig& config, const core::Project* registered, const Project* declared,
                             const std::string& confirmed);

/// Invalid when a repo that declares nothing would have `plan` delete what is registered: most likely it is the wrong
/// folder, or its files were left out.
arrow::Status CheckDeclaresSomething(const RepoConfig& config, const Definitions& declared, const Plan& plan);

}  // namespace feast
