#include "feast/repo_config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include "config/base64.h"
#include "feast/errors.h"
#include "gtest/gtest.h"
#include "system/test_folder.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMinimal = "project: demo\nregistry: data/registry.db\n";

arrow::Result<RepoConfig> Parse(const std::string& yaml) {
  return RepoConfig::Parse(yaml, "/repo/feature_store.yaml", "/repo");
}

RepoConfig Good(const std::string& yaml) {
  auto config = Parse(yaml);
  EXPECT_TRUE(config.ok()) << config.status() << "\n" << yaml;
  return config.ok() ? *config : RepoConfig();
}

/// The message of what must fail, after checking its class.
std::string Bad(const std::string& yaml, std::string_view error_class = "FeastConfigError") {
  const arrow::Status status = Parse(yaml).status();
  EXPECT_TRUE(status.IsInvalid()) << status << "\n" << yaml;
  EXPECT_EQ(ErrorClass(status), error_class) << status;
  EXPECT_TRUE(status.message().ends_with("\nat /repo/feature_store.yaml")) << status;
  return status.message().substr(0, status.message().find('\n'));
}

TEST(RepoConfigTest, TheMissionsConfigurations) {
  const RepoConfig aws = Good(
      "project: feast_demo_aws\n"
      "provider: aws\n"
      "registry: s3://bucket/registry.pb\n"
      "online_store: null\n"
      "offline_store:\n"
      "  type: file\n"
      "flags:\n"
      "  alpha_features: true\n"
      "  on_demand_transforms: true\n");
  EXPECT_EQ(aws.project, "feast_demo_aws");
  EXPECT_EQ(aws.registry.path, "s3://bucket/registry.pb");
  EXPECT_EQ(aws.Resolve(aws.registry.path), "s3://bucket/registry.pb");
  EXPECT_FALSE(aws.online_store);
  EXPECT_EQ(aws.offline_store.type, "file");
  EXPECT_TRUE(aws.warnings.empty()) << "flags of old are accepted without a word";

  const RepoConfig gcp = Good(
      "project: feast_demo_gcp\nprovider: gcp\nregistry: gs://bucket/registry.pb\n"
      "offline_store:\n  type: bigquery\n  location: EU\n");
  EXPECT_EQ(gcp.offline_store.GetString("location"), "EU");
  EXPECT_EQ(gcp.offline_store.GetString("dataset"), "feast");
  EXPECT_EQ(gcp.online_store->type, "datastore");
}

TEST(RepoConfigTest, Defaults) {
  const RepoConfig config = Good(kMinimal);
  EXPECT_EQ(config.provider, "local");
  EXPECT_EQ(config.online_store->type, "sqlite");
  EXPECT_EQ(config.online_store->GetString("path"), "data/online.db");
  EXPECT_EQ(config.online_store->GetBool("vector_enabled"), false);
  EXPECT_EQ(config.offline_store.type, "file");
  EXPECT_EQ(config.batch_engine.type, "local");
  EXPECT_EQ(config.auth.type, "no_auth");
  EXPECT_FALSE(config.feature_server);
  EXPECT_EQ(config.registry.registry_type, "file");
  EXPECT_EQ(config.registry.cache_ttl_seconds, 600);
  EXPECT_EQ(config.entity_key_serialization_version, 3);
  EXPECT_TRUE(config.coerce_tz_aware);
  EXPECT_EQ(config.Resolve(config.registry.path), "/repo/data/registry.db");
  EXPECT_TRUE(config.warnings.empty());
}

TEST(RepoConfigTest, AProvidersStoresNeedNoOptionsUntilTheyAreUsed) {
  const RepoConfig config = Good("project: demo\nprovider: aws\nregistry: r.db\n");
  EXPECT_EQ(config.online_store->type, "dynamodb");
  EXPECT_EQ(config.offline_store.type, "redshift");
  EXPECT_EQ(Good("project: demo\nregistry: r.db\nprovider: my.Provider\n").offline_store.type, "file");
}

