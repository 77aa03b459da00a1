// Which functions run, by which way, and what the user is told about those that don't.
#include "transform/runner.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "arrow/array/array_binary.h"
#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_binary.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "definitions/proto.h"
#include "feast/call_context.h"
#include "gtest/gtest.h"
#include "system/test_folder.h"
#include "transform/native/native_expression.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

class RunnerTest : public testing::Test {
 protected:
  void SetUp() override {
    const fs::path source(FEAST_SOURCE_DIR);
    setenv("PYTHONPATH", (source / "python").c_str(), 1);
    setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
    if (fs::exists(source / ".venv/bin/python")) setenv("FEAST_PYTHON", (source / ".venv/bin/python").c_str(), 0);
    unsetenv("FEAST_TRUST_REGISTRY_CODE");
    config_.repo_path = folder_.path();
  }
  void TearDown() override { SetTransformationRunner({}); }

  static OnDemandFeatureView View(const std::string& source, const std::string& mode = "python",
                                  bool singleton = false) {
    OnDemandFeatureView view;
    view.name = "total";
    view.mode = mode;
    view.singleton = singleton;
    view.features = {{.name = "x", .type = Type::Of(ValueType::kDouble)},
                     {.name = "y", .type = Type::Of(ValueType::kString)}};
    view.transformation = std::make_shared<StoredTransformation>();
    view.transformation->name = "total";
    view.transformation->source_text = source;
    view.transformation->mode = mode;
    return view;
  }

  static std::shared_ptr<arrow::RecordBatch> Input() {
    arrow::Int64Builder numbers;
    arrow::StringBuilder names;
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(numbers.Append(i * 10).ok());
      EXPECT_TRUE((i == 1 ? names.AppendNull() : names.Append("name" + std::to_string(i))).ok());
    }
    const auto a = numbers.Finish().ValueOrDie();
    return arrow::RecordBatch::Make(
        arrow::schema({arrow::field("a", arrow::int64()), arrow::field("view__a", arrow::int64()),
                       arrow::field("s", arrow::utf8())}),
        3, {a, a, names.Finish().ValueOrDie()});
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Run(const OnDemandFeatureView& view) {
    FunctionLoader loader(config_);
    ARROW_ASSIGN_OR_RAISE(const auto transformation, loader.Load(view));
    return transformation->Apply(Input());
  }

  void Trust() { config_.extra["trust_registry_code"] = ConfigValue(true); }

  TestFolder folder_;
  RepoConfig config_;
};

// Too much for the native evaluator.
constexpr const char* kUpper = "def total(inputs):\n    return {'y': [s and s.upper() for s in inputs['s']]}\n";

TEST_F(RunnerTest, LiveTransformationIsUsedAsItIs) {
  OnDemandFeatureView view = View("");
  view.transformation =
      MakeNativeTransformation("def f(i):\n  return {'x': i['a'] + 1}\n", "python", true).ValueOrDie();
  FunctionLoader loader(config_);
  EXPECT_EQ(loader.Load(view).ValueOrDie(), view.transformation);
}

TEST_F(RunnerTest, SimpleFunctionFromTheRegistryRunsNatively) {
  setenv("FEAST_PYTHON", "/does/not/exist", 1);
  const auto result =
      Run(View("def total(inputs):\n    return {'x': [v / 2 for v in inputs['view__a']]}\n")).ValueOrDie();
  EXPECT_EQ(static_cast<const arrow::DoubleArray&>(*result->GetColumnByName("x")).Value(2), 10.0);
  unsetenv("FEAST_PYTHON");
}

