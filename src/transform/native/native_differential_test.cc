// Native functions against the same functions in Python: what pandas, numpy and Python compute is the oracle.
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/compute/cast.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "gtest/gtest.h"
#include "transform/native/native_expression.h"
#include "transform/python/python_worker.h"

namespace feast {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPandasExpressions[] = {
    R"(inputs["a"] + inputs["b"])",
    R"(inputs["a"] - inputs["f"])",
    R"(inputs["a"] * 3)",
    R"(inputs["a"] / inputs["b"])",
    R"(inputs["a"] // inputs["b"])",
    R"(inputs["a"] % inputs["b"])",
    R"(inputs["d"] / inputs["a"])",
    R"(inputs["d"] // inputs["b"])",
    R"(inputs["d"] % inputs["b"])",
    R"(inputs["d"] // 0)",
    R"(inputs["a"] % 0)",
    R"(inputs["a"] // 0)",
    R"(inputs["a"] // -3 + inputs["a"] % -3)",
    R"(7 // inputs["b"])",
    R"(7.5 % inputs["d"])",
    R"(inputs["a"] ** 2)",
    R"(inputs["d"] ** 2)",
    R"(2 ** inputs["a"].abs())",
    R"(inputs["f"] * inputs["f"] + inputs["f"])",
    R"(inputs["f"] / 3)",
    R"(inputs["f"] + inputs["i"])",
    R"(inputs["i"] * inputs["i"])",
    R"(inputs["i"] + 1)",
    R"(inputs["i"] / 2)",
    R"(inputs["i"] + inputs["a"])",
    R"(inputs["i"] + 0.5)",
    R"(-inputs["a"] + +inputs["d"])",
    R"(-(inputs["d"] ** 2))",
    R"(inputs["t"] + inputs["a"])",
    R"(inputs["t"] + inputs["t"])",
    R"(inputs["t"] * 1.5)",
    R"(inputs["a"] > inputs["b"])",
    R"(inputs["d"] != inputs["d"])",
    R"((inputs["d"] > 0) & (inputs["a"] <= 3))",
    R"((inputs["d"] > 0) | ~(inputs["a"] == 3))",
    R"((inputs["d"] > 0) ^ inputs["t"])",
    R"((inputs["a"] > 0).astype(int))",
    R"(inputs["a"].astype("float"))",
    R"(inputs["a"].astype("float32") / 3)",
    R"(inputs["d"].fillna(0).round().astype("int64"))",
    R"(inputs["d"].fillna(-1.5))",
    R"(inputs["d"].round(2))",
    R"(inputs["d"].round(1).abs())",
    R"(inputs["f"].round(1))",
    R"(inputs["d"].isna())",
    R"(inputs["d"].notna())",
    R"(pd.isna(inputs["n"]))",
    R"(inputs["n"] + 1)",
    R"(inputs["n"] * inputs["a"])",
    R"(np.log(inputs["d"].abs() + 1))",
    R"(np.sqrt(inputs["a"]))",
    R"(np.exp(inputs["d"]))",
    R"(np.log1p(inputs["a"]))",
    R"(np.floor(inputs["d"]))",
    R"(np.abs(inputs["a"]))",
    R"(np.where(inputs["d"] > 0, inputs["a"], inputs["b"]))",
    R"(np.where(inputs["d"] > 0, 1, 0))",
    R"(np.where(inputs["d"] > 0, inputs["i"], 0.5))",
    R"(np.where(inputs["a"] > 2, inputs["d"], np.nan))",
    R"(np.maximum(inputs["d"], inputs["a"]))",
    R"(np.minimum(inputs["a"], 2))",
    R"((inputs["a"] + 1) * (inputs["d"] - 2) / (inputs["b"] + 0.5))",
};

constexpr const char* kRowExpressions[] = {
    "a + b",
    "a - d",
    "a * 3 + b",
    "a / (abs(b) + 1)",
    "a // (abs(b) + 1)",
    "a % -7",
    "-a // 4",
    "d // 0.3",
    "d % 0.3",
    "-d % 2",
    "a ** 2",
    "d ** 2",
    "2 ** abs(a)",
    "2 ** -abs(a)",
    "a > b",
    "a == b or d > 0",
    "a > 0 and b",
    "not a",
    "-a",
    "+t",
    "t + a",
    "1.5 if a > b else d",
    "None if n is None else n + 1",
    "n * 2 if n is not None else 0",
    "n == None",
    "min(a, b)",
    "max(a, b, d)",
    "float(a)",
    "int(d)",
    "bool(a)",
    "math.sqrt(abs(d))",
    "math.log(abs(a) + 1)",
    "(a + b) * (d - 1) / 2",
    "a / b",
    "n + 1",
    "math.log(a)",
};

class NativeDifferentialTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const fs::path source(FEAST_SOURCE_DIR);
    // The package as it stands in the source tree, without its extension module, which the worker does not need.
    setenv("PYTHONPATH", (source / "python").c_str(), 1);
    setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
    if (fs::exists(source / ".venv/bin/python")) setenv("FEAST_PYTHON", (source / ".venv/bin/python").c_str(), 0);
    worker_ = new std::shared_ptr<PythonWorker>(std::make_shared<PythonWorker>(fs::path()));
  }
  static void TearDownTestSuite() { delete worker_; }

  template <typename Builder, typename Generate>
  std::shared_ptr<arrow::Array> Column(int rows, double null_share, Generate generate) {
    Builder builder;
    std::uniform_real_distribution<double> share(0, 1);
    for (int i = 0; i < rows; ++i) {
      EXPECT_TRUE((share(random_) < null_share ? builder.AppendNull() : builder.Append(generate())).ok());
    }
    return builder.Finish().ValueOrDie();
  }

  /// a, b, i: integers; d, f: floats, half of the time with nulls; t: booleans; n: integers, half of the time with
  /// nulls.
  std::shared_ptr<arrow::RecordBatch> RandomBatch(bool floats_have_nulls) {
    const int rows = 40;
    std::uniform_int_distribution<int> integer(-6, 6);
    std::normal_distribution<double> real(0, 3);
    const auto next_integer = [&] { return integer(random_); };
    const auto next_real = [&] { return integer(random_) == 0 ? 0.0 : real(random_); };
    const double nulls = floats_have_nulls ? 0.2 : 0;
    return arrow::RecordBatch::Make(
        arrow::schema({arrow::field("a", arrow::int64()), arrow::field("b", arrow::int64()),
                       arrow::field("i", arrow::int32()), arrow::field("d", arrow::float64()),
                       arrow::field("f", arrow::float32()), arrow::field("t", arrow::boolean()),
                       arrow::field("n", arrow::int64())}),
        rows,
        {Column<arrow::Int64Builder>(rows, 0, next_integer), Column<arrow::Int64Builder>(rows, 0, next_integer),
         Column<arrow::Int32Builder>(rows, 0, next_integer), Column<arrow::DoubleBuilder>(rows, nulls, next_real),
         Column<arrow::FloatBuilder>(rows, nulls, [&] { return static_cast<float>(next_real()); }),
         Column<arrow::BooleanBuilder>(rows, 0, [&] { return integer(random_) > 0; }),
         Column<arrow::Int64Builder>(rows, nulls, next_integer)});
  }

  static void ExpectSame(const arrow::Result<std::shared_ptr<arrow::RecordBatch>>& native,
                         const arrow::Result<std::shared_ptr<arrow::RecordBatch>>& python, const std::string& what) {
    if (!python.ok()) {
      ASSERT_TRUE(native.status().IsInvalid())
          << what << "\nnative: " << native.status().ToString() << "\npython: " << python.status().ToString();
      // The same exception class.
      EXPECT_EQ(native.status().message().substr(0, 9), python.status().message().substr(0, 9)) << what;
      return;
    }
    ASSERT_TRUE(native.ok()) << what << ": " << native.status().ToString();
    const auto ours = (*native)->GetColumnByName("x"), theirs = (*python)->GetColumnByName("x");
    ASSERT_TRUE(ours && theirs) << what;
    ASSERT_EQ(ours->type()->ToString(), theirs->type()->ToString()) << what;
    ASSERT_EQ(ours->length(), theirs->length()) << what;
    if (ours->type_id() == arrow::Type::NA) return;
    const double tolerance = ours->type_id() == arrow::Type::FLOAT ? 1e-6 : 1e-13;
    const auto to_double = [](const std::shared_ptr<arrow::Array>& array) {
      return std::static_pointer_cast<arrow::DoubleArray>(arrow::compute::Cast(*array, arrow::float64()).ValueOrDie());
    };
    const auto a = to_double(ours), b = to_double(theirs);
    for (int64_t i = 0; i < a->length(); ++i) {
      ASSERT_EQ(a->IsNull(i), b->IsNull(i)) << what << " row " << i;
      if (a->IsNull(i) || a->Value(i) == b->Value(i) || (std::isnan(a->Value(i)) && std::isnan(b->Value(i)))) continue;
      ASSERT_LE(std::fabs(a->Value(i) - b->Value(i)), tolerance * std::fabs(b->Value(i))) << what << " row " << i;
    }
  }

  void CheckFunction(const std::string& source, const std::string& mode, bool singleton, const std::string& what) {
    const auto native = NativeTransformation::Translate(source, mode, singleton);
    ASSERT_TRUE(native) << what << " is not translated:\n" << source;
    const auto python = (*worker_)
                            ->Find({.view = "v",
                                    .name = "f",
                                    .mode = mode,
                                    .source_text = source,
                                    .singleton = singleton,
                                    .columns = {"x"},
                                    .place = "registry"})
                            .ValueOrDie();
    for (const bool nulls : {false, true}) {
      const auto batch = RandomBatch(nulls);
      ExpectSame(native->Apply(batch), python->Apply(batch), what + (nulls ? " with nulls" : ""));
    }
  }

  std::mt19937 random_{20240607};
  static std::shared_ptr<PythonWorker>* worker_;
};