TEST(RepoConfigTest, TheOnlineStoreCanBeSwitchedOff) {
  for (const char* value : {"null", "~", "", "\"null\"", "none", "None", "NULL", "'NONE'"}) {
    EXPECT_FALSE(Good(std::string(kMinimal) + "online_store: " + value + "\n").online_store) << value;
  }
}

TEST(RepoConfigTest, StoresAsBareWordsAndMappingsWithoutType) {
  const RepoConfig config =
      Good(std::string(kMinimal) + "online_store: redis\noffline_store: duckdb\nbatch_engine: local\n");
  EXPECT_EQ(config.online_store->type, "redis");
  EXPECT_EQ(config.online_store->GetString("connection_string"), "localhost:6379");
  EXPECT_EQ(config.offline_store.type, "duckdb");
  EXPECT_EQ(Good(std::string(kMinimal) + "online_store:\n  path: elsewhere.db\n").online_store->GetString("path"),
            "elsewhere.db");
  EXPECT_EQ(Good(std::string(kMinimal) + "online_store: dynamodb\n").online_store->type, "dynamodb");
}

TEST(RepoConfigTest, RegistryAsMapping) {
  const RepoConfig config = Good(
      "project: demo\n"
      "registry:\n"
      "  registry_type: sql\n"
      "  path: postgresql://u:p@host/db\n"
      "  cache_ttl_seconds: 60\n"
      "  cache_mode: thread\n"
      "  read_only: true\n"
      "  my_own_key: 1\n"
      "  sqlalchemy_config_kwargs: {echo: false}\n");
  EXPECT_EQ(config.registry.registry_type, "sql");
  EXPECT_EQ(config.registry.cache_ttl_seconds, 60);
  EXPECT_EQ(config.registry.cache_mode, "thread");
  EXPECT_EQ(*config.registry.options.at("read_only").As<bool>(), true);
  EXPECT_EQ(*config.registry.options.at("my_own_key").As<int64_t>(), 1);
  EXPECT_EQ(*config.registry.options.at("schema_mode").As<std::string>(), "auto");
}

TEST(RepoConfigTest, CustomClassesKeepTheirOptionsUnchecked) {
  const RepoConfig config = Good(std::string(kMinimal) +
                                 "online_store:\n  type: my.pkg.FooOnlineStore\n  anything: [1, two]\n"
                                 "offline_store: my.pkg.FooOfflineStore\nbatch_engine:\n  type: my.FooEngine\n");
  EXPECT_EQ(config.online_store->type, "my.pkg.FooOnlineStore");
  EXPECT_EQ(config.online_store->options.at("anything").As<ConfigValue::List>()->size(), 2);
}

TEST(RepoConfigTest, OtherKeys) {
  const RepoConfig config = Good(std::string(kMinimal) +
                                 "project_description: ours\n"
                                 "entity_key_serialization_version: 2\n"
                                 "coerce_tz_aware: no\n"
                                 "materialization:\n  pull_latest_features: true\n  online_write_batch_size: 500\n"
                                 "feature_server:\n  enabled: true\n"
                                 "auth:\n  type: oidc\n  auth_discovery_url: http://x\n  client_secret: s\n"
                                 "trust_registry_code: true\n"
                                 "embedding_model:\n  model: m\n"
                                 "something_of_mine: {a: 1}\n");
  EXPECT_EQ(config.entity_key_serialization_version, 2);
  ASSERT_EQ(config.warnings.size(), 2);
  EXPECT_EQ(config.warnings[1], "feature_store.yaml:18: there is no key 'something_of_mine'; it has no effect.");
  EXPECT_FALSE(config.coerce_tz_aware);
  EXPECT_TRUE(config.materialization_pull_latest_features);
  EXPECT_EQ(config.materialization_online_write_batch_size, 500);
  EXPECT_EQ(config.feature_server->type, "local");
  EXPECT_EQ(config.auth.GetString("client_secret"), "s");
  EXPECT_EQ(*config.extra.at("trust_registry_code").As<bool>(), true);
  EXPECT_TRUE(config.extra.contains("something_of_mine"));
}

