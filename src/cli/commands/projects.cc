// feast projects
#include <map>

#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/tags_filter.h"
#include "cli/terminal.h"
#include "cli/yaml_text.h"

namespace feast::cli {

namespace {

/// A Python dict, which is how Feast shows tags.
template <typename Map>
std::string ShowTags(const Map& tags) {
  std::string out;
  for (const auto& [key, value] : std::map<std::string, std::string>(tags.begin(), tags.end())) {
    out.append(out.empty() ? "'" : ", '").append(key).append("': '").append(value).append("'");
  }
  return "{" + out + "}";
}

arrow::Result<std::vector<ListedObject>> ListProjects(const ProjectView& view, const Tags& tags) {
  std::vector<ListedObject> objects;
  for (const core::Project& project : view.snapshot->registry().projects()) {
    const core::ProjectSpec& spec = project.spec();
    if (!HasTags(spec.tags(), tags)) continue;
    objects.push_back({{spec.name(), spec.description(), ShowTags(spec.tags()), spec.owner()},
                       {{"name", spec.name()},
                        {"description", spec.description()},
                        {"tags", TagsJson(spec.tags())},
                        {"owner", spec.owner()}}});
  }
  return objects;
}

}  // namespace

Command AddProjects(Command root, Session& session) {
  Command group = AddObjectGroup(
      root, session,
      {"projects", "projects", ObjectKind::kProject, {"NAME", "DESCRIPTION", "TAGS", "OWNER"}, ListProjects, {}});
  group.Add("current_project", "Show the project of this feature repo").Run([&session]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const ProjectView view, session.ReadRegistry());
    ARROW_ASSIGN_OR_RAISE(const google::protobuf::Message* const found,
                          FindObject(view, ObjectKind::kProject, view.project));
    Print(ToYaml(MessageJson(*found)) + "\n");
    return arrow::Status::OK();
  });
  return group;
}

}  // namespace feast::cli
