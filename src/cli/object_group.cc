#include "cli/object_group.h"

#include <cctype>
#include <memory>
#include <utility>

#include "cli/tags_filter.h"
#include "cli/terminal.h"
#include "cli/text_table.h"
#include "cli/yaml_text.h"
#include "definitions/proto.h"
#include "feast/errors.h"

namespace feast::cli {

using Json = nlohmann::ordered_json;

namespace {

struct ListOptions {
  std::vector<std::string> tags;
  std::string format = "text";
};

const google::protobuf::Message* Find(const ProjectView& view, ObjectKind kind, const std::string& name) {
  const Snapshot& snapshot = *view.snapshot;
  switch (kind) {
    case ObjectKind::kProject:
      return snapshot.FindProject(name);
    case ObjectKind::kDataSource:
      return snapshot.FindDataSource(view.project, name);
    case ObjectKind::kEntity:
      return snapshot.FindEntity(view.project, name);
    case ObjectKind::kFeatureView:
      // Views of all kinds share one namespace, and `feature-views list` shows more than plain ones.
      if (const auto* found = snapshot.FindFeatureView(view.project, name)) return found;
      if (const auto* found = snapshot.FindOnDemandFeatureView(view.project, name)) return found;
      return snapshot.FindStreamFeatureView(view.project, name);
    case ObjectKind::kOnDemandFeatureView:
      return snapshot.FindOnDemandFeatureView(view.project, name);
    case ObjectKind::kStreamFeatureView:
      return snapshot.FindStreamFeatureView(view.project, name);
    case ObjectKind::kFeatureService:
      return snapshot.FindFeatureService(view.project, name);
    case ObjectKind::kSavedDataset:
      return snapshot.FindSavedDataset(view.project, name);
    case ObjectKind::kValidationReference:
    case ObjectKind::kPermission:
    case ObjectKind::kLabelView:
      break;
  }
  return nullptr;
}

const char* NotFoundClass(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kProject:
      return "ProjectObjectNotFoundException";
    case ObjectKind::kDataSource:
      return "DataSourceObjectNotFoundException";
    case ObjectKind::kEntity:
      return "EntityNotFoundException";
    case ObjectKind::kFeatureService:
      return "FeatureServiceNotFoundException";
    case ObjectKind::kSavedDataset:
      return "SavedDatasetNotFound";
    default:
      return "FeatureViewNotFoundException";
  }
}

}  // namespace

arrow::Result<const google::protobuf::Message*> FindObject(const ProjectView& view, ObjectKind kind,
                                                           const std::string& name) {
  if (const google::protobuf::Message* found = Find(view, kind, name)) return found;
  std::vector<std::string> names = view.snapshot->Names(kind, kind == ObjectKind::kProject ? "" : view.project);
  std::erase(names, kDummyEntityName);
  std::string message(ObjectKindName(kind));
  message[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(message[0])));
  message += " '" + name + "' does not exist in ";
  message += kind == ObjectKind::kProject ? "the registry." : "project '" + view.project + "'.";
  const std::string suggestion = DidYouMean(name, names);
  if (!suggestion.empty()) {
    message += suggestion;
  } else if (names.empty()) {
    message += " There are none: register definitions with 'feast apply'.";
  } else {
    message += " 'list' shows those there are.";
  }
  return NamedError(NotFoundClass(kind), message);
}

Json MessageJson(const google::protobuf::Message& message) {
  Json json = Json::parse(ToJson(message));
  json.erase("project");
  // Says of a source no more than its type does, unless that is "custom".
  if (json.contains("dataSourceClassType") && json.value("type", "") != "CUSTOM_SOURCE")
    json.erase("dataSourceClassType");
  if (json.contains("spec")) json["spec"].erase("project");
  return json;
}

Command AddFormatOption(Command command, std::string* format) {
  return command.Choice("--format", format, {"text", "json"}, "Output for people or for programs");
}

void PrintListing(const std::vector<std::string>& headers, const std::vector<ListedObject>& objects,
                  const std::string& format) {
  if (format == "json") {
    Json array = Json::array();
    for (const ListedObject& object : objects) array.push_back(object.json);
    Print(array.dump(2) + "\n");
    return;
  }
  std::vector<std::vector<std::string>> rows;
  rows.reserve(objects.size());
  for (const ListedObject& object : objects) rows.push_back(object.cells);
  Print(RenderTable(headers, rows));
}

Command AddObjectGroup(Command parent, Session& session, ObjectGroup object_group) {
  const auto group = std::make_shared<const ObjectGroup>(std::move(object_group));
  Command command = parent.Add(group->name, "List and describe " + group->plural);

  const auto options = std::make_shared<ListOptions>();
  AddFormatOption(command.Add("list", "List all " + group->plural), &options->format)
      .Repeated("--tags", &options->tags, "Only those with this tag, as key:value; repeat for more, all must match")
      .Run([group, options, &session]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(const Tags tags, ParseTags(options->tags));
        ARROW_ASSIGN_OR_RAISE(const ProjectView view, session.ReadRegistry());
        ARROW_ASSIGN_OR_RAISE(const std::vector<ListedObject> objects, group->list(view, tags));
        PrintListing(group->headers, objects, options->format);
        return arrow::Status::OK();
      });

  const auto name = std::make_shared<std::string>();
  command.Add("describe", "Show one of the " + group->plural + " as YAML")
      .Argument("NAME", name.get(), "Its name")
      .Run([group, name, &session]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(const ProjectView view, session.ReadRegistry());
        ARROW_ASSIGN_OR_RAISE(const google::protobuf::Message* const found, FindObject(view, group->kind, *name));
        Json json = MessageJson(*found);
        if (group->complete) group->complete(*found, &json);
        Print(ToYaml(json) + "\n");
        return arrow::Status::OK();
      });
  return command;
}

}  // namespace feast::cli
