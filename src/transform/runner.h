// How the function of an on-demand feature view becomes runnable.
//
// By the first of these that holds:
//   1. the view's transformation is live: written in C++ and registered, or a function of the Python this library is
//   loaded into;
//   2. its source text stands in a .py file of the local feature repo: that file is imported and the function called;
//   3. it is simple enough for the native evaluator (native_expression.h);
//   4. the configuration trusts the registry: its text is compiled and called.
// Otherwise it does not run, and the error says what to set. Only source text is ever used, never a pickle.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/definitions.h"
#include "feast/repo_config.h"

namespace feast {

class PythonWorker;

/// What a host may use to run a view's function: a function it already holds and nothing else when both are unset.
struct FunctionCode {
  /// The local definition file that contains the function's text.
  std::filesystem::path local_file;
  /// The view's own source text may be compiled.
  bool trusted = false;
};

/// Gives a view's function in the Python that this library is loaded into; nullptr when it has none with this code.
using TransformationRunner = std::function<arrow::Result<std::shared_ptr<Transformation>>(
    const OnDemandFeatureView& view, const RepoConfig& config, const FunctionCode& code)>;

/// Installed once, by the Python module, before the first use. Without one, functions run in a worker process.
void SetTransformationRunner(TransformationRunner runner);

/// Whether `trust_registry_code: true` is set in the configuration or FEAST_TRUST_REGISTRY_CODE=1 in the environment.
bool TrustsRegistryCode(const RepoConfig& config);

/// The tag of a view with `streaming=True`, by which its author promises that each row of its function's result depends
/// on the same row of its input alone. Feast carries tags it does not know.
inline constexpr const char* kStreamingTag = "feast:streaming";

/// Whether the view's function may get its rows in batches without its result changing: it sees one row at a time
/// (singleton), its text can be nothing but arithmetic over rows (native_expression.h), or its author promises it.
/// `input`: the columns the function gets.
bool IsRowByRow(const OnDemandFeatureView& view, const arrow::Schema& input);

/// The .py file of the feature repo that contains `source_text` as whole lines; "" for none. Reads files, runs nothing.
std::filesystem::path FindLocalFile(const RepoConfig& config, const std::string& source_text);

/// Makes the functions of one job runnable. What it returns shares one worker process, started by the first function
/// that needs it and ended with the last of them. Not thread-safe, nor are the worker's transformations.
class FunctionLoader {
 public:
  explicit FunctionLoader(RepoConfig config);
  ~FunctionLoader();

  /// Invalid, saying what to set, when the function may not run; NotImplemented for a mode without a way to run.
  arrow::Result<std::shared_ptr<Transformation>> Load(const OnDemandFeatureView& view);

 private:
  RepoConfig config_;
  std::shared_ptr<PythonWorker> worker_;
};

}  // namespace feast
