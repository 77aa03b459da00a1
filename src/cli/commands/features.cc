// feast features: the columns of all feature views
#include <memory>

#include "cli/commands.h"
#include "cli/object_group.h"
#include "cli/terminal.h"
#include "definitions/proto.h"
#include "feast/errors.h"

namespace feast::cli {

using Json = nlohmann::ordered_json;

namespace {

/// A feature and the view it is in.
struct FeatureInView {
  const core::FeatureSpecV2* feature;
  std::string view;
  /// Null where Feast has no such attribute.
  Json online, source;
};

template <typename Views>
void Append(const Views& views, const std::string& project, std::vector<FeatureInView>* out) {
  for (const auto& view : views) {
    const auto& spec = view.spec();
    if (spec.project() != project) continue;
    Json online, source;
    if constexpr (requires { spec.batch_source(); }) {
      online = spec.online();
      if (spec.has_batch_source()) source = MessageJson(spec.batch_source());
    }
    for (const core::FeatureSpecV2& feature : spec.features()) out->push_back({&feature, spec.name(), online, source});
  }
}

std::vector<FeatureInView> AllFeatures(const ProjectView& view) {
  const core::Registry& registry = view.snapshot->registry();
  std::vector<FeatureInView> features;
  Append(registry.feature_views(), view.project, &features);
  Append(registry.on_demand_feature_views(), view.project, &features);
  Append(registry.stream_feature_views(), view.project, &features);
  return features;
}

arrow::Status List(const Session& session, const std::string& output, const std::string& format) {
  ARROW_ASSIGN_OR_RAISE(const ProjectView view, session.ReadRegistry());
  std::vector<ListedObject> objects;
  for (const FeatureInView& item : AllFeatures(view)) {
    const std::string type = FromProto(*item.feature).type.ToString();
    objects.push_back({{item.feature->name(), item.view, type},
                       {{"feature_name", item.feature->name()}, {"feature_view", item.view}, {"dtype", type}}});
  }
  PrintListing({"Feature", "Feature View", "Data Type"}, objects, output == "json" ? output : format);
  return arrow::Status::OK();
}

arrow::Status Describe(const Session& session, const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const ProjectView view, session.ReadRegistry());
  Json found = Json::array();
  std::vector<std::string> names;
  for (const FeatureInView& item : AllFeatures(view)) {
    names.push_back(item.feature->name());
    if (item.feature->name() != name) continue;
    found.push_back({{"Feature Name", name},
                     {"Feature View", item.view},
                     {"Data Type", FromProto(*item.feature).type.ToString()},
                     {"Description", item.feature->description()},
                     {"Online Store", item.online},
                     {"Source", item.source}});
  }
  if (found.empty()) {
    return arrow::Status::KeyError("No feature view of project ", view.project, " has a feature '", name, "'.",
                                   DidYouMean(name, names));
  }
  Print(found.dump(4) + "\n");
  return arrow::Status::OK();
}

struct ListOptions {
  std::string output = "table", format = "text";
};

}  // namespace

Command AddFeatures(Command root, Session& session) {
  Command group = root.Add("features", "List and describe features");
  const auto options = std::make_shared<ListOptions>();
  AddFormatOption(group.Add("list", "List all features"), &options->format)
      .Choice("--output", &options->output, {"table", "json"}, "The same, as Feast spells it")
      .Run([options, &session] { return List(session, options->output, options->format); });
  const auto name = std::make_shared<std::string>();
  group.Add("describe", "Show a feature and the views that have it, as JSON")
      .Argument("NAME", name.get(), "Its name")
      .Run([name, &session] { return Describe(session, *name); });
  return group;
}

}  // namespace feast::cli
