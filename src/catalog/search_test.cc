#include "catalog/search.h"

#include <memory>

#include "feast/core/Registry.pb.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

using Texts = std::vector<std::string>;

template <typename Spec>
Spec& Named(Spec* spec, const char* name, const char* description = "") {
  spec->set_name(name);
  spec->set_project("rides");
  spec->set_description(description);
  return *spec;
}

/// Two views, of which `trips` is in two services and `rates` in none; another project's view.
Catalog Rides() {
  core::Registry registry;
  auto& rates = Named(registry.add_feature_views()->mutable_spec(), "rates", "How well a driver does");
  rates.set_owner("Ann@example.com");
  rates.add_entities("driver");
  rates.add_features()->set_name("conv_rate");
  auto& trips = Named(registry.add_feature_views()->mutable_spec(), "trips", "Trips a day");
  (*trips.mutable_tags())["stage"] = "production";
  trips.add_entities("driver");
  trips.add_features()->set_name("daily_trips");
  trips.mutable_features(0)->set_description("Counted at midnight, with the rate of refusals");
  for (const char* name : {"model_v1", "model_v2"}) {
    auto* projection = Named(registry.add_feature_services()->mutable_spec(), name).add_features();
    projection->set_feature_view_name("trips");
    projection->add_feature_columns()->set_name("daily_trips");
  }
  Named(registry.add_entities()->mutable_spec(), "driver");
  Named(registry.add_entities()->mutable_spec(), kDummyEntityName);
  Named(registry.add_feature_views()->mutable_spec(), "trips_elsewhere").set_project("other");
  return Catalog(std::make_shared<const Snapshot>(std::move(registry), "1"), "rides");
}

Texts Found(const SearchQuery& query) {
  Texts names;
  for (const auto& object : Search(Rides(), query).objects) names.push_back(object.json.at("name"));
  return names;
}

TEST(Search, LooksAtAllThatIsSaid) {
  EXPECT_EQ(Found({.words = "RATES"}), Texts({"rates"}));
  EXPECT_EQ(Found({.words = "ann@"}), Texts({"rates"}));
  EXPECT_EQ(Found({.words = "stage:prod"}), Texts({"trips"}));
  EXPECT_EQ(Found({.words = "midnight"}), Texts({"trips"}));
  EXPECT_EQ(Found({.words = "how does"}), Texts({"rates"}));
  EXPECT_EQ(Found({.words = "how midnight"}), Texts());
}

TEST(Search, WhatServicesUseComesFirstButForTheNameItself) {
  // Both views have the entity, and `trips` two services.
  EXPECT_EQ(Found({.words = "driver"}), Texts({"driver", "rates"}));
  EXPECT_EQ(Found({.words = "rate"}), Texts({"trips", "rates"}));
  EXPECT_EQ(Found({.words = "rates"}), Texts({"rates"}));
  EXPECT_EQ(Found({.words = "trips"}), Texts({"trips", "model_v1", "model_v2"}));
}

TEST(Search, CanBeNarrowed) {
  EXPECT_EQ(Found({.words = "trips", .kinds = {ObjectKind::kFeatureService}}), Texts({"model_v1", "model_v2"}));
  EXPECT_EQ(Found({.words = "trips", .results_max = 1}), Texts({"trips"}));
  EXPECT_EQ(Found({.tags = {{"stage", "production"}}}), Texts({"trips"}));
  EXPECT_EQ(Found({}), Texts({"driver", "trips", "model_v1", "model_v2", "rates"}));
}

TEST(Search, SaysWhichFeaturesMatchAndHowManyServicesThereAre) {
  const Listing found = Search(Rides(), {.words = "daily"});
  EXPECT_EQ(found.objects.at(0).cells, Texts({"feature view", "trips", "daily_trips", "2", "Trips a day"}));
  EXPECT_EQ(found.objects.at(0).json.at("services"), 2);
  EXPECT_EQ(found.objects.at(0).json.at("features"), Texts({"daily_trips"}));
  EXPECT_EQ(found.objects.at(1).cells, Texts({"feature service", "model_v1", "trips:daily_trips", "1", ""}));
}

}  // namespace
}  // namespace feast