TEST(RepoConfigTest, UnknownKeysNameFileLineAndTheNearestKey) {
  EXPECT_EQ(Bad(std::string(kMinimal) + "offline_store:\n  type: bigquery\n  locatoin: EU\n"),
            "feature_store.yaml:5: 'offline_store' has no key 'locatoin' for type bigquery. Did you mean 'location'?");
  EXPECT_EQ(Bad(std::string(kMinimal) + "offline_store:\n  type: file\n  path: x\n"),
            "feature_store.yaml:5: 'offline_store' has no key 'path' for type file. It takes none.");
  EXPECT_EQ(Bad(std::string(kMinimal) + "\noffline_stor: file\n"),
            "feature_store.yaml:4: there is no key 'offline_stor'. Did you mean 'offline_store'?");
  EXPECT_EQ(Bad("project: demo\nregistry:\n  path: r.db\n  cache_ttl_second: 5\n"),
            "feature_store.yaml:4: 'registry' has no key 'cache_ttl_second' for type file. Did you mean "
            "'cache_ttl_seconds'?");
}

TEST(RepoConfigTest, IllTypedValues) {
  EXPECT_EQ(Bad("project: 7\nregistry: r\n"),
            "feature_store.yaml:1: 'project' must be text, not a whole number. Put it in quotes.");
  EXPECT_EQ(Bad("project: demo\nregistry: [r]\n"),
            "feature_store.yaml:2: 'registry' must be a path or a mapping with `path:`, not a list.");
  EXPECT_EQ(Bad("project: demo\nregistry:\n  path: r\n  cache_ttl_seconds: soon\n"),
            "feature_store.yaml:4: 'registry.cache_ttl_seconds' must be a whole number, not text.");
  EXPECT_EQ(Bad(std::string(kMinimal) + "online_store: 5\n"),
            "feature_store.yaml:3: 'online_store' must be a type or a mapping with `type:`, not a whole number.");
  EXPECT_EQ(
      Bad(std::string(kMinimal) + "offline_store:\n  type: spark\n  spark_conf: {a: 1}\n"),
      "feature_store.yaml:5: 'offline_store.spark_conf' must be a mapping of text to text, not one with other values.");
  EXPECT_EQ(Bad(std::string(kMinimal) + "coerce_tz_aware: maybe\n"),
            "feature_store.yaml:3: 'coerce_tz_aware' must be true or false, not text.");
  EXPECT_EQ(Bad(std::string(kMinimal) + "entity_key_serialization_version: 4\n"),
            "feature_store.yaml:3: 'entity_key_serialization_version' must be 1, 2 or 3, not 4.");
  EXPECT_EQ(Bad(std::string(kMinimal) + "online_store:\n  type: redis\n  redis_type: cluster\n"),
            "feature_store.yaml:5: 'online_store.redis_type' cannot be 'cluster'; it is one of redis, redis_cluster, "
            "redis_sentinel.");
  // Numbers from the environment or in quotes are text at first.
  EXPECT_EQ(Good(std::string(kMinimal) +
                 "offline_store:\n  type: clickhouse\n  host: h\n  port: '81'\n  database: d\n  user: u\n"
                 "  password: p\n")
                .offline_store.GetInt("port"),
            81);
}

TEST(RepoConfigTest, MissingKeys) {
  EXPECT_EQ(Bad("registry: r\n"), "feature_store.yaml: 'project' is missing. Add `project: my_project` at the top.");
  EXPECT_EQ(Bad("project: demo\n", "FeastRegistryNotSetError").substr(0, 42),
            "feature_store.yaml: 'registry' is missing.");
  Bad("project: demo\nregistry:\n  registry_type: file\n", "FeastRegistryNotSetError");
  EXPECT_EQ(Bad(std::string(kMinimal) + "online_store:\n  type: dynamodb\n"),
            "feature_store.yaml:3: 'online_store' needs 'region' for type dynamodb.");
  EXPECT_EQ(Bad(std::string(kMinimal) + "auth: {}\n"),
            "feature_store.yaml:3: 'auth' needs `type:`, one of no_auth, kubernetes, oidc.");
}