std::shared_ptr<PythonWorker>* NativeDifferentialTest::worker_ = nullptr;

TEST_F(NativeDifferentialTest, PandasExpressions) {
  for (const std::string expression : kPandasExpressions) {
    CheckFunction("def f(inputs: pd.DataFrame) -> pd.DataFrame:\n  df = pd.DataFrame()\n  df[\"x\"] = " + expression +
                      "\n  return df\n",
                  "pandas", false, expression);
  }
}

TEST_F(NativeDifferentialTest, RowExpressions) {
  for (const std::string expression : kRowExpressions) {
    CheckFunction(
        "def f(inputs):\n  return {\"x\": [" + expression +
            " for a, b, d, t, n in zip(inputs[\"a\"], inputs[\"b\"], inputs[\"d\"], inputs[\"t\"], inputs[\"n\"])]}\n",
        "python", false, expression);
  }
}

TEST_F(NativeDifferentialTest, SingletonExpressions) {
  for (const std::string expression : kRowExpressions) {
    std::string body;
    for (const char* name : {"a", "b", "d", "t", "n"})
      body += std::string("  ") + name + " = inputs[\"" + name + "\"]\n";
    CheckFunction("def f(inputs):\n" + body + "  return {\"x\": " + expression + "}\n", "python", true, expression);
  }
}