TEST_F(RunnerTest, OtherFunctionFromTheRegistryDoesNotRunUnasked) {
  const arrow::Status status = Run(View(kUpper)).status();
  EXPECT_TRUE(status.IsInvalid());
  for (const char* words :
       {"'total'", "only in the registry", "trust_registry_code: true", "FEAST_TRUST_REGISTRY_CODE=1"}) {
    EXPECT_NE(status.message().find(words), std::string::npos) << status.message();
  }
  for (const ConfigValue& value : {ConfigValue(false), ConfigValue(std::string("yes")), ConfigValue(int64_t{1})}) {
    config_.extra["trust_registry_code"] = value;
    EXPECT_FALSE(Run(View(kUpper)).ok());
  }
  setenv("FEAST_TRUST_REGISTRY_CODE", "0", 1);
  Trust();
  EXPECT_FALSE(Run(View(kUpper)).ok()) << "the environment overrides the file";
}

TEST_F(RunnerTest, TrustedFunctionRunsInTheWorker) {
  Trust();
  const auto result = Run(View(kUpper)).ValueOrDie();
  const auto& names = static_cast<const arrow::StringArray&>(*result->GetColumnByName("y"));
  EXPECT_EQ(names.GetString(0), "NAME0");
  EXPECT_TRUE(names.IsNull(1));
}

TEST_F(RunnerTest, AFunctionThatHangsIsEndedAndOthersRunOn) {
  Trust();
  FunctionLoader loader(config_);
  const auto sleeps =
      loader
          .Load(View("import time\ndef total(inputs):\n    time.sleep(600 if inputs['a'][0] == 0 else 0)\n"
                     "    return {'y': [s and s.upper() for s in inputs['s']]}\n"))
          .ValueOrDie();
  const auto upper = loader.Load(View(kUpper)).ValueOrDie();
  ASSERT_TRUE(upper->Apply(Input()).ok());
  setenv("FEAST_FUNCTION_TIMEOUT", "0.5", 1);
  const arrow::Status status = sleeps->Apply(Input()).status();
  unsetenv("FEAST_FUNCTION_TIMEOUT");
  EXPECT_TRUE(status.IsIOError()) << status;
  EXPECT_NE(status.message().find("within 500 ms"), std::string::npos) << status;
  EXPECT_NE(status.message().find("FEAST_FUNCTION_TIMEOUT"), std::string::npos) << status;
  EXPECT_TRUE(upper->Apply(Input()).ok()) << "in a new process";
  EXPECT_TRUE(sleeps->Apply(Input()->Slice(1)).ok());
  {
    const CallScope scope({.deadline = Deadline::After(std::chrono::milliseconds(300))});
    EXPECT_TRUE(sleeps->Apply(Input()).status().IsCancelled());
  }
  setenv("FEAST_FUNCTION_TIMEOUT", "soon", 1);
  EXPECT_TRUE(upper->Apply(Input()).status().IsInvalid());
  unsetenv("FEAST_FUNCTION_TIMEOUT");
}

TEST_F(RunnerTest, AFunctionThatEndsItsProcessLeavesOthersToRunOn) {
  Trust();
  FunctionLoader loader(config_);
  const auto ends = loader
                        .Load(View("def total(inputs):\n    import os\n    if inputs['a'][0] == 0: os._exit(3)\n"
                                   "    return {'y': [s and s.upper() for s in inputs['s']]}\n"))
                        .ValueOrDie();
  const auto upper = loader.Load(View(kUpper)).ValueOrDie();
  const arrow::Status status = ends->Apply(Input()).status();
  EXPECT_TRUE(status.IsIOError()) << status;
  EXPECT_NE(status.message().find("exit code 3"), std::string::npos) << status;
  EXPECT_TRUE(upper->Apply(Input()).ok()) << "in a new process";
  EXPECT_TRUE(ends->Apply(Input()->Slice(1)).ok());
}

