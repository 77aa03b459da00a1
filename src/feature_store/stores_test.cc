// Which stores a configuration gets, in a program without Python.
#include "feature_store/stores.h"

#include "feast/errors.h"
#include "feast/feature_store.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

RepoConfig Config(const std::string& yaml) {
  return RepoConfig::Parse("project: p\n" + yaml, "feature_store.yaml", "/repo").ValueOrDie();
}

void SaysNeedsPython(const arrow::Status& status, const std::string& type) {
  EXPECT_TRUE(status.IsNotImplemented()) << status;
  EXPECT_NE(status.message().find("there is no Python in this program"), std::string::npos) << status;
  EXPECT_NE(status.message().find(type), std::string::npos) << status;
}

TEST(StoresTest, PythonClassesAreRefusedAtUse) {
  const Stores stores =
      MakeStores(Config("registry: r.db\noffline_store: my.FooOfflineStore\nonline_store: my.FooOnlineStore\n"))
          .ValueOrDie();
  SaysNeedsPython(stores.offline->SourceSchema(FileSource(), {}).status(), "my.FooOfflineStore");
  SaysNeedsPython(stores.online->Update({}, {}), "my.FooOnlineStore");
  SaysNeedsPython(stores.online->Teardown({}, {}), "my.FooOnlineStore");
  SaysNeedsPython(MakeStores(Config("registry: r.db\nprovider: my.Provider\n")).status(), "my.Provider");
  SaysNeedsPython(
      FeatureStore::Open(Config("registry: {registry_store_type: my.FooRegistryStore, path: x}\nonline_store: null\n"))
          .status(),
      "my.FooRegistryStore");
}

TEST(StoresTest, WhatIsNotBuiltInIsRefusedAtUse) {
  const Stores stores = MakeStores(Config("registry: r.db\nprovider: gcp\n")).ValueOrDie();
  EXPECT_TRUE(stores.offline->SourceSchema(FileSource(), {}).status().IsNotImplemented());
  EXPECT_EQ(ErrorClass(MakeStores(Config("registry: r.db\nprovider: lokal\n")).status()),
            "FeastProviderNotImplementedError");
}

}  // namespace
}  // namespace feast
