#include "cli/yaml_text.h"

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "yaml-cpp/yaml.h"

namespace feast::cli {
namespace {

using Json = nlohmann::ordered_json;

TEST(YamlText, NestsMapsAndListsInOrder) {
  const Json json = Json::parse(R"({"spec": {"name": "driver", "entities": ["a", "b"],
      "features": [{"name": "conv_rate", "valueType": "FLOAT"}, {"name": "x"}], "online": true, "none": null, "tags": {}},
      "meta": {"rate": 1.0, "count": 3, "empty": []}})");
  EXPECT_EQ(ToYaml(json),
            "spec:\n"
            "  name: driver\n"
            "  entities:\n"
            "  - a\n"
            "  - b\n"
            "  features:\n"
            "  - name: conv_rate\n"
            "    valueType: FLOAT\n"
            "  - name: x\n"
            "  online: true\n"
            "  none: null\n"
            "  tags: {}\n"
            "meta:\n"
            "  rate: 1.0\n"
            "  count: 3\n"
            "  empty: []\n");
}

TEST(YamlText, QuotesTextThatYamlWouldTakeForSomethingElse) {
  const Json json = {{"a", "1001"},   {"b", "true"},  {"c", "null"},       {"d", "2026-11-22T17:51:25Z"},
                     {"e", ""},       {"f", "it's"},  {"g", "x: y"},       {"h", "- x"},
                     {"i", "86400s"}, {"j", "1.5e3"}, {"k", "{\"a\": 1}"}, {"l", "12:30"},
                     {"m", "On"},     {"n", "a #b"}};
  EXPECT_EQ(
      ToYaml(json),
      "a: '1001'\nb: 'true'\nc: 'null'\nd: '2026-11-22T17:51:25Z'\ne: ''\nf: it's\ng: 'x: y'\nh: '- x'\ni: 86400s\n"
      "j: '1.5e3'\nk: '{\"a\": 1}'\nl: '12:30'\nm: 'On'\nn: 'a #b'\n");
}

TEST(YamlText, ReadsBackAsItWas) {
  for (const char* text : {"def f(x):\n    return x\n",
                           "no end",
                           "two\nlines",
                           "ends in two\n\n",
                           "a\n\nb\n",
                           " leading",
                           "\n",
                           "tab\there",
                           "\x1b[2J",
                           "two\nlines\x1b",
                           "\xc2\x9b",
                           "\xe2\x80\xae",
                           "one\n::error::two",
                           "##[group]x",
                           "trailing ",
                           "'",
                           "\"",
                           "a\\b",
                           "Fähre",
                           "&x",
                           "*x",
                           "!x",
                           "%x",
                           "@x",
                           "`x",
                           "?",
                           "-",
                           "--- x",
                           "a:",
                           "k: v\nw",
                           "#x",
                           "[1",
                           "=",
                           "<<",
                           "~",
                           "0x1F",
                           "-1",
                           "+.5",
                           ".inf",
                           "  x\ny"}) {
    const Json json = {{"outer", {{"list", Json::array({text})}, {"text", text}}}};
    const YAML::Node node = YAML::Load(ToYaml(json))["outer"];
    EXPECT_EQ(node["text"].as<std::string>(), text);
    EXPECT_EQ(node["list"][0].as<std::string>(), text);
  }
}

TEST(YamlText, NothingMovesTheCursorOrSpeaksToARunner) {
  EXPECT_EQ(ToYaml(Json{{"a", "x\x1b[2J\xc2\x9b"}}), "a: \"x\\u001b[2J\\u009b\"\n");
  EXPECT_EQ(ToYaml(Json{{"a", "one\n::error::two"}}), "a: \"one\\n::error::two\"\n");
  EXPECT_EQ(ToYaml(Json{{"a\x1b", "##[group]x"}}), "\"a\\u001b\": \"#\\u0023[group]x\"\n");
}

}  // namespace
}  // namespace feast::cli
