// The options that commands which plan or change a project share.
#pragma once

#include "cli/command_line.h"
#include "feast/feature_store.h"

namespace feast::cli {

/// A feature repo is the whole project: what it does not declare is deleted. Breaking changes want to be allowed by
/// hand.
inline ApplyOptions WholeProject() {
  ApplyOptions options;
  options.whole_project = true;
  options.allow_breaking = false;
  return options;
}

/// Declares the options; `options` must outlive the command line.
inline Command AddPlanOptions(Command command, ApplyOptions* options) {
  return command.Flag("--skip-source-validation", &options->skip_source_validation, "Do not look at the data sources")
      .Flag("--skip-feature-view-validation", &options->skip_feature_view_validation,
            "Do not check the feature views themselves");
}

/// For commands that change what feature services may depend on.
inline Command AddAllowBreaking(Command command, WriteOptions* options) {
  return command.Flag("--allow-breaking", &options->allow_breaking,
                      "Also make changes that break what feature services depend on");
}

/// For commands that write.
inline Command AddProjectConfirm(Command command, WriteOptions* options) {
  return command.Option("--project-confirm", &options->project_confirm,
                        "The project's name: needed to change a protected one (Env:FEAST_PROJECT_CONFIRM)");
}

}  // namespace feast::cli
