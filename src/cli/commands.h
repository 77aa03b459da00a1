// The commands of `feast`, each declared by the file of its name. Those that only list and describe objects of one kind
// are lines of feast_command.cc.
#pragma once

#include "cli/command_line.h"
#include "cli/session.h"

namespace feast::cli {

// Each adds its command to `root`. `session` must outlive the command line.
void AddVersion(Command root, Session& session);
void AddInit(Command root, Session& session);
void AddPlan(Command root, Session& session);
void AddApply(Command root, Session& session);
void AddTeardown(Command root, Session& session);
void AddDelete(Command root, Session& session);
void AddConfiguration(Command root, Session& session);
void AddRegistryDump(Command root, Session& session);
void AddGetHistoricalFeatures(Command root, Session& session);
void AddGetOnlineFeatures(Command root, Session& session);
void AddMaterialize(Command root, Session& session);
void AddVerifyOnline(Command root, Session& session);
void AddServe(Command root, Session& session);

/// The groups return themselves, for what else belongs to them.
Command AddFeatures(Command root, Session& session);
Command AddProjects(Command root, Session& session);
Command AddRegistry(Command root, Session& session);
/// Into the group `registry`.
void AddRegistryPolicy(Command registry_group, Session& session);

/// What runs the program: a process of its own, or a Python interpreter, where Python classes of the user's own can be
/// used.
enum class Host { kNative, kPython };

/// The whole program. Returns the exit code.
int RunFeast(int argc, char** argv, Host host = Host::kNative);

}  // namespace feast::cli
