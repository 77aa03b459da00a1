#include "provider/provider.h"

#include "feast/errors.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

TEST(ProviderTest, EachCloudHasItsOwnStores) {
  EXPECT_EQ(DefaultsOf("local").online_store, "sqlite");
  EXPECT_EQ(DefaultsOf("local").offline_store, "file");
  EXPECT_EQ(DefaultsOf("gcp").online_store, "datastore");
  EXPECT_EQ(DefaultsOf("gcp").offline_store, "bigquery");
  EXPECT_EQ(DefaultsOf("aws").online_store, "dynamodb");
  EXPECT_EQ(DefaultsOf("aws").offline_store, "redshift");
  EXPECT_EQ(DefaultsOf("azure").online_store, "sqlite");
  EXPECT_EQ(DefaultsOf("azure").offline_store, "file");
  EXPECT_EQ(DefaultsOf("my.company.Provider").offline_store, "file");
}

TEST(ProviderTest, UnknownProvidersFailAtUseWithTheNearestName) {
  EXPECT_TRUE(CheckProvider("aws").ok());
  const arrow::Status status = CheckProvider("locl");
  EXPECT_EQ(ErrorClass(status), "FeastProviderNotImplementedError");
  EXPECT_NE(status.message().find("'local'?"), std::string::npos) << status;
  EXPECT_NE(status.message().find("dotted path"), std::string::npos) << status;
}

}  // namespace
}  // namespace feast
