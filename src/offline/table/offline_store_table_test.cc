#include "offline/table/offline_store_table.h"

#include <gtest/gtest.h>

namespace feast {
namespace {

TEST(OfflineStoreTable, TypesByName) {
  RepoConfig config;
  for (const char* type : {"", "file", "dask", "duckdb"}) {
    config.offline_store.type = type;
    EXPECT_TRUE(MakeOfflineStore(config).ok()) << type;
  }
}

TEST(OfflineStoreTable, OthersAreNamed) {
  RepoConfig config;
  config.offline_store.type = "snowflake.offline";
  const auto store = MakeOfflineStore(config).status();
  EXPECT_TRUE(store.IsNotImplemented());
  EXPECT_NE(store.message().find("'snowflake.offline'"), std::string::npos) << store.message();
  config.offline_store.type = "my_company.stores.FooOfflineStore";
  EXPECT_NE(MakeOfflineStore(config).status().message().find("my_company.stores.FooOfflineStore"), std::string::npos);
}

}  // namespace
}  // namespace feast
