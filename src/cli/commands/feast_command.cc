#include <initializer_list>
#include <string>

#include "cli/commands.h"
#include "cli/object_group.h"
#include "parallel/memory_pool.h"

namespace feast::cli {

namespace {

/// Feast's commands that are not part of this version: known, so that the error can say so. `group` is "" or ends in a
/// space.
void AddAbsent(Command parent, const std::string& group, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    parent.AddHidden(name).Run([group, name] {
      return arrow::Status::NotImplemented("'", group, name,
                                           "' is a command of Feast that is not in this version of feast-cpp. ",
                                           "'feast --help' lists those that are.");
    });
  }
}

}  // namespace

int RunFeast(int argc, char** argv, Host host) {
  ChooseMemoryPool();
  Session session;
  if (host == Host::kNative) session.AllowPython({argv + 1, argv + argc});
  CommandLine line("feast", "A feature store: define features in Python, plan and apply them, and share them by name");
  session.AddOptions(line);
  Command root = line.root();

  AddInit(root, session);
  AddPlan(root, session);
  AddApply(root, session);
  AddTeardown(root, session);
  AddDelete(root, session);
  AddAbsent(AddProjects(root, session), "projects ", {"delete"});
  AddObjectGroup(root, session, {"entities", "entities", ObjectKind::kEntity});
  AddObjectGroup(root, session, {"data-sources", "data sources", ObjectKind::kDataSource});
  AddAbsent(AddObjectGroup(root, session, {"feature-views", "feature views", ObjectKind::kFeatureView}),
            "feature-views ", {"enable", "disable", "set-state", "list-versions"});
  AddObjectGroup(root, session,
                 {"on-demand-feature-views", "on demand feature views", ObjectKind::kOnDemandFeatureView});
  AddObjectGroup(root, session, {"stream-feature-views", "stream feature views", ObjectKind::kStreamFeatureView});
  AddObjectGroup(root, session, {"label-views", "label views", ObjectKind::kLabelView});
  AddObjectGroup(root, session, {"feature-services", "feature services", ObjectKind::kFeatureService});
  AddFeatures(root, session);
  AddObjectGroup(root, session, {"saved-datasets", "saved datasets", ObjectKind::kSavedDataset});
  AddRegistry(root, session);
  AddConfiguration(root, session);
  AddRegistryDump(root, session);
  AddGetHistoricalFeatures(root, session);
  AddGetOnlineFeatures(root, session);
  AddMaterialize(root, session);
  AddVerifyOnline(root, session);
  AddServe(root, session);
  AddVersion(root, session);
  AddAbsent(root, "",
            {"dbt", "demo-notebooks", "endpoint", "listen", "mcp", "mlflow", "monitor", "permissions", "serve_lineage",
             "serve_offline", "serve_registry", "serve_transformations", "ui", "validate", "validation-references"});
  return line.Main(argc, argv);
}

}  // namespace feast::cli
