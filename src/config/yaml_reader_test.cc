#include "config/yaml_reader.h"

#include <cmath>
#include <random>

#include "config/environment.h"
#include "feast/errors.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

ConfigValue Value(const std::string& yaml) {
  ConfigSource source{"t.yaml", {}};
  auto map = ReadYaml("key: " + yaml + "\n", &source);
  EXPECT_TRUE(map.ok()) << map.status();
  return map.ok() ? map->at("key") : ConfigValue();
}

std::string Error(const std::string& yaml) {
  ConfigSource source{"t.yaml", {}};
  const arrow::Status status = ReadYaml(yaml, &source).status();
  EXPECT_EQ(ErrorClass(status), "FeastConfigError") << status;
  return status.message();
}

template <typename T>
void Expect(const std::string& yaml, const T& wanted) {
  EXPECT_EQ(Value(yaml), ConfigValue(ConfigValue::Variant(wanted))) << yaml;
}

TEST(YamlReaderTest, ScalarsHaveTheTypesOfYaml11) {
  for (const char* yes : {"yes", "True", "ON"}) Expect(yes, true);
  for (const char* no : {"no", "FALSE", "off"}) Expect(no, false);
  for (const char* null : {"", "~", "null", "NULL"}) EXPECT_TRUE(Value(null).is_null()) << null;
  Expect("12", int64_t{12});
  Expect("-1_000", int64_t{-1000});
  Expect("0x1F", int64_t{31});
  Expect("010", int64_t{8});
  Expect("0b101", int64_t{5});
  Expect("-9223372036854775808", std::numeric_limits<int64_t>::min());
  Expect("1.5", 1.5);
  Expect("-.5e+2", -50.0);
  Expect("+1.", 1.0);
  Expect("-.inf", -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(*Value(".nan").As<double>()));
  // Text in YAML 1.1, or text for us.
  for (const char* text : {"1e5", "1.5e3", "08", "0o7", "12:30:45", "2022-01-01", "localhost:6379", ".", "1.2.3",
                           "99999999999999999999", "y", "nO", "0x", "_1"}) {
    Expect(text, std::string(text));
  }
  Expect("'12'", std::string("12"));
  Expect("\"yes\"", std::string("yes"));
  Expect("!!str 12", std::string("12"));
}

TEST(YamlReaderTest, ControlCharactersAreRefusedWithTheirLine) {
  EXPECT_NE(Error(std::string("a: 1\nb: x\0y\n", 11)).find("t.yaml:2: this line holds a control character"),
            std::string::npos);
  Expect("\"x\\x00y\"", std::string("x\0y", 3));
  Expect("x\ty", std::string("x\ty"));
}

TEST(YamlReaderTest, TextThatIsNotUtf8IsRefusedWithItsLine) {
  EXPECT_TRUE(Error("a: 1\nb: caf\xe9\nc: 2\n").starts_with("t.yaml:2: this line is not UTF-8 text. Save the file"));
  Expect("caf\xc3\xa9", std::string("caf\xc3\xa9"));
}

TEST(YamlReaderTest, NoTagConstructsAnything) {
  for (const char* tagged :
       {"!!python/object/apply:os.system ['true']", "!!python/name:os.system", "!Own {a: 1}", "!!binary aGk="}) {
    EXPECT_NE(Error("a: 1\nkey: " + std::string(tagged) + "\n").find("t.yaml:2: "), std::string::npos) << tagged;
  }
}

TEST(YamlReaderTest, AnchorsAndMerges) {
  ConfigSource source{"t.yaml", {}};
  const auto map = ReadYaml("base: &b {x: 1, y: 2}\nown: {<<: *b, y: 3}\nlist: [*b, *b]\n", &source).ValueOrDie();
  EXPECT_EQ(map.at("own"),
            ConfigValue(ConfigValue::Map{{"x", ConfigValue(int64_t{1})}, {"y", ConfigValue(int64_t{3})}}));
  EXPECT_EQ(map.at("list").As<ConfigValue::List>()->size(), 2);
}

