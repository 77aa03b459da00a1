// A function from input columns to feature columns: the body of an on-demand, batch or stream feature view.
//
// A program registers a transformation written in C++ by deriving from Transformation and giving an object of it to a
// view. What is stored in the registry is its name, source text and mode.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/export.h"

namespace FEAST_EXPORT feast {

class Transformation {
 public:
  virtual ~Transformation() = default;

  /// Computes feature columns for `input`, one output row for each input row. Output columns come in any order; the
  /// caller picks and checks them. Thread-safe unless the implementation says otherwise.
  virtual arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(
      const std::shared_ptr<arrow::RecordBatch>& input) const = 0;

  /// The function's name.
  std::string name;
  /// Its source text, for people and for running it elsewhere; never compiled before it may run.
  std::string source_text;
  /// "pandas", "python", "native", …
  std::string mode;
  /// Feast's pickled form of the function. Written for Feast's sake and carried along; never loaded by this library.
  std::string pickled_body;
  /// Mode "substrait": the serialized plan. Carried along like the pickled form.
  std::string substrait_plan;
};

/// Makes `transformation` the one that runs in this process for views whose stored transformation has its name, mode
/// and source text. Replaces an earlier one of that name. Thread-safe.
void RegisterTransformation(std::shared_ptr<const Transformation> transformation);

/// A simple Python function (arithmetic over columns) that runs natively, without Python. `mode` is "pandas" or
/// "python". Invalid when the text is not simple enough.
arrow::Result<std::shared_ptr<Transformation>> MakeNativeTransformation(const std::string& source_text,
                                                                        const std::string& mode,
                                                                        bool singleton = false);

}  // namespace feast
