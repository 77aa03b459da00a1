// Catalog: the features of all views.
#include <utility>

#include "catalog/catalog.h"
#include "catalog/described_object.h"
#include "definitions/proto.h"
#include "text/did_you_mean.h"
#include "text/redaction.h"

namespace feast {

namespace {

/// A feature and the view it is in.
struct FeatureInView {
  const core::FeatureSpecV2* feature;
  std::string view;
  /// Null where Feast has no such attribute.
  nlohmann::ordered_json online, source;
};

template <typename Views>
void AppendFeatures(const Views& views, const std::string& project, std::vector<FeatureInView>* out) {
  for (const auto& view : views) {
    const auto& spec = view.spec();
    if (spec.project() != project) continue;
    nlohmann::ordered_json online, source;
    if constexpr (requires { spec.batch_source(); }) {
      online = spec.online();
      if (spec.has_batch_source()) source = DescribedObject(spec.batch_source());
    }
    for (const core::FeatureSpecV2& feature : spec.features()) out->push_back({&feature, spec.name(), online, source});
  }
}

std::vector<FeatureInView> AllFeatures(const Snapshot& snapshot, const std::string& project) {
  const core::Registry& registry = snapshot.registry();
  std::vector<FeatureInView> features;
  AppendFeatures(registry.feature_views(), project, &features);
  AppendFeatures(registry.on_demand_feature_views(), project, &features);
  AppendFeatures(registry.stream_feature_views(), project, &features);
  return features;
}

}  // namespace

Listing Catalog::ListFeatures() const {
  Listing listing{{"Feature", "Feature View", "Data Type"}, {}};
  for (const FeatureInView& item : AllFeatures(*snapshot_, project_)) {
    const std::string type = FromProto(*item.feature).type.ToString();
    listing.objects.push_back({{item.feature->name(), item.view, type},
                               {{"feature_name", item.feature->name()}, {"feature_view", item.view}, {"dtype", type}}});
  }
  return WithoutSecrets(std::move(listing));
}

arrow::Result<nlohmann::ordered_json> Catalog::DescribeFeature(const std::string& name) const {
  auto found = nlohmann::ordered_json::array();
  std::vector<std::string> names;
  for (const FeatureInView& item : AllFeatures(*snapshot_, project_)) {
    names.push_back(item.feature->name());
    if (item.feature->name() != name) continue;
    found.push_back({{"Feature Name", name},
                     {"Feature View", item.view},
                     {"Data Type", FromProto(*item.feature).type.ToString()},
                     {"Description", Redacted(item.feature->description())},
                     {"Online Store", item.online},
                     {"Source", item.source}});
  }
  if (!found.empty()) return found;
  return arrow::Status::KeyError("No feature view of project ", project_, " has a feature '", name, "'.",
                                 DidYouMean(name, names));
}

}  // namespace feast
