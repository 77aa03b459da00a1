// What real Feast stored (tests/data/registries) goes through our objects and comes out the same.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "definitions/proto.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

using google::protobuf::util::MessageDifferencer;

core::Registry ReadRegistry(const std::string& name) {
  std::ifstream file(FEAST_SOURCE_DIR "/tests/data/registries/" + name, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  core::Registry registry;
  EXPECT_TRUE(registry.ParseFromString(bytes)) << name;
  return registry;
}

// Feast writes a stream view's features in an order that changes from run to run.
void SortFeatures(core::StreamFeatureViewSpec* spec) {
  std::sort(spec->mutable_features()->begin(), spec->mutable_features()->end(),
            [](const core::FeatureSpecV2& a, const core::FeatureSpecV2& b) { return a.name() < b.name(); });
}

class FeastRegistry : public testing::TestWithParam<const char*> {};

TEST_P(FeastRegistry, EveryObjectComesBackAsFeastWroteIt) {
  const std::string project = GetParam();
  core::Registry stored = ReadRegistry(project + ".pb");
  const auto definitions = FromProto(stored, project);
  ASSERT_TRUE(definitions.ok()) << definitions.status().ToString();
  core::Registry written = ToProto(*definitions, project);

  // These are the registry's own, not definitions.
  stored.clear_version_id();
  stored.clear_last_updated();
  stored.clear_registry_schema_version();
  stored.clear_feature_view_version_history();
  stored.clear_infra();
  stored.clear_project_metadata();
  for (core::Registry* registry : {&stored, &written}) {
    for (auto& view : *registry->mutable_stream_feature_views()) SortFeatures(view.mutable_spec());
  }
  EXPECT_GT(stored.data_sources_size(), 2);
  EXPECT_GT(stored.feature_views_size(), 3);

  MessageDifferencer differencer;
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(stored, written)) << difference;
  EXPECT_EQ(ToBytes(stored), ToBytes(written));
}

INSTANTIATE_TEST_SUITE_P(Projects, FeastRegistry, testing::Values("local", "warehouse"));

TEST(FeastRegistries, ObjectsOfAnotherProjectAreLeftOut) {
  const auto definitions = FromProto(ReadRegistry("local.pb"), "other");
  ASSERT_TRUE(definitions.ok());
  EXPECT_EQ(definitions->project, nullptr);
  EXPECT_TRUE(definitions->entities.empty());
  EXPECT_TRUE(definitions->feature_views.empty());
}

TEST(FeastRegistries, LocalObjectsMeanWhatTheUserDeclared) {
  const Definitions definitions = *FromProto(ReadRegistry("local.pb"), "local");
  EXPECT_EQ(definitions.project->description, "All on one machine");
  const auto view = std::find_if(definitions.feature_views.begin(), definitions.feature_views.end(),
                                 [](const auto& candidate) { return candidate->name == "driver_hourly_stats"; });
  ASSERT_NE(view, definitions.feature_views.end());
  EXPECT_EQ((*view)->ttl, std::chrono::hours(48) + std::chrono::microseconds(5));
  EXPECT_EQ((*view)->batch_source->field_mapping, (std::map<std::string, std::string>{{"trips", "daily_trips"}}));
  EXPECT_EQ((*view)->features[0].tags, (Tags{{"unit", "one"}}));
  EXPECT_EQ((*view)->state, FeatureViewState::kAvailable);
  ASSERT_EQ((*view)->materialization_intervals.size(), 1u);
  EXPECT_EQ((*view)->materialization_intervals[0].second - (*view)->materialization_intervals[0].first,
            std::chrono::hours(24));

  const auto& service = *definitions.feature_services[0];
  EXPECT_EQ(service.features[0].name_to_use(), "renamed");
  EXPECT_EQ(service.features[0].features.size(), 1u);
  EXPECT_EQ(definitions.feature_services[1]->features[0].join_key_map.at("driver_id"), "origin_id");

  const auto& on_demand = *definitions.on_demand_feature_views[0];
  ASSERT_EQ(on_demand.sources.size(), 2u);
  EXPECT_EQ(on_demand.sources[1].first, "vals");
  EXPECT_EQ(std::get<std::shared_ptr<RequestSource>>(on_demand.sources[1].second)->schema.size(), 2u);
  EXPECT_EQ(on_demand.transformation->name, "plus_val");
  EXPECT_NE(on_demand.transformation->source_text.find("inputs[\"conv_rate\"]"), std::string::npos);
  EXPECT_FALSE(on_demand.transformation->pickled_body.empty());
  EXPECT_FALSE(on_demand.transformation->Apply(nullptr).ok());
}

TEST(FeastRegistries, KindsOfViewsAreTold) {
  const Definitions definitions = *FromProto(ReadRegistry("warehouse.pb"), "warehouse");
  const auto find = [&](const std::string& name) -> const FeatureView& {
    return **std::find_if(definitions.feature_views.begin(), definitions.feature_views.end(),
                          [&](const auto& view) { return view->name == name; });
  };
  EXPECT_EQ(find("batch").kind(), BaseFeatureView::Kind::kBatch);
  EXPECT_EQ(find("batch").transformation->mode, "pandas");
  EXPECT_EQ(find("untransformed").kind(), BaseFeatureView::Kind::kFeatureView);
  EXPECT_EQ(find("untransformed").ttl, std::nullopt);
  EXPECT_EQ(find("plain").ttl, std::chrono::microseconds(0));
  EXPECT_FALSE(find("plain").enabled);
  EXPECT_EQ(find("derived").source_views.at(0)->name, "untransformed");
  const auto& stream = static_cast<const StreamFeatureView&>(find("stream"));
  ASSERT_EQ(stream.kind(), BaseFeatureView::Kind::kStream);
  EXPECT_EQ(stream.entity_columns.size(), 1u);
  EXPECT_EQ(stream.features.size(), 2u);
  EXPECT_EQ(stream.aggregations[1].name, "peak");
  EXPECT_EQ(stream.transformation->mode, "spark");
  EXPECT_EQ(BatchSourceOf(stream.stream_source)->name, "p.d.t");
  const auto structs = std::find_if(find("plain").features.begin(), find("plain").features.end(),
                                    [](const Field& field) { return field.name == "t_struct"; });
  EXPECT_EQ(structs->type.ToString(), "Struct({street: String, größe: Float64, inner: Struct({n: Array(Int32)})})");
  EXPECT_TRUE(structs->tags.empty());
}

}  // namespace
}  // namespace feast