TEST(RepoConfigTest, UnknownTypesCarryFeastsClasses) {
  EXPECT_NE(Bad(std::string(kMinimal) + "offline_store: bigqery\n", "FeastOfflineStoreInvalidName").find("'bigquery'?"),
            std::string::npos);
  Bad(std::string(kMinimal) + "online_store:\n  type: my.pkg.Store\n", "FeastOnlineStoreInvalidName");
  Bad(std::string(kMinimal) + "online_store: FooOnlineStore\n", "FeastOnlineStoreInvalidName");
  Bad(std::string(kMinimal) + "batch_engine: my.pkg.Motor\n", "FeastConfigError");
  Bad(std::string(kMinimal) + "feature_server: lambda\n", "FeastFeatureServerTypeInvalidError");
  Bad(std::string(kMinimal) + "auth: {type: kerberos}\n", "FeastConfigError");
  Bad("project: demo\nregistry: {registry_type: git, path: r}\n", "FeastRegistryTypeInvalidError");
}

TEST(RepoConfigTest, ProjectNames) {
  for (const char* name : {"_demo", "-demo", "de mo", "de.mo", "''", "de/mo"}) {
    Bad("project: " + std::string(name) + "\nregistry: r\n");
  }
  Bad("project: de-mo\nregistry: r\n");
  Bad("project: de-mo\nregistry: r\nonline_store: sqlite\n");
  EXPECT_EQ(Good("project: de-mo\nregistry: r\nonline_store: null\n").project, "de-mo");
  EXPECT_EQ(Good("project: Demo_1\nregistry: r\n").project, "Demo_1");
}

TEST(RepoConfigTest, SecretsAreNotInErrorsNorInRedactedText) {
  const std::string secret = "hunter2";
  for (const std::string& line : {"password: [" + secret + "]", "password: *" + secret, "password: !" + secret,
                                  "password: {" + secret + ": 1}", "password: [\"" + secret, "port: " + secret}) {
    const std::string message =
        Bad(std::string(kMinimal) + "online_store:\n  type: postgres\n  host: h\n  user: u\n  database: d\n  " + line +
            "\n");
    EXPECT_EQ(message.find(secret), std::string::npos) << message;
  }
  const RepoConfig config = Good(
      "project: demo\nregistry: {registry_type: sql, path: 'postgresql://u:hunter2@host/db'}\n"
      "online_store: {type: redis, connection_string: 'localhost,password=hunter2'}\n"
      "offline_store: {type: my.FooOfflineStore, api_key: hunter2, nested: {token: hunter2}}\n");
  EXPECT_EQ(config.ToRedactedYaml().find(secret), std::string::npos) << config.ToRedactedYaml();
  EXPECT_NE(config.ToRedactedYaml().find("postgresql://u:********@host/db"), std::string::npos);
  EXPECT_NE(config.ToYaml().find(secret), std::string::npos);
}

