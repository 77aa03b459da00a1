#include "registry/project_bytes.h"

#include <string>

#include "feast/core/Registry.pb.h"
#include "gtest/gtest.h"
#include "system/test_folder.h"

namespace feast {
namespace {

core::Registry TwoProjects() {
  core::Registry registry;
  registry.set_registry_schema_version("1");
  registry.set_version_id("v");
  for (const char* project : {"p", "q", ""}) {
    registry.add_projects()->mutable_spec()->set_name(project);
    registry.add_entities()->mutable_spec()->set_project(project);
    registry.add_data_sources()->set_project(project);
    registry.add_feature_views()->mutable_spec()->set_project(project);
    registry.add_stream_feature_views()->mutable_spec()->set_project(project);
    registry.add_on_demand_feature_views()->mutable_spec()->set_project(project);
    registry.add_feature_services()->mutable_spec()->set_project(project);
    registry.add_saved_datasets()->mutable_spec()->set_project(project);
    registry.add_project_metadata()->set_project(project);
  }
  return registry;
}

TEST(BytesOfProject, KeepsWhatIsTheProjectsAndWhatIsEveryones) {
  const std::string bytes = TwoProjects().SerializeAsString();
  for (const char* project : {"p", "q", ""}) {
    core::Registry kept;
    ASSERT_TRUE(kept.ParseFromString(*BytesOfProject(bytes, project)));
    EXPECT_EQ(kept.version_id(), "v");
    EXPECT_EQ(kept.projects_size(), 3);
    for (const int size :
         {kept.entities_size(), kept.data_sources_size(), kept.feature_views_size(), kept.stream_feature_views_size(),
          kept.on_demand_feature_views_size(), kept.feature_services_size(), kept.saved_datasets_size()}) {
      EXPECT_EQ(size, 1);
    }
    EXPECT_EQ(kept.feature_views(0).spec().project(), project);
    EXPECT_EQ(kept.data_sources(0).project(), project);
  }
}

TEST(BytesOfProject, AWholeRegistryOfOneProjectIsKeptByteForByte) {
  const std::string bytes = ReadFile(std::string(FEAST_SOURCE_DIR) + "/tests/data/registries/local.pb");
  core::Registry registry;
  ASSERT_TRUE(registry.ParseFromString(bytes));
  EXPECT_EQ(BytesOfProject(bytes, registry.entities(0).spec().project()), bytes);
}

TEST(BytesOfProject, BytesThatAreNotWellFormed) {
  const std::string bytes = TwoProjects().SerializeAsString();
  for (size_t size = 1; size < bytes.size(); ++size) {
    const auto kept = BytesOfProject(bytes.substr(0, size), "p");
    core::Registry parsed;
    if (parsed.ParseFromString(bytes.substr(0, size))) continue;
    EXPECT_EQ(kept, std::nullopt) << size;
  }
  EXPECT_EQ(BytesOfProject("\xff\xff\xff\xff", "p"), std::nullopt);
  EXPECT_EQ(BytesOfProject("", "p"), "");
}

}  // namespace
}  // namespace feast