TEST(YamlReaderTest, LinesOfNestedKeys) {
  ConfigSource source{"t.yaml", {}};
  ASSERT_TRUE(ReadYaml("# comment\na:\n  b:\n    - c\n    - d: 1\n", &source).ok());
  EXPECT_EQ(source.lines["a"], 2);
  EXPECT_EQ(source.lines["a.b"], 3);
  EXPECT_EQ(source.lines["a.b.1.d"], 5);
}

TEST(YamlReaderTest, AliasBombsDepthAndSizeAreBounded) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 8; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_NE(Error(bomb).find("too many values"), std::string::npos);
  EXPECT_NE(Error("a: &a [*a]\n").find("t.yaml"), std::string::npos);
  EXPECT_NE(Error("a: " + std::string(100, '[') + std::string(100, ']') + "\n").find("levels deep"), std::string::npos);
  Error("a: " + std::string(100'000, '[') + "\n");
  Error("a: " + std::string(100'000, '{') + "\n");
  EXPECT_NE(Error("a: " + std::string(5 << 20, 'x') + "\n").find("4 MB"), std::string::npos);
}

TEST(YamlReaderTest, OtherErrorsNameTheLine) {
  EXPECT_EQ(Error("a: 1\nb: [1\nc: 2\n").substr(0, 9), "t.yaml:3:") << Error("a: 1\nb: [1\nc: 2\n");
  EXPECT_EQ(Error("a: 1\nb: 2\na: 3\n"), "t.yaml:3: 'a' stands twice here; leave one of them.\nat t.yaml");
  EXPECT_EQ(Error("a: 1\n---\nb: 1\n").substr(0, 45), "t.yaml:2: a second document starts here (---)");
  EXPECT_NE(Error("").find("is empty"), std::string::npos);
  EXPECT_NE(Error("# nothing\n").find("is empty"), std::string::npos);
  EXPECT_NE(Error("- a\n").find("must be a mapping"), std::string::npos);
  EXPECT_NE(Error("just text").find("must be a mapping"), std::string::npos);
  EXPECT_NE(Error("[a]: 1\n").find("a key must be a word"), std::string::npos);
  EXPECT_NE(Error("a:\n\tb: 1\n").find("t.yaml:2"), std::string::npos);
}

TEST(YamlReaderTest, AnyBytesGiveAValueOrAnError) {
  const std::string alphabet = "abc:  \n\n-[]{}\"'&*!|>%@`#,?~<$\t\\0123.\x80\xff\xc3";
  const std::string seeds[] = {"project: demo\nregistry: {path: &a x, y: *a}\nonline_store:\n  - !!str |\n   text\n",
                               "? a\n: - b\n  - 'c'\n...\n---\n"};
  std::mt19937 random(20221122);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    if (round % 3 == 0) {
      for (int i = random() % 60; i > 0; --i) text += alphabet[random() % alphabet.size()];
    } else if (round % 3 == 1) {
      for (int i = random() % 60; i > 0; --i) text += static_cast<char>(random());
    } else {
      text = seeds[random() % 2];
      for (int i = random() % 6; i > 0; --i) text[random() % text.size()] = alphabet[random() % alphabet.size()];
    }
    ConfigSource source{"t.yaml", {}};
    const auto result = ReadYaml(text, &source);
    if (!result.ok()) {
      EXPECT_EQ(ErrorClass(result.status()), "FeastConfigError");
    }
    RepoConfig::Parse(text, "t.yaml", "").status().ToString();
  }
}

TEST(EnvironmentTest, SetNamesAreReplacedAndOthersStay) {
  setenv("FEAST_E_A", "va$FEAST_E_B", 1);
  setenv("FEAST_E_B", "vb", 1);
  unsetenv("FEAST_E_C");
  EXPECT_EQ(SubstituteEnvironment("$FEAST_E_A-${FEAST_E_B}x"), "va$FEAST_E_B-vbx");
  EXPECT_EQ(SubstituteEnvironment("$FEAST_E_C ${FEAST_E_C} $ $$FEAST_E_B ${FEAST_E_B ${} $-"),
            "$FEAST_E_C ${FEAST_E_C} $ $vb ${FEAST_E_B ${} $-");
  EXPECT_EQ(SubstituteEnvironment("${a$FEAST_E_B}"), "${a$FEAST_E_B}");
}

}  // namespace
}  // namespace feast