TEST(RepoConfigTest, ParsingWhatWasWrittenGivesTheSame) {
  setenv("FEAST_CONFIG_TEST", "wrong", 1);
  const RepoConfig config = Good(
      "project: 'yes'\nproject_description: \"a: b # c\\n\\td $FEAST_CONFIG_TES\"\nprovider: aws\n"
      "registry: {path: '0x12', cache_ttl_seconds: 0, s3_additional_kwargs: {ServerSideEncryption: 'aws:kms', n: "
      "'1.5'}}\n"
      "online_store: {type: dynamodb, region: eu-west-1, keepalive_timeout: 2.5, tags: {a: 'null'}}\n"
      "offline_store: {type: a.BOfflineStore, floats: [1.0, 1e300, .inf, -0.1, 1.0e+20], empty: {}, none: [], deep: "
      "[[1, [x]], {y: [z]}]}\n"
      "feature_server: {type: mcp}\nflags: {a: true}\nmaterialization: {online_write_batch_size: 3}\n"
      "mlflow: {tracking_uri: 'http://[::1]:80', '': ä}\n");
  ConfigValue::Map values = config.ToValues();
  auto again = RepoConfig::Parse(config.ToYaml(), "x", "/repo");
  ASSERT_TRUE(again.ok()) << again.status() << "\n" << config.ToYaml();
  EXPECT_EQ(*again, config) << config.ToYaml() << again->ToYaml();
  auto from_values = RepoConfig::FromValues(values, "/repo");
  ASSERT_TRUE(from_values.ok()) << from_values.status();
  EXPECT_EQ(*from_values, config);

  RepoConfig dollars = config;
  dollars.project_description = "${FEAST_CONFIG_TEST} $FEAST_CONFIG_TEST";
  EXPECT_EQ(RepoConfig::Parse(dollars.ToYaml(), "x", "/repo")->project_description, dollars.project_description);
}

TEST(RepoConfigTest, FromValuesSaysWhatIsWrongWithoutAFile) {
  const arrow::Status status =
      RepoConfig::FromValues({{"project", ConfigValue(std::string("demo"))}, {"registry", ConfigValue(true)}}, "")
          .status();
  EXPECT_EQ(status.message(), "RepoConfig: 'registry' must be a path or a mapping with `path:`, not true or false.");
}

TEST(RepoConfigTest, LoadsFilesAndNamesMissingOnes) {
  const TestFolder temporary;
  const fs::path folder = temporary.path();
  setenv("FEAST_CONFIG_TEST_PROJECT", "from_environment", 1);
  std::ofstream(folder / "feature_store.yaml")
      << "project: ${FEAST_CONFIG_TEST_PROJECT}\nregistry: $FEAST_UNSET_/r.db\n";
  std::ofstream(folder / "empty.yaml");
  const RepoConfig config = RepoConfig::Load(folder).ValueOrDie();
  EXPECT_EQ(config.project, "from_environment");
  EXPECT_EQ(config.registry.path, "$FEAST_UNSET_/r.db");
  EXPECT_EQ(config.yaml_path, folder / "feature_store.yaml");
  EXPECT_EQ(config.Resolve("a/../b"), (folder / "b").string());
  EXPECT_EQ(config.Resolve("/abs"), "/abs");
  EXPECT_EQ(RepoConfig::Load("/elsewhere", folder / "feature_store.yaml")->Resolve("x"), "/elsewhere/x");
  const arrow::Status missing = RepoConfig::Load(folder / "none").status();
  EXPECT_TRUE(missing.IsIOError());
  EXPECT_NE(missing.message().find((folder / "none" / "feature_store.yaml").string()), std::string::npos);
  EXPECT_EQ(ErrorClass(RepoConfig::Load(folder, folder / "empty.yaml").status()), "FeastConfigError");
  EXPECT_TRUE(RepoConfig::Load(folder, folder).status().IsIOError());
}

TEST(RepoConfigTest, Base64) {
  EXPECT_EQ(DecodeBase64("cHJvamVjdDogZGVtbwo=").ValueOrDie(), "project: demo\n");
  EXPECT_EQ(DecodeBase64("cHJvamVj\ndDogZGVtbwo\n").ValueOrDie(), "project: demo\n");
  EXPECT_EQ(DecodeBase64("").ValueOrDie(), "");
  EXPECT_EQ(DecodeBase64("/+8=").ValueOrDie(), "\xff\xef");
  for (const char* bad : {"a", "ab*d", "ab=c", "a===", "project: demo"})
    EXPECT_TRUE(DecodeBase64(bad).status().IsInvalid()) << bad;
}

}  // namespace
}  // namespace feast
