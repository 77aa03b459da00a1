// How the function of an on-demand feature view becomes runnable.
//
// By the first of these that holds:
//   1. the view's transformation is live: written in C++ and registered, or a function of the Python this library is
//   loaded into, which applied the view or defined it in a file of the local feature repo;
//   2. its source text stands in a .py file of the local feature repo, and loading the definition files makes the view;
//   3. the Python this library is loaded into has defined the view elsewhere, as in a notebook;
//   4. it is simple enough for the native evaluator (native_expression.h);
//   5. the repo's definition files make the view, wherever its function comes from;
//   6. the configuration trusts the registry: its text is compiled and called.
// Otherwise it does not run, and the error says what to set. A function is that of a view, never any that looks the
// same (python/feast/_view_functions.py). Only source text is ever used, never a pickle.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/definitions_fwd.h"
#include "feast/repo_config.h"
#include "feast/transformation.h"

namespace feast {

class PythonWorker;

/// Where a view's function is looked for in Python.
enum class FunctionPlace {
  /// What this process has applied, or defined in the files of the local repo that it has loaded.
  kApplied,
  /// The definition files of the repo, if its text is in a file.
  kRepo,
  /// What this process has defined anywhere.
  kProcess,
  /// All the definition files of the repo.
  kWholeRepo,
  /// Its own text in the registry.
  kRegistry,
};

/// As python/feast/_view_functions.py calls it.
const char* FunctionPlaceName(FunctionPlace place);

/// Tells the store of a configuration from others in this process: where its registry is, and the project.
std::string StoreKey(const RepoConfig& config);

/// Gives a view's function in the Python that this library is loaded into; nullptr when it is not in that place.
using TransformationRunner = std::function<arrow::Result<std::shared_ptr<Transformation>>(
    const OnDemandFeatureView& view, const RepoConfig& config, FunctionPlace place)>;

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

/// What stands in the .py files of the feature repo. Reads files, runs nothing.
struct RepoText {
  bool has_files = false;
  /// One of them has `source_text` as whole lines. Whether it may be used there is settled by Python.
  bool has_text = false;
};
RepoText SearchRepo(const RepoConfig& config, const std::string& source_text);

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
