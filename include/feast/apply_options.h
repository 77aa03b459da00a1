// How a change to the registry is made, allowed and recorded.
#pragma once

#include <string>

#include "feast/definitions.h"
#include "feast/export.h"

namespace FEAST_EXPORT feast {

/// How a change is allowed and recorded.
struct WriteOptions {
  /// Also make changes that break what feature services depend on. The `feast` command asks for --allow-breaking.
  bool allow_breaking = true;
  /// The project's name, which a protected project wants to hear. FEAST_PROJECT_CONFIRM stands in when it is "".
  std::string project_confirm;
  /// What the history says was run; never with a secret in it.
  std::string command;
};

struct ApplyOptions : WriteOptions {
  /// True: `definitions` is the whole project, and what the registry has besides is deleted. False: only add and
  /// update.
  bool whole_project = false;
  /// Do not look at the sources: no schema inference, no check that columns exist.
  bool skip_source_validation = false;
  bool skip_feature_view_validation = false;
  /// Names of entities and views that are not there are stored as they are, as registries of Feast do when objects are
  /// written to them one by one. Not for whole projects.
  bool references_may_be_missing = false;
  /// Register sources without the credentials that stand in their URIs, with a warning; else these are an error.
  bool leave_out_uri_credentials = false;
  /// Deleted along with it (by kind and name), when whole_project is false.
  Definitions to_delete;
};

}  // namespace feast
