#include "definitions/definition_copies.h"

#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(OwnCopyOf, NothingThatCanBeChangedIsShared) {
  auto file = std::make_shared<FileSource>();
  file->path = "a";
  auto push = std::make_shared<PushSource>();
  push->batch_source = file;
  auto origin = std::make_shared<FeatureView>();
  origin->batch_source = file;
  StreamFeatureView view;
  view.batch_source = file;
  view.stream_source = push;
  view.projection.batch_source = file;
  view.source_views = {origin};
  auto request = std::make_shared<RequestSource>();
  Definitions all;
  all.project = std::make_shared<Project>();
  all.entities = {std::make_shared<Entity>()};
  all.data_sources = {push};
  all.feature_views = {std::make_shared<StreamFeatureView>(view)};
  all.on_demand_feature_views = {std::make_shared<OnDemandFeatureView>()};
  all.on_demand_feature_views[0]->sources = {{"view", view.projection}, {"request", request}};
  all.feature_services = {std::make_shared<FeatureService>()};
  all.feature_services[0]->features = {view.projection};
  all.saved_datasets = {std::make_shared<SavedDataset>()};
  all.saved_datasets[0]->storage = file;

  const Definitions copy = OwnCopyOf(all);
  file->path = request->name = "b";
  origin->name = "b";
  const auto path = [](const std::shared_ptr<DataSource>& source) { return static_cast<FileSource&>(*source).path; };
  EXPECT_NE(copy.project, all.project);
  EXPECT_NE(copy.entities[0], all.entities[0]);
  EXPECT_EQ(path(static_cast<PushSource&>(*copy.data_sources[0]).batch_source), "a");
  const FeatureView& copied = *copy.feature_views[0];
  EXPECT_EQ(copied.kind(), BaseFeatureView::Kind::kStream);
  EXPECT_EQ(path(copied.batch_source), "a");
  EXPECT_EQ(path(static_cast<PushSource&>(*copied.stream_source).batch_source), "a");
  EXPECT_EQ(path(copied.projection.batch_source), "a");
  EXPECT_EQ(copied.source_views[0]->name, "");
  const auto& sources = copy.on_demand_feature_views[0]->sources;
  EXPECT_EQ(path(std::get<FeatureViewProjection>(sources[0].second).batch_source), "a");
  EXPECT_EQ(std::get<std::shared_ptr<RequestSource>>(sources[1].second)->name, "");
  EXPECT_EQ(path(copy.feature_services[0]->features[0].batch_source), "a");
  EXPECT_EQ(path(copy.saved_datasets[0]->storage), "a");
}

}  // namespace
}  // namespace feast
