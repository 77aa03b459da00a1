#include "cli/command_line.h"

#include "gtest/gtest.h"

namespace feast::cli {
namespace {

struct Outcome {
  int code;
  std::string out, err;
};

/// A small program with one group, to be called with different arguments.
class CommandLineTest : public testing::Test {
 protected:
  Outcome Run(std::vector<std::string> arguments) {
    CommandLine line("feast", "Test");
    Command root = line.root();
    root.Option("-c,--chdir", &chdir_, "Folder", "FEAST_TEST_CHDIR");
    Command views = root.Add("feature-views", "Views");
    views.Add("list", "List")
        .Repeated("--tags", &tags_, "Tags")
        .Choice("--format", &format_, {"text", "json"}, "Format")
        .Run([] { return arrow::Status::OK(); });
    views.Add("describe", "Describe").Argument("NAME", &name_, "Name").Run([] {
      return arrow::Status::KeyError("not there");
    });
    root.AddHidden("serve").Run([] { return arrow::Status::NotImplemented("later"); });
    root.Add("check", "Check").Run([] { return UsageError("makes no sense."); });
    root.Add("where", "Where").Run([] { return FailureOnOutput("nowhere"); });

    arguments.insert(arguments.begin(), "feast");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = line.Main(static_cast<int>(argv.size()), argv.data());
    return {code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
  }

  std::string chdir_, format_, name_;
  std::vector<std::string> tags_;
};

TEST_F(CommandLineTest, RunsTheCommandThatIsNamed) {
  EXPECT_EQ(Run({"-c", "x", "feature-views", "list", "--tags", "a:b", "--tags", "c:d", "--format", "JSON"}).code, 0);
  EXPECT_EQ(chdir_, "x");
  EXPECT_EQ(tags_, (std::vector<std::string>{"a:b", "c:d"}));
  EXPECT_EQ(format_, "json");
}

TEST_F(CommandLineTest, ReadsOptionsFromTheEnvironment) {
  setenv("FEAST_TEST_CHDIR", "from_environment", 1);
  EXPECT_EQ(Run({"feature-views", "list"}).code, 0);
  EXPECT_EQ(chdir_, "from_environment");
  EXPECT_EQ(Run({"-c", "x", "feature-views", "list"}).code, 0);
  EXPECT_EQ(chdir_, "x");
  unsetenv("FEAST_TEST_CHDIR");
}

TEST_F(CommandLineTest, FailuresAreOneMessageOnStandardError) {
  const Outcome outcome = Run({"feature-views", "describe", "list"});
  EXPECT_EQ(name_, "list");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "Error: not there\n");
  EXPECT_EQ(Run({"where"}).out, "nowhere\n");
}

TEST_F(CommandLineTest, UsageErrorsSuggestAndExitWithTwo) {
  const auto expect = [this](std::vector<std::string> arguments, const std::string& message) {
    const Outcome outcome = Run(std::move(arguments));
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err, "Error: " + message + "\n");
  };
  expect({"feature-view", "list"}, "no such command 'feature-view'. Did you mean 'feature-views'? See 'feast --help'.");
  expect({"feature-views", "lst"}, "no such command 'lst'. Did you mean 'list'? See 'feast feature-views --help'.");
  expect({"feature-views", "list", "--tag=x"},
         "no such option '--tag'. Did you mean '--tags'? See 'feast feature-views list --help'.");
  expect({"feature-views", "list", "x"}, "unexpected argument 'x'. See 'feast feature-views list --help'.");
  expect({"feature-views", "describe"}, "NAME is required. See 'feast feature-views describe --help'.");
  expect({"feature-views", "list", "--format", "jsno"},
         "--format: 'jsno' is not one of text|json. Did you mean 'json'? See 'feast feature-views list --help'.");
  expect({"check"}, "makes no sense. See 'feast check --help'.");
}

TEST_F(CommandLineTest, GroupsShowTheirHelp) {
  const Outcome group = Run({"feature-views"});
  EXPECT_EQ(group.code, 2);
  EXPECT_NE(group.out.find("describe"), std::string::npos);
  EXPECT_EQ(Run({}).code, 0);
  EXPECT_EQ(Run({"--help"}).code, 0);
}

TEST_F(CommandLineTest, HiddenCommandsTakeAnythingAndAreNotShown) {
  const Outcome outcome = Run({"serve", "x", "--port", "1", "--help"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err, "Error: later\n");
  EXPECT_EQ(Run({"--help"}).out.find("serve"), std::string::npos);
}

}  // namespace
}  // namespace feast::cli
