#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "definitions/proto.h"
#include "online/online_store.h"
#include "plan/infra_changes.h"
#include "plan/planner.h"
#include "registry/registry_objects.h"

namespace feast {

namespace {

using google::protobuf::Message;

arrow::Result<std::vector<std::shared_ptr<FeatureView>>> ViewsOf(const Snapshot& snapshot, const std::string& project) {
  std::vector<std::shared_ptr<FeatureView>> views;
  for (const auto& stored : snapshot.registry().feature_views()) {
    if (stored.spec().project() != project) continue;
    ARROW_ASSIGN_OR_RAISE(auto view, FromProto(stored));
    views.push_back(std::move(view));
  }
  for (const auto& stored : snapshot.registry().stream_feature_views()) {
    if (stored.spec().project() != project) continue;
    ARROW_ASSIGN_OR_RAISE(auto view, FromProto(stored));
    views.push_back(std::move(view));
  }
  for (const auto& stored : snapshot.registry().label_views()) {
    if (stored.spec().project() == project) views.push_back(OnlineForm(stored));
  }
  return views;
}

bool IsShared(const core::Registry& registry, const std::string& project) {
  bool shared = false;
  ForEachObject(registry,
                [&](ObjectKind kind, const std::string& its_project, const std::string& name, const Message&) {
                  shared |= (kind == ObjectKind::kProject ? name : its_project) != project;
                });
  return shared;
}

using ObjectBytes = std::map<std::pair<ObjectKind, std::string>, std::string>;

ObjectBytes ObjectsOf(const core::Registry& registry, const std::string& project) {
  ObjectBytes objects;
  ForEachObject(registry,
                [&](ObjectKind kind, const std::string& its_project, const std::string& name, const Message& object) {
                  if ((kind == ObjectKind::kProject ? name : its_project) != project) return;
                  google::protobuf::io::StringOutputStream bytes(&objects[{kind, name}]);
                  google::protobuf::io::CodedOutputStream output(&bytes);
                  // Maps in one order.
                  output.SetSerializationDeterministic(true);
                  object.SerializeToCodedStream(&output);
                });
  return objects;
}

/// What came meanwhile was nobody's to tear down.
arrow::Status CheckSame(const ObjectBytes& seen, const ObjectBytes& now, const std::string& project) {
  if (seen == now) return arrow::Status::OK();
  return arrow::Status::Invalid(
      "Somebody else changed the project while it was torn down. Its online tables are gone, and all that is "
      "registered is still there: see what came with 'feast registry log', and run teardown again. Project: ",
      project);
}

/// Takes one project out of a registry that others use too.
bool RemoveProject(const std::string& project, const std::vector<core::InfraObject>& infra, core::Registry* registry) {
  std::vector<std::pair<ObjectKind, std::string>> objects;
  ForEachObject(*registry,
                [&](ObjectKind kind, const std::string& its_project, const std::string& name, const Message&) {
                  if ((kind == ObjectKind::kProject ? name : its_project) == project) objects.emplace_back(kind, name);
                });
  // Named first and removed then, for removing moves others about.
  RegistryEditor editor(registry);
  for (const auto& [kind, name] : objects) editor.Remove(kind, project, name);
  auto* metadata = registry->mutable_project_metadata();
  // From the end, so that places still to come do not change.
  for (int i = metadata->size() - 1; i >= 0; --i) {
    if (metadata->Get(i).project() == project) metadata->DeleteSubrange(i, 1);
  }
  PlannedApply planned;
  planned.infra_to_remove = infra;
  RecordInfra(planned, registry->mutable_infra());
  return !objects.empty();
}

}  // namespace

arrow::Status Teardown(Registry& registry, OnlineStore* online, const std::string& project, HistoryEntry entry) {
  ARROW_RETURN_NOT_OK(registry.CheckWritable());
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry.Current(/*allow_cache=*/false));
  ARROW_ASSIGN_OR_RAISE(const auto views, ViewsOf(*snapshot, project));
  std::vector<core::InfraObject> infra;
  if (online != nullptr) {
    ARROW_ASSIGN_OR_RAISE(infra, online->InfraFor(views));
    ARROW_RETURN_NOT_OK(online->Teardown(views, CallContext::OfThread()));
  }
  entry.project = project;
  entry.summary = "project torn down";
  const ObjectBytes seen = ObjectsOf(snapshot->registry(), project);
  const auto check = [&](const core::Registry& now) { return CheckSame(seen, ObjectsOf(now, project), project); };
  bool is_shared = false;
  const auto may_remove = [&](const core::Registry& now) -> arrow::Result<bool> {
    ARROW_RETURN_NOT_OK(check(now));
    is_shared = IsShared(now, project);
    return !is_shared;
  };
  ARROW_RETURN_NOT_OK(registry.Remove(may_remove, entry));
  if (!is_shared) return arrow::Status::OK();
  const auto change = [&](core::Registry& edited) -> arrow::Result<bool> {
    ARROW_RETURN_NOT_OK(check(edited));
    return RemoveProject(project, infra, &edited);
  };
  return registry.Commit(change, std::move(entry));
}

}  // namespace feast
