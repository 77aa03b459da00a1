// A kind of object on the command line: `feast <group> list` and `feast <group> describe NAME`.
#pragma once

#include <string>

#include "cli/command_line.h"
#include "cli/session.h"
#include "feast/plan.h"

namespace feast::cli {

struct ObjectGroup {
  /// "feature-views", and what its objects are called in sentences: "feature views".
  std::string name;
  std::string plural;
  ObjectKind kind;
};

/// Declares the group with its two commands; returns it so that more can be added. `session` must outlive the command
/// line.
Command AddObjectGroup(Command parent, Session& session, ObjectGroup group);

}  // namespace feast::cli
