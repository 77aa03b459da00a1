#include "transform/native/native_expression.h"

#include <string>

#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

std::string Pandas(const std::string& expression) {
  return "def f(inputs):\n  df = pd.DataFrame()\n  df['x'] = " + expression + "\n  return df\n";
}
std::string Singleton(const std::string& expression) { return "def f(inputs):\n  return {'x': " + expression + "}\n"; }

TEST(NativeExpressionTest, RefusesWhatIsNotOnTheList) {
  for (const char* expression : {"__import__('os').system('true')",
                                 "open('x')",
                                 "inputs.__class__",
                                 "inputs['a'].__class__",
                                 "np.random.rand(3)",
                                 "np.load('x')",
                                 "pd.read_csv('x')",
                                 "eval('1')",
                                 "inputs['a'].apply(len)",
                                 "inputs['a'].map(f)",
                                 "lambda: 1",
                                 "(lambda x: x)(1)",
                                 "[i for i in inputs]",
                                 "inputs['a'].str.len()",
                                 "inputs['a'].sum()",
                                 "inputs['a'].shift(1)",
                                 "inputs['a'].to_csv('x')",
                                 "inputs['a'] @ inputs['a']",
                                 "f'{inputs}'",
                                 "inputs[0]",
                                 "inputs",
                                 "other['a']",
                                 "x",
                                 "0 < inputs['a'] < 3",
                                 "inputs['a'] and inputs['b']",
                                 "not inputs['a']",
                                 "inputs['a'].fillna(inputs['b'])",
                                 "inputs['a'].astype('str')",
                                 "inputs['a'].round(decimals=2)",
                                 "np.where(inputs['a'])",
                                 "np.log(inputs['a'], inputs['b'])",
                                 "0x10",
                                 "1j",
                                 "b'x'",
                                 "inputs['a'] if True else inputs['b']",
                                 "df",
                                 "df['y']",
                                 "np",
                                 "99999999999999999999"}) {
    EXPECT_EQ(NativeTransformation::Translate(Pandas(expression), "pandas", false), nullptr) << expression;
  }
  for (const char* expression : {"__import__('os')", "open('x')", "inputs['a'].__class__", "math.nothing(inputs['a'])",
                                 "inputs.get('a')", "inputs['a'] & 1", "sum(inputs['a'])", "len(inputs)", "print(1)",
                                 "[1 for a in inputs['a']]", "inputs['a'] is 1", "unknown"}) {
    EXPECT_EQ(NativeTransformation::Translate(Singleton(expression), "python", true), nullptr) << expression;
  }
}

TEST(NativeExpressionTest, RefusesOtherShapesOfFunctions) {
  for (const char* source : {"", "x = 1", "def f(", "def f(inputs): return inputs", "def f(inputs):\n  return inputs\n",
                             "def f(a, b):\n  return pd.DataFrame({'x': a['y']})\n",
                             "def f(inputs, n=1):\n  return pd.DataFrame({'x': inputs['y']})\n",
                             "def f(inputs):\n  if True:\n    return pd.DataFrame({'x': inputs['y']})\n",
                             "def f(inputs):\n  for i in inputs:\n    pass\n",
                             "def f(inputs):\n  import os\n  return pd.DataFrame({'x': inputs['y']})\n",
                             "def f(inputs):\n  pd = inputs\n  return pd.DataFrame({'x': inputs['y']})\n",
                             "def f(inputs):\n  inputs['x'] = inputs['y']\n  return inputs\n",
                             "async def f(inputs):\n  return pd.DataFrame()\n",
                             "import os\ndef f(inputs):\n  return pd.DataFrame({'x': inputs['y']})\n",
                             "def f(inputs):\n  return pd.DataFrame({'x': inputs['y']})\nos.remove('x')\n",
                             "def f(inputs):\n  return pd.DataFrame({inputs: inputs['y']})\n",
                             "def f(inputs):\n\treturn pd.DataFrame({'x': inputs['y']})\n",
                             "def f(inputs):\n  return pd.DataFrame({'x': inputs['y']}, index=inputs)\n"}) {
    EXPECT_EQ(NativeTransformation::Translate(source, "pandas", false), nullptr) << source;
  }
  EXPECT_EQ(NativeTransformation::Translate(Pandas("inputs['a']"), "ray", false), nullptr);
  EXPECT_TRUE(MakeNativeTransformation("def f(x): pass", "pandas").status().IsInvalid());
}

