// A plan in a file: made by `feast plan --out`, reviewed, and carried out later by `feast apply FILE`.
//
// The file holds the resolved definitions and the version of the registry they were compared with. Carrying it out
// means comparing them again with that very version, so what is done is what was shown. docs/formats/plan_file.md has
// the layout.
#pragma once

#include <string>

#include "arrow/result.h"
#include "feast/definitions.h"
#include "plan/planner.h"

namespace feast {

struct PlanFile {
  std::string project;
  /// Where the registry is.
  std::string registry;
  /// The registry's version_id; "" for a registry that was not there.
  std::string base_version;
  Definitions resolved;
};

std::string EncodePlanFile(const PlannedApply& planned, const std::string& registry_location);

/// Invalid for what is no plan file, is damaged, or has a newer format; `name` is the file's, for errors.
arrow::Result<PlanFile> DecodePlanFile(const std::string& bytes, const std::string& name);

/// Invalid, saying which, for a plan of another project or another registry, and for one whose registry has moved on.
arrow::Status CheckPlanFile(const PlanFile& file, const std::string& name, const std::string& project,
                            const std::string& registry_location, const Snapshot& snapshot);

}  // namespace feast
