// Python functions as transformations.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>
#include <string>

#include "arguments.h"
#include "feast/definitions.h"
#include "feast/transformation.h"

namespace feast::python {

namespace nb = nanobind;

/// A function of this process. Copies share the function; it may be created and destroyed on any thread.
class PythonFunction : public Transformation {
 public:
  explicit PythonFunction(nb::object function) : function_(std::move(function)) {}
  ~PythonFunction() override;
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(
      const std::shared_ptr<arrow::RecordBatch>& input) const override;

  const nb::object& function() const { return function_; }
  /// Python mode: called row by row with plain values.
  bool singleton = false;

 private:
  nb::object function_;
};

class PandasFunction : public PythonFunction {
  using PythonFunction::PythonFunction;
};
class PythonModeFunction : public PythonFunction {
  using PythonFunction::PythonFunction;
};

/// The function with what is stored of it: its name, source text (found by inspection when `text` is empty) and Feast's
/// pickled form.
std::shared_ptr<PythonFunction> MakeFunction(const nb::object& function, const std::string& mode, std::string text,
                                             const std::string& name, bool singleton);
/// Makes Feast's pickled form of a function of this process anew: it holds globals, which may have been set since the
/// view was made. Does nothing for other transformations and for nullptr.
void StoreAsItIsNow(Transformation* transformation);
/// Takes 'feature_transformation', 'udf' and 'udf_string' of a view; nullptr when neither is given.
std::shared_ptr<Transformation> TakeTransformation(Arguments& arguments, const std::string& mode, bool singleton);
/// Takes 'mode': text or a TransformationMode; in lower case.
std::string TakeMode(Arguments& arguments, const std::string& fallback);

/// The function behind a transformation: the live one where this process has it, otherwise one that says why it cannot
/// be called. `view`: whose it is, where that is known.
nb::object FunctionOf(const std::shared_ptr<Transformation>& transformation, const std::string& view = {});
nb::object SourceTextOf(const std::shared_ptr<Transformation>& transformation);

}  // namespace feast::python
