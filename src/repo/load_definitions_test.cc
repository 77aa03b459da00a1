#include "repo/load_definitions.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "definitions/proto.h"
#include "gtest/gtest.h"
#include "system/test_folder.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

/// A stand-in for the Python package: its feast._evaluate does what the test says. The real one is tested from Python.
class LoadDefinitionsTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "feast");
    std::ofstream(folder_ / "feast" / "__init__.py");
    setenv("PYTHONPATH", folder_.c_str(), 1);
    setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
    config_.project = "demo";
    config_.repo_path = "/some/repo";
  }
  void TearDown() override { unsetenv("PYTHONPATH"); }

  arrow::Result<Definitions> Load(const std::string& body) {
    std::ofstream(folder_ / "feast" / "_evaluate.py")
        << "import os, struct, sys\n"
           "def part(data): return struct.pack('<Q', len(data)) + data\n"
           "def read(name): return open(os.path.join(os.path.dirname(__file__), name), 'rb').read()\n"
           "def main(fd, arguments):\n"
        << body;
    return LoadDefinitions(config_);
  }

  void WriteRegistry() {
    Definitions definitions;
    auto entity = std::make_shared<Entity>();
    entity->name = "driver";
    auto source = std::make_shared<FileSource>();
    source->name = "stats";
    source->path = "stats.parquet";
    auto view = std::make_shared<FeatureView>();
    view->name = "driver_stats";
    view->entities = {"driver"};
    view->batch_source = source;
    auto stream_view = std::make_shared<StreamFeatureView>();
    stream_view->name = "driver_stream";
    stream_view->batch_source = source;
    definitions.entities = {entity};
    definitions.data_sources = {source};
    definitions.feature_views = {view, stream_view};
    std::ofstream(folder_ / "feast" / "registry.pb", std::ios::binary)
        << ToProto(definitions, "demo").SerializeAsString();
  }

  TestFolder temporary_;
  const fs::path folder_ = temporary_.path();
  RepoConfig config_;
};

TEST_F(LoadDefinitionsTest, ObjectsComeWithTheirOrigins) {
  WriteRegistry();
  auto loaded = Load(
      "  assert arguments == ['/some/repo', 'demo'], arguments\n"
      "  print('what users print')\n"
      "  origins = b'''{\"entities\": [[\"a.py\", 3]], \"data_sources\": [[\"b.py\", 4]],\n"
      "                \"feature_views\": [[\"c.py\", 5], [\"d.py\", 6]], \"feature_services\": [[\"none.py\", "
      "1]]}'''\n"
      "  os.write(fd, b'R' + part(read('registry.pb')) + part(origins))\n");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  ASSERT_EQ(loaded->entities.size(), 1);
  EXPECT_EQ(loaded->entities[0]->name, "driver");
  EXPECT_EQ(loaded->entities[0]->origin.ToString(), "a.py:3");
  ASSERT_EQ(loaded->feature_views.size(), 2);
  EXPECT_EQ(loaded->feature_views[0]->origin.ToString(), "c.py:5");
  EXPECT_EQ(loaded->feature_views[0]->batch_source->origin.ToString(), "b.py:4");
  EXPECT_EQ(loaded->feature_views[1]->name, "driver_stream");
  EXPECT_EQ(loaded->feature_views[1]->origin.ToString(), "d.py:6");
}

TEST_F(LoadDefinitionsTest, OriginsThatDoNotFitAreLeftOut) {
  WriteRegistry();
  for (const char* origins :
       {"nonsense", "[]", "{\"entities\": [1]}", "{\"entities\": []}", "{\"entities\": [[1, 2]]}"}) {
    auto loaded =
        Load("  os.write(fd, b'R' + part(read('registry.pb')) + part(b'''" + std::string(origins) + "'''))\n");
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_EQ(loaded->entities[0]->origin.ToString(), "") << origins;
  }
}

TEST_F(LoadDefinitionsTest, ErrorsAreThoseOfTheFiles) {
  const arrow::Status status = Load(
                                   "  os.write(fd, b'E' + part('a.py:3: the definitions … ValueError: no\\nTraceback "
                                   "…'.encode()))\n  return 1\n")
                                   .status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_EQ(status.message(), "a.py:3: the definitions … ValueError: no\nTraceback …");
}

TEST_F(LoadDefinitionsTest, AChildThatAnswersNothingOrNonsenseIsAnError) {
  EXPECT_NE(Load("  os._exit(0)\n").status().message().find("exit code 0"), std::string::npos);
  EXPECT_NE(Load("  os.write(fd, b'R' + part(b'')[:5])\n").status().message().find("ended"), std::string::npos);
  EXPECT_TRUE(Load("  os.write(fd, b'?' + part(b''))\n").status().IsInvalid());
  EXPECT_TRUE(Load("  os.write(fd, b'R' + part(b'\\xff\\xff') + part(b'{}'))\n").status().IsInvalid());
  EXPECT_TRUE(Load("  os.write(fd, b'R' + struct.pack('<Q', 2**62))\n").status().IsCapacityError());
}

TEST_F(LoadDefinitionsTest, AnotherFeastPackageIsNotOurs) {
  const arrow::Status status = LoadDefinitions(config_).status();
  EXPECT_NE(status.message().find("pip install feast-cpp"), std::string::npos) << status;
}

}  // namespace
}  // namespace feast
