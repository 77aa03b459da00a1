// Source text of functions: refused, or computed without Python.
#include <string>

#include "arrow/array/array_base.h"
#include "arrow/json/from_string.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "input.h"
#include "transform/native/native_expression.h"

namespace {

std::shared_ptr<arrow::RecordBatch> Rows() {
  const auto column = [](const std::shared_ptr<arrow::DataType>& type, const std::string& values) {
    return arrow::json::ArrayFromJSONString(type, values).ValueOrDie();
  };
  const auto schema = arrow::schema({arrow::field("a", arrow::int64()), arrow::field("b", arrow::float64()),
                                     arrow::field("c", arrow::utf8()), arrow::field("d", arrow::boolean())});
  return arrow::RecordBatch::Make(
      schema, 4,
      {column(arrow::int64(), "[0, -9223372036854775808, null, 3]"),
       column(arrow::float64(), "[0.0, -1e308, null, 2.5]"), column(arrow::utf8(), R"(["", "x", null, "y"])"),
       column(arrow::boolean(), "[true, false, null, true]")});
}

void Try(const std::string& text, const std::string& mode, bool singleton) {
  static const auto* const rows = new std::shared_ptr<arrow::RecordBatch>(Rows());
  const auto function = feast::NativeTransformation::Translate(text, mode, singleton);
  if (function == nullptr) return;
  const auto result = function->Apply(*rows);
  feast::fuzz::Require(!result.ok() || (*result)->ValidateFull().ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const std::string& whole :
       {text, "def f(inputs):\n  df = pd.DataFrame()\n  df['x'] = " + text + "\n  return df\n"}) {
    Try(whole, "pandas", false);
  }
  for (const std::string& whole : {text, "def f(inputs):\n  return {'x': " + text + "}\n"}) {
    Try(whole, "python", false);
    Try(whole, "python", true);
  }
  return 0;
}
