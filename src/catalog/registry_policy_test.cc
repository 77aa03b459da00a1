#include "catalog/registry_policy.h"

#include "gtest/gtest.h"

namespace feast {
namespace {

constexpr const char* kRole = "arn:aws:iam::111122223333:role/ci";
constexpr const char* kAccount = "serviceAccount:ci@rides.iam.gserviceaccount.com";

AccessGrants By(const char* writer) {
  AccessGrants grants;
  grants.writers = {writer};
  return grants;
}

RegistryConfig At(const std::string& path, const std::string& type = "file") {
  RegistryConfig registry;
  registry.path = path;
  registry.registry_type = type;
  return registry;
}

std::string Policy(const std::string& path, const char* writer, PolicyForm form) {
  return RegistryPolicy(At(path), By(writer), form).ValueOrDie();
}

TEST(RegistryPolicyTest, EachCloudHasItsForm) {
  EXPECT_NE(Policy("s3://bucket/registry.db", kRole, PolicyForm::kJson).find("arn:aws:s3:::bucket"), std::string::npos);
  EXPECT_NE(Policy("gs://bucket/registry.db", kAccount, PolicyForm::kJson).find("\"bindings\""), std::string::npos);
  EXPECT_NE(Policy("gs://bucket/registry.db", kAccount, PolicyForm::kGcloudCommands).find("gcloud storage"),
            std::string::npos);
}

TEST(RegistryPolicyTest, WhatHasNoneIsSaid) {
  const auto said = [](const RegistryConfig& registry, PolicyForm form) {
    const auto policy = RegistryPolicy(registry, By(kRole), form);
    EXPECT_TRUE(policy.status().IsInvalid());
    return policy.status().message();
  };
  EXPECT_NE(said(At("data/registry.db"), PolicyForm::kJson).find("data/registry.db"), std::string::npos);
  EXPECT_EQ(said(At("postgresql://me:secret@host/db", "sql"), PolicyForm::kJson).find("secret"), std::string::npos);
  EXPECT_NE(said(At("s3://bucket/r.db"), PolicyForm::kGcloudCommands).find("gs://"), std::string::npos);
}

}  // namespace
}  // namespace feast