TEST_F(RunnerTest, TrustedTextGetsItsConventionalImportsAndLosesItsDecorators) {
  setenv("FEAST_TRUST_REGISTRY_CODE", "1", 1);
  const auto result =
      Run(View("@on_demand_feature_view(\n    sources=[unknown],\n)\ndef total(inputs: pd.DataFrame) -> Missing:\n"
               "    df = pd.DataFrame()\n"
               "    df['x'] = np.cumsum(inputs['a']) + datetime.timedelta(seconds=1).total_seconds() + math.pi * 0\n"
               "    return df\n",
               "pandas"))
          .ValueOrDie();
  EXPECT_EQ(static_cast<const arrow::DoubleArray&>(*result->GetColumnByName("x")).Value(2), 31.0);
}

TEST_F(RunnerTest, TrustedTextWithoutItsImportsSaysWhatToDo) {
  Trust();
  const arrow::Status status = Run(View("def total(inputs):\n    return {'x': compute(inputs)}\n")).status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_EQ(status.message().find("NameError: name 'compute' is not defined"), 0u) << status.message();
  EXPECT_NE(status.message().find("import 'compute' inside the function"), std::string::npos) << status.message();
}

TEST_F(RunnerTest, FunctionOfALocalFileRunsInThatFilesNamespace) {
  fs::create_directories(config_.repo_path / "nested");
  fs::create_directories(config_.repo_path / ".venv");
  std::ofstream(config_.repo_path / ".venv/copy.py") << kUpper;
  const std::string text =
      "def total(inputs):\n    return {'y': [text.capwords(s or '') + SUFFIX for s in inputs['s']]}\n";
  std::ofstream(config_.repo_path / "nested/views.py") << "import string as text\nSUFFIX = '!'\n\n\n"
                                                       << text << "\n\nOTHER = 1\n";
  EXPECT_TRUE(SearchRepo(config_, text).has_text);
  const auto result = Run(View(text)).ValueOrDie();
  EXPECT_EQ(static_cast<const arrow::StringArray&>(*result->GetColumnByName("y")).GetString(0), "Name0!");
  EXPECT_FALSE(SearchRepo(config_, kUpper).has_text) << "a virtual environment is no definition";
  EXPECT_FALSE(SearchRepo(config_, " \n").has_text);
}

TEST_F(RunnerTest, WhatIsNoDefinitionIsNotTakenForOne) {
  std::ofstream(config_.repo_path / ".feastignore") << "scratch\n";
  fs::create_directories(config_.repo_path / "scratch");
  std::ofstream(config_.repo_path / "scratch/copy.py") << kUpper;
  std::ofstream(config_.repo_path / "notes.py") << "\"\"\"As it was:\n" << kUpper << "\"\"\"\n";
  EXPECT_TRUE(SearchRepo(config_, kUpper).has_text);
  EXPECT_NE(Run(View(kUpper)).status().message().find("only in the registry"), std::string::npos);
}

TEST_F(RunnerTest, FunctionThatNeedsItsSurroundingsIsNotMadeWithoutThem) {
  const std::string text = "    def total(inputs):\n        return {'y': [suffix + str(s) for s in inputs['s']]}\n";
  std::ofstream(config_.repo_path / "views.py") << "def make(suffix):\n" << text << "    return total\n";
  EXPECT_NE(Run(View(text)).status().message().find("only in the registry"), std::string::npos);
}

TEST_F(RunnerTest, ErrorOfTheFunctionComesWithItsTraceback) {
  std::ofstream(config_.repo_path / "views.py")
      << "# a line\ndef total(inputs):\n    return {'x': [1 / v for v in inputs['a'] if str(v)]}\n";
  const arrow::Status status =
      Run(View("def total(inputs):\n    return {'x': [1 / v for v in inputs['a'] if str(v)]}\n")).status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_EQ(status.message().find("ZeroDivisionError: division by zero at views.py:3\nTraceback"), 0u)
      << status.message();
  EXPECT_NE(status.message().find("views.py\", line 3, in total"), std::string::npos) << status.message();
  EXPECT_EQ(status.message().find("_worker.py"), std::string::npos) << status.message();
}