TEST(NativeExpressionTest, SurvivesTextOfAnyShape) {
  const std::string deep(20000, '('), chain = "inputs['a']" + std::string(3000, '-') + "1";
  std::string sum = "inputs['a']";
  for (int i = 0; i < 5000; ++i) sum += " + 1";
  for (const std::string& expression : {deep, deep + "1" + std::string(20000, ')'), chain, sum, std::string(1000, '['),
                                        std::string(70000, 'x'), std::string("\0\x01\xff", 3)}) {
    EXPECT_EQ(NativeTransformation::Translate(Pandas(expression), "pandas", false), nullptr);
  }
}

TEST(NativeExpressionTest, EveryPrefixOfAFunctionIsRefusedOrTranslated) {
  const std::string whole = Pandas("np.where(inputs['a'] > 1e-3, -inputs['b'] ** 2, \"x\" == 'y')");
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto translated = NativeTransformation::Translate(whole.substr(0, size), "pandas", false);
    EXPECT_TRUE(!translated || translated->name == "f");
  }
}

std::shared_ptr<arrow::RecordBatch> OneColumn(const std::string& name, const std::shared_ptr<arrow::Array>& array) {
  const int64_t rows = array->length();
  return arrow::RecordBatch::Make(arrow::schema({arrow::field(name, array->type())}), rows, {array});
}

TEST(NativeExpressionTest, SaysWhichColumnIsMissingAndWhichTypeIsBeyondIt) {
  const auto function = MakeNativeTransformation(Pandas("inputs['a'] + 1"), "pandas").ValueOrDie();
  arrow::Int16Builder builder;
  ASSERT_TRUE(builder.Append(1).ok());
  const auto array = builder.Finish().ValueOrDie();
  const auto missing = function->Apply(OneColumn("b", array)).status();
  EXPECT_TRUE(missing.IsInvalid());
  EXPECT_NE(missing.message().find("KeyError: 'a'"), std::string::npos) << missing.message();
  const auto unknown = function->Apply(OneColumn("a", array)).status();
  EXPECT_TRUE(unknown.IsNotImplemented());
  EXPECT_NE(unknown.message().find("int16"), std::string::npos);
  EXPECT_NE(unknown.message().find("trust_registry_code: true"), std::string::npos);
}

TEST(NativeExpressionTest, IntegersThatNoDoubleIsAreNotMadeDoublesByANull) {
  const auto function = MakeNativeTransformation(Pandas("inputs['a'] + 1"), "pandas").ValueOrDie();
  const auto applied = [&](std::initializer_list<int64_t> values, bool with_null) {
    arrow::Int64Builder builder;
    for (const int64_t value : values) EXPECT_TRUE(builder.Append(value).ok());
    EXPECT_TRUE(!with_null || builder.AppendNull().ok());
    return function->Apply(OneColumn("a", builder.Finish().ValueOrDie())).status();
  };
  EXPECT_TRUE(applied({int64_t{1} << 53}, true).ok());
  EXPECT_TRUE(applied({(int64_t{1} << 53) + 1}, false).ok());
  EXPECT_TRUE(applied({1, (int64_t{1} << 53) + 1}, true).IsNotImplemented());
  EXPECT_TRUE(applied({INT64_MIN}, true).IsNotImplemented());
}

TEST(NativeExpressionTest, IntegersThatPythonWouldGrowAreNotWrapped) {
  arrow::Int64Builder builder;
  ASSERT_TRUE(builder.Append(INT64_MAX).ok());
  const auto batch = OneColumn("a", builder.Finish().ValueOrDie());
  for (const char* expression : {"inputs['a'] + 1", "inputs['a'] * 2", "inputs['a'] ** 9", "-inputs['a'] - 2"}) {
    const auto function = MakeNativeTransformation(Singleton(expression), "python", true).ValueOrDie();
    EXPECT_TRUE(function->Apply(batch).status().IsNotImplemented()) << expression;
  }
  // numpy wraps.
  const auto wraps =
      MakeNativeTransformation(Pandas("inputs['a'] + 1"), "pandas").ValueOrDie()->Apply(batch).ValueOrDie();
  EXPECT_EQ(static_cast<const arrow::Int64Array&>(*wraps->column(0)).Value(0), INT64_MIN);
}

}  // namespace
}  // namespace feast
