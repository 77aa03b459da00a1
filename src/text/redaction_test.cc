#include "text/redaction.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace feast {
namespace {

constexpr const char* kCanary = "S3CR3T";

TEST(Redaction, NoPlaceOfASecretShowsIt) {
  const std::vector<std::string> texts = {
      "postgresql://u:S3CR3T@host:5432/db",
      "postgresql://u:12/S3CR3T@127.0.0.1:1/db",
      "postgresql://u:S3CR3T",
      "postgresql://u:p@S3CR3T@host/db",
      "postgresql://u@127.0.0.1:1/db?password=S3CR3T",
      "postgresql://u:x@127.0.0.1:1/db?sslmode=require&sslpassword=S3CR3T",
      "redis://:S3CR3T@host:6379/0",
      "https://S3CR3T@github.com/org/repo",
      "s3://AKIA:S3CR3T@bucket/a/b.parquet",
      "s3://AKIA:S3/CR3T/S3CR3T@bucket/a",
      "two: redis://a:S3CR3T@h,redis://b:S3CR3T@i",
      "cannot connect to 'mysql+pymysql://root:S3CR3T@db/feast'. Check it",
      "host:6379,password=S3CR3T,db=0",
      "Server=h;Uid=u;Pwd=S3CR3T;",
      "AccountName=a;AccountKey=S3CR3T==",
      "password = 'S3CR3T with spaces'",
      "WITH (PASSWORD => 'S3CR3T')",
      R"({"password": "S3CR3T", "user": "u"})",
      R"({"clientSecret": "a\"S3CR3T"})",
      R"("{\"api_token\": \"S3CR3T\"}")",
      "{'db_password': 'S3CR3T'}",
      "spark.hadoop.fs.s3a.access.key=S3CR3T",
      "https://b.s3.amazonaws.com/k?X-Amz-Signature=S3CR3T&X-Amz-Security-Token=S3CR3T",
      "https://a.blob.core.windows.net/c?sv=1&sig=S3CR3T",
      "u:S3CR3T@h:9092",
      "h1:9092,u:S3CR3T@h2.example.com:9092",
      "registry at u:12/S3CR3T@127.0.0.1:6570",
      "Authorization: Bearer S3CR3T",
      "Authorization: Basic S3CR3T and more",
      "user: u\npassword: S3CR3T",
      "user: u\n  - api_token:  S3CR3T\nhost: h",
  };
  for (const auto& text : texts) {
    const std::string shown = Redacted(text);
    EXPECT_EQ(shown.find(kCanary), std::string::npos) << shown;
    EXPECT_NE(shown.find(kRedacted), std::string::npos) << shown;
    EXPECT_EQ(Redacted(shown), shown);
  }
}

TEST(Redaction, WhatIsNoSecretStays) {
  const std::vector<std::string> texts = {
      "",
      "postgresql://feast@db.example.com:5432/feast",
      "http://127.0.0.1:9000",
      "http://localhost:9000/bucket?region=eu",
      "s3://bucket/year=2024/part-1.parquet",
      "s3://anonymous@bucket/a.parquet",
      "gs://bucket/a@b:c.parquet",
      "sqlite:////data/registry.db",
      "file:///a/b:c@d.parquet",
      "http://[::1]:8080/a@b",
      "abfss://container@account.dfs.core.windows.net/a",
      "The credentials: look for them in the environment. Set AWS_PROFILE=dev, or token_count=5",
      "if token == 'x' and token != 'y'",
      "spec.features[token].value_type: INT64 -> STRING",
      "max_tokens=512 password_file=/run/secret",
      "kafka:9092,kafka2:9092",
      "driver_stats:conv_rate@v2, driver_stats@v2:conv_rate",
      "write to team:ml@example.com",
      "password: must not be empty",
      "The token: this",
  };
  for (const auto& text : texts) EXPECT_EQ(Redacted(text), text);
}

TEST(Redaction, WhatIsShownOfAUrl) {
  EXPECT_EQ(Redacted("postgresql://u:pw@host/db"), "postgresql://u:********@host/db");
  EXPECT_EQ(Redacted("s3://AKIA:a/b@bucket/x@y.parquet"), "s3://AKIA:********@bucket/x@y.parquet");
  EXPECT_EQ(Redacted("at postgresql://u:a, b"), "at postgresql://u:******** b");
}

TEST(Redaction, SecretNames) {
  for (const char* name : {"password", "DB_PASSWORD", "client-secret", "spark.hadoop.fs.s3a.access.key", "dsn",
                           "my_dsn", "api_token", "Pwd", "private_key_passphrase", "connection_string"}) {
    EXPECT_TRUE(IsSecretName(name)) << name;
  }
  for (const char* name : {"user", "token_env_var", "token_refresh_margin_seconds", "sslkey_path", "max_tokens", "key",
                           "ttl", "signal", "host", ""}) {
    EXPECT_FALSE(IsSecretName(name)) << name;
  }
  EXPECT_EQ(RedactedValue("password", "x"), kRedacted);
  EXPECT_EQ(RedactedValue("password", ""), "");
  EXPECT_EQ(RedactedValue("path", "s3://b/x"), "s3://b/x");
}

TEST(Redaction, CredentialsLeaveAUri) {
  EXPECT_EQ(WithoutUrlCredentials("s3://AKIA:se/cr+et@bucket/a@b.parquet"), "s3://bucket/a@b.parquet");
  EXPECT_EQ(WithoutUrlCredentials("s3://anonymous@bucket/a"), "s3://anonymous@bucket/a");
  EXPECT_EQ(WithoutUrlCredentials("data/x.parquet"), "data/x.parquet");
  EXPECT_TRUE(IsUrlWithSecret("s3://AKIA:x@b/a"));
  EXPECT_FALSE(IsUrlWithSecret("select 's3://AKIA:x@b/a'"));
}

}  // namespace
}  // namespace feast
