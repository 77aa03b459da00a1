#include "config/python_class.h"

#include "gtest/gtest.h"

namespace feast {
namespace {

RepoConfig Config(const std::string& yaml) {
  return RepoConfig::Parse("project: p\n" + yaml, "feature_store.yaml", "/repo").ValueOrDie();
}

TEST(PythonClassTest, DottedNamesOfBuiltInsAreNoClasses) {
  EXPECT_TRUE(IsPythonClass("my.module.FooOfflineStore", "OfflineStore"));
  EXPECT_FALSE(IsPythonClass("snowflake.offline", "OfflineStore"));
  EXPECT_FALSE(IsPythonClass("FooOfflineStore", "OfflineStore"));
  EXPECT_FALSE(IsPythonClass("", "OfflineStore"));
}

TEST(PythonClassTest, FindsThemWhereverTheyAreNamed) {
  const std::string registry = "registry: r.db\n";
  EXPECT_FALSE(HasPythonClass(Config(registry)));
  EXPECT_FALSE(HasPythonClass(Config(registry + "offline_store: snowflake.offline\n")));
  EXPECT_TRUE(HasPythonClass(Config(registry + "provider: my.Provider\n")));
  EXPECT_TRUE(HasPythonClass(Config(registry + "offline_store: my.FooOfflineStore\n")));
  EXPECT_TRUE(HasPythonClass(Config(registry + "online_store: my.FooOnlineStore\n")));
  const RepoConfig own = Config("registry: {registry_store_type: my.FooRegistryStore, path: x}\n");
  EXPECT_TRUE(HasPythonClass(own));
  EXPECT_TRUE(HasPythonRegistry(own));
  EXPECT_FALSE(HasPythonRegistry(Config("registry: {registry_store_type: S3RegistryStore, path: x}\n")));
}

TEST(PythonClassTest, EachDefaultOfAProviderCanBeOverridden) {
  const RepoConfig gcp = Config("provider: gcp\nregistry: gs://b/r.pb\n");
  EXPECT_EQ(gcp.online_store->type, "datastore");
  EXPECT_EQ(gcp.offline_store.type, "bigquery");
  const RepoConfig aws = Config("provider: aws\nregistry: s3://b/r.pb\nonline_store: sqlite\n");
  EXPECT_EQ(aws.online_store->type, "sqlite");
  EXPECT_EQ(aws.offline_store.type, "redshift");
  const RepoConfig files = Config("provider: aws\nregistry: r.db\noffline_store: file\n");
  EXPECT_EQ(files.online_store->type, "dynamodb");
  EXPECT_EQ(files.offline_store.type, "file");
  const RepoConfig azure = Config("provider: azure\nregistry: r.db\nonline_store: null\n");
  EXPECT_FALSE(azure.online_store);
  EXPECT_EQ(azure.offline_store.type, "file");
}

}  // namespace
}  // namespace feast
