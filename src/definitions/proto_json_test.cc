#include <fstream>
#include <iterator>
#include <string>

#include "definitions/proto.h"
#include "feast/core/FeatureView.pb.h"
#include "feast/core/Permission.pb.h"
#include "feast/types/Value.pb.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

std::string ReadFile(const std::string& name) {
  std::ifstream file(FEAST_SOURCE_DIR "/tests/data/registries/" + name, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

TEST(ProtoJson, IsWhatFeastPrints) {
  core::Registry registry;
  ASSERT_TRUE(registry.ParseFromString(ReadFile("local.pb")));
  int compared = 0;
  for (core::FeatureView view : registry.feature_views()) {
    if (view.spec().name() != "driver_hourly_stats") continue;
    view.mutable_spec()->clear_project();
    EXPECT_EQ(ToJson(view), ReadFile("driver_hourly_stats.json"));
    ++compared;
  }
  for (core::FeatureService service : registry.feature_services()) {
    if (service.spec().name() != "driver_activity") continue;
    service.mutable_spec()->clear_project();
    EXPECT_EQ(ToJson(service), ReadFile("driver_activity.json"));
    ++compared;
  }
  EXPECT_EQ(compared, 2);
}

TEST(ProtoJson, EveryKindOfValue) {
  types::RepeatedValue values;
  values.add_val()->set_bytes_val(std::string("\0\xff", 2));
  values.add_val()->set_bytes_val("abc");
  values.add_val()->set_int64_val(-5);
  values.add_val()->set_int32_val(-5);
  values.add_val()->set_float_val(0.1f);
  values.add_val()->set_double_val(1);
  values.add_val()->set_double_val(1 / 0.0);
  values.add_val()->set_bool_val(false);
  values.add_val()->set_string_val("\"ä\n");
  values.add_val()->mutable_bool_list_val()->add_val(true);
  values.add_val();
  EXPECT_EQ(ToJson(values), R"({
  "val": [
    {
      "bytesVal": "AP8="
    },
    {
      "bytesVal": "YWJj"
    },
    {
      "int64Val": "-5"
    },
    {
      "int32Val": -5
    },
    {
      "floatVal": 0.1
    },
    {
      "doubleVal": 1.0
    },
    {
      "doubleVal": "Infinity"
    },
    {
      "boolVal": false
    },
    {
      "stringVal": "\"\u00e4\n"
    },
    {
      "boolListVal": {
        "val": [
          true
        ]
      }
    },
    {}
  ]
})");
}

TEST(ProtoJson, TimesMapsAndUnknownEnumNumbers) {
  core::FeatureView view;
  view.mutable_spec()->mutable_ttl()->set_seconds(86400);
  (*view.mutable_spec()->mutable_tags())["b"] = "2";
  (*view.mutable_spec()->mutable_tags())["a"] = "1";
  view.mutable_meta()->mutable_created_timestamp()->set_nanos(1000);
  view.mutable_meta()->set_state(static_cast<core::FeatureViewState>(77));
  EXPECT_EQ(ToJson(view), R"({
  "spec": {
    "tags": {
      "a": "1",
      "b": "2"
    },
    "ttl": "86400s"
  },
  "meta": {
    "createdTimestamp": "1970-01-01T00:00:00.000001Z",
    "state": 77
  }
})");
  EXPECT_EQ(ToJson(core::Permission()), "{}");
}

}  // namespace
}  // namespace feast
