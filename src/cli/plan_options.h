// The options that `feast plan` and `feast apply` share.
#pragma once

#include "cli/command_line.h"
#include "feast/feature_store.h"

namespace feast::cli {

/// A feature repo is the whole project: what it does not declare is deleted.
inline ApplyOptions WholeProject() {
  ApplyOptions options;
  options.whole_project = true;
  return options;
}

/// Declares the options; `options` must outlive the command line.
inline Command AddPlanOptions(Command command, ApplyOptions* options) {
  return command.Flag("--skip-source-validation", &options->skip_source_validation, "Do not look at the data sources")
      .Flag("--skip-feature-view-validation", &options->skip_feature_view_validation,
            "Do not check the feature views themselves");
}

}  // namespace feast::cli