TEST_F(NativeDifferentialTest, WholeFunctions) {
  CheckFunction(R"(
@on_demand_feature_view(
    sources=[view, request],
    schema=[Field(name="x", dtype=Float64)],
)
def f(features_df: pd.DataFrame) -> pd.DataFrame:
    """Doubles, then adds."""
    import numpy as np

    total = features_df["a"] + features_df["b"]  # both counts
    half = total / 2
    df = pd.DataFrame(index=features_df.index)
    df['y'] = np.where(half > 1, half, 0)
    df['x'] = df['y'] + total
    return df
)",
                "pandas", false, "variables and columns");
  CheckFunction("def f(df):\n  return pd.DataFrame({\"x\": df[\"a\"] * 2, 'y': df['b']})\n", "pandas", false,
                "a frame of a dict");
  CheckFunction("def f(df):\n  out = df.copy()\n  out['x'] = out['a'] + out['d']\n  return out\n", "pandas", false,
                "a copy");
  CheckFunction(R"(def f(inputs: Dict[str, Any]) -> Dict[str, Any]:
  output: Dict[str, Any] = {}
  doubled = [v * 2 for v in inputs["a"]]
  output["x"] = [
      first + second
      for first, second in zip(doubled, inputs["b"])
  ]
  return output
)",
                "python", false, "lists in variables");
}

}  // namespace
}  // namespace feast