TEST_F(RunnerTest, WhatIsNoResultIsSaidSo) {
  Trust();
  const auto message = [&](const std::string& body, const std::string& mode, bool singleton = false) {
    return Run(View("def total(inputs):\n" + body, mode, singleton)).status().message();
  };
  EXPECT_NE(message("    pass\n", "python").find("must return a dict of lists, not None"), std::string::npos);
  EXPECT_NE(message("    pass\n", "pandas").find("must return a pandas DataFrame"), std::string::npos);
  EXPECT_NE(message("    return {'x': len(inputs)}\n", "python").find("one value for 'x'"), std::string::npos);
  EXPECT_NE(message("    return {'x': [str(1)]}\n", "python").find("1 values for 'x', given 3 rows"),
            std::string::npos);
  EXPECT_NE(message("    return {'x': [{}, 1, str(1)]}\n", "python").find("'x' cannot be stored"), std::string::npos);
  EXPECT_NE(message("    return [inputs]\n", "python", true).find("must return a dict, not list"), std::string::npos);
  EXPECT_NE(message("    raise SystemExit(3)\n", "python").find("exit code 3"), std::string::npos);
  EXPECT_NE(message("    return (\n", "python").find("not a whole function"), std::string::npos);
  EXPECT_TRUE(Run(View("x", "ray")).status().IsNotImplemented());
}

TEST_F(RunnerTest, SingletonGetsOneRowAndPrintsGoNowhereHarmful) {
  Trust();
  const auto result =
      Run(View("def total(inputs):\n    print('noise')\n"
               "    return {'x': float(inputs['a'] + inputs['view__a']), 'y': str(inputs['s']), 'z': object()}\n",
               "python", true))
          .ValueOrDie();
  EXPECT_EQ(static_cast<const arrow::DoubleArray&>(*result->GetColumnByName("x")).Value(1), 20.0);
  EXPECT_EQ(static_cast<const arrow::StringArray&>(*result->GetColumnByName("y")).GetString(1), "None");
}

TEST_F(RunnerTest, TrustedFunctionTakesOverWhereTheNativeOneEnds) {
  Trust();
  const auto result = Run(View("def total(inputs):\n    return {'x': [a + a for a in inputs['s']]}\n"));
  EXPECT_NE(result.status().message().find("TypeError"), std::string::npos)
      << "None + None, said by Python: " << result.status().ToString();
}

TEST_F(RunnerTest, HostOfThisProcessIsAskedInOrder) {
  std::vector<std::string> asked;
  const auto native = MakeNativeTransformation("def f(i):\n  return {'x': i['a'] + 1}\n", "python", true).ValueOrDie();
  bool has_live = false;
  SetTransformationRunner([&](const OnDemandFeatureView&, const RepoConfig&,
                              FunctionPlace place) -> arrow::Result<std::shared_ptr<Transformation>> {
    asked.push_back(FunctionPlaceName(place));
    return has_live || place == FunctionPlace::kRegistry ? native : nullptr;
  });
  FunctionLoader loader(config_);
  EXPECT_FALSE(loader.Load(View(kUpper)).ok());
  EXPECT_EQ(asked, (std::vector<std::string>{"applied", "process"})) << "there is no file in the repo";
  std::ofstream(config_.repo_path / "other.py") << "\n";
  asked.clear();
  EXPECT_FALSE(loader.Load(View(kUpper)).ok());
  EXPECT_EQ(asked, (std::vector<std::string>{"applied", "process", "whole repo"}));
  std::ofstream(config_.repo_path / "views.py") << kUpper;
  Trust();
  asked.clear();
  FunctionLoader trusting(config_);
  EXPECT_EQ(trusting.Load(View(kUpper)).ValueOrDie(), native);
  EXPECT_EQ(asked, (std::vector<std::string>{"applied", "repo", "process", "whole repo", "registry"}));
  has_live = true;
  EXPECT_EQ(trusting.Load(View(kUpper)).ValueOrDie(), native);
  EXPECT_EQ(asked.back(), "applied");
}

}  // namespace
}  // namespace feast
