#include "transform/native/native_expression.h"

#include <algorithm>

#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "arrow/type_traits.h"
#include "transform/native/row_program.h"

namespace feast {

std::shared_ptr<NativeTransformation> NativeTransformation::Translate(const std::string& source_text,
                                                                      const std::string& mode, bool singleton) {
  const std::optional<python_syntax::Function> function = python_syntax::ParseFunction(source_text);
  if (!function) return nullptr;
  NativeFunction translated;
  if (mode == "pandas") translated = CompileVectorProgram(*function);
  if (mode == "python") translated = CompileRowProgram(*function, singleton);
  if (!translated) return nullptr;
  std::shared_ptr<NativeTransformation> transformation(new NativeTransformation(std::move(translated)));
  transformation->name = function->name;
  transformation->source_text = source_text;
  transformation->mode = mode;
  transformation->strings_ = python_syntax::Strings(*function);
  return transformation;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> NativeTransformation::Apply(
    const std::shared_ptr<arrow::RecordBatch>& input) const {
  auto result = function_(*input);
  if (result.status().IsNotImplemented()) {
    return result.status().WithMessage(
        "its function can only run in Python, because of ", result.status().message(),
        ". Run from the feature repo that defines it, or set `trust_registry_code: true` in "
        "feature_store.yaml if you trust everyone who can write to the registry.");
  }
  return result;
}

bool NativeTransformation::IsRowByRow(const arrow::Schema& input) const {
  if (mode != "pandas") return true;
  return std::none_of(strings_.begin(), strings_.end(), [&](const std::string& name) {
    const auto field = input.GetFieldByName(name);
    return field && !arrow::is_floating(field->type()->id());
  });
}

arrow::Result<std::shared_ptr<Transformation>> MakeNativeTransformation(const std::string& source_text,
                                                                        const std::string& mode, bool singleton) {
  if (auto transformation = NativeTransformation::Translate(source_text, mode, singleton)) return transformation;
  return arrow::Status::Invalid("The text is not a simple enough Python function in mode '", mode,
                                "' to run natively; see docs/semantics/native_functions.md for what is:\n",
                                source_text);
}

}  // namespace feast
