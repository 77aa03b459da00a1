#include "catalog/catalog.h"

#include <fstream>
#include <iterator>

#include "catalog/tagged_objects.h"
#include "feast/errors.h"
#include "gtest/gtest.h"
#include "system/test_folder.h"

namespace feast {
namespace {

using Json = nlohmann::ordered_json;

/// The registry that real Feast wrote (tests/data/registries).
Catalog FeastsCatalog() {
  std::ifstream file(FEAST_SOURCE_DIR "/tests/data/registries/local.pb", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return Catalog(Snapshot::Parse(bytes, "local.pb", "1").ValueOrDie(), "local");
}

std::vector<std::string> FirstCells(const Listing& listing) {
  std::vector<std::string> cells;
  for (const auto& object : listing.objects) cells.push_back(object.cells.at(0));
  return cells;
}

using Texts = std::vector<std::string>;

TEST(Catalog, ListsEachKind) {
  const Catalog catalog = FeastsCatalog();
  EXPECT_EQ(FirstCells(catalog.List(ObjectKind::kProject).ValueOrDie()), Texts({"local"}));
  EXPECT_EQ(FirstCells(catalog.List(ObjectKind::kEntity).ValueOrDie()), Texts({"driver"}));
  EXPECT_EQ(FirstCells(catalog.List(ObjectKind::kFeatureView).ValueOrDie()),
            Texts({"inferred", "world", "driver_fresh", "driver_hourly_stats", "plus_val", "twice"}));
  EXPECT_EQ(FirstCells(catalog.List(ObjectKind::kOnDemandFeatureView).ValueOrDie()), Texts({"plus_val", "twice"}));
  EXPECT_EQ(FirstCells(catalog.List(ObjectKind::kStreamFeatureView).ValueOrDie()), Texts());
  EXPECT_EQ(FirstCells(catalog.List(ObjectKind::kFeatureService).ValueOrDie()), Texts({"driver_activity", "joined"}));
  EXPECT_EQ(FirstCells(catalog.List(ObjectKind::kSavedDataset).ValueOrDie()), Texts({"training"}));
  EXPECT_EQ(FirstCells(catalog.List(ObjectKind::kDataSource).ValueOrDie()),
            Texts({"data/driver_stats.parquet", "driver_push", "vals", "driver_stats"}));
  EXPECT_TRUE(catalog.List(ObjectKind::kPermission).status().IsNotImplemented());
}

TEST(Catalog, EveryRowHasAsManyCellsAsColumnsAndAName) {
  const Catalog catalog = FeastsCatalog();
  for (const ObjectKind kind : {ObjectKind::kProject, ObjectKind::kDataSource, ObjectKind::kEntity,
                                ObjectKind::kFeatureView, ObjectKind::kFeatureService, ObjectKind::kSavedDataset}) {
    const Listing listing = catalog.List(kind).ValueOrDie();
    ASSERT_FALSE(listing.objects.empty());
    for (const auto& object : listing.objects) {
      EXPECT_EQ(object.cells.size(), listing.columns.size());
      EXPECT_EQ(object.json.at("name"), object.cells[0]);
    }
  }
}

TEST(Catalog, ListsWhatCarriesAllTags) {
  const Catalog catalog = FeastsCatalog();
  EXPECT_EQ(FirstCells(catalog.List(ObjectKind::kProject, {{"x", "y"}}).ValueOrDie()), Texts({"local"}));
  EXPECT_EQ(FirstCells(catalog.List(ObjectKind::kProject, {{"x", "z"}}).ValueOrDie()), Texts());
  const Tags tags = {{"stage", "production"}, {"team", "x"}};
  EXPECT_TRUE(HasTags(tags, {}));
  EXPECT_TRUE(HasTags(tags, {{"team", "x"}}));
  EXPECT_FALSE(HasTags(tags, {{"team", "x"}, {"stage", "staging"}}));
  EXPECT_FALSE(HasTags(tags, {{"owner", "x"}}));
}

TEST(Catalog, DescribesWithoutTheProject) {
  const Json view = FeastsCatalog().Describe(ObjectKind::kFeatureView, "driver_hourly_stats").ValueOrDie();
  EXPECT_EQ(view.at("spec").at("name"), "driver_hourly_stats");
  EXPECT_FALSE(view.at("spec").contains("project"));
  EXPECT_EQ(view.at("enabled"), true);
  EXPECT_EQ(view.at("state"), "AVAILABLE_ONLINE");
  // A view of another kind by its name.
  EXPECT_EQ(FeastsCatalog().Describe(ObjectKind::kFeatureView, "twice").ValueOrDie().at("spec").at("name"), "twice");
}

TEST(Catalog, SaysWhatComesNearest) {
  const auto missing = FeastsCatalog().Describe(ObjectKind::kEntity, "drivers").status();
  EXPECT_EQ(ErrorClass(missing), "EntityNotFoundException");
  EXPECT_TRUE(Says(missing, "Entity 'drivers' does not exist in project 'local'. Did you mean 'driver'?"));
  EXPECT_TRUE(Says(FeastsCatalog().DescribeFeature("conv_rat").status(), "Did you mean 'conv_rate'?"));
}

TEST(Catalog, FeaturesAreOfEveryView) {
  const Catalog catalog = FeastsCatalog();
  EXPECT_EQ(catalog.ListFeatures().objects.at(0).json,
            Json({{"feature_name", "created"}, {"feature_view", "inferred"}, {"dtype", "UnixTimestamp"}}));
  const Json found = catalog.DescribeFeature("conv_rate").ValueOrDie();
  ASSERT_EQ(found.size(), 3);
  EXPECT_EQ(found[2].at("Feature View"), "driver_hourly_stats");
}

TEST(Catalog, CountsAndDumpsOneProject) {
  const auto counts = FeastsCatalog().Counts();
  EXPECT_EQ(counts.at(ObjectKind::kFeatureView), 4);
  EXPECT_EQ(counts.at(ObjectKind::kEntity), 1);
  EXPECT_EQ(counts.count(ObjectKind::kStreamFeatureView), 0);
  const auto dump = FeastsCatalog().Dump();
  EXPECT_EQ(dump.at("project"), "local");
  EXPECT_EQ(dump.at("featureServices").size(), 2);
}

TEST(Catalog, FindsByNameAlone) {
  const Catalog catalog = FeastsCatalog();
  const NamedObject service = catalog.FindByName("joined").ValueOrDie();
  EXPECT_EQ(service.class_name, "FeatureService");
  ASSERT_EQ(service.definition.feature_services.size(), 1);
  EXPECT_EQ(catalog.FindByName("twice").ValueOrDie().class_name, "OnDemandFeatureView");
  EXPECT_EQ(catalog.FindByName("nothing").ValueOrDie().class_name, "");
}

TEST(Catalog, AViewThatCannotBeReadDoesNotHideTheOthers) {
  core::Registry registry;
  for (const char* name : {"odd", "plain"}) {
    auto* spec = registry.add_feature_views()->mutable_spec();
    spec->set_name(name);
    spec->set_project("p");
  }
  registry.mutable_feature_views(0)->mutable_spec()->mutable_batch_source()->set_type(core::DataSource::BATCH_FILE);
  registry.mutable_feature_views(0)->mutable_spec()->mutable_batch_source()->mutable_kafka_options();
  const Catalog catalog(std::make_shared<const Snapshot>(registry, "1"), "p");
  EXPECT_EQ(FirstCells(catalog.List(ObjectKind::kFeatureView).ValueOrDie()), Texts({"odd", "plain"}));
}

}  // namespace
}  // namespace feast
