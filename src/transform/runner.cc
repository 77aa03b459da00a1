#include "transform/runner.h"

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/record_batch.h"
#include "definitions/column_names.h"
#include "definitions/proto.h"
#include "transform/native/native_expression.h"
#include "transform/python/python_worker.h"
#include "transform/registered_transformations.h"

namespace feast {
namespace {

std::mutex runner_mutex;
TransformationRunner runner;

TransformationRunner InstalledRunner() {
  std::lock_guard lock(runner_mutex);
  return runner;
}

/// What results may be called, by the field's name and with either name of the view before it.
std::vector<std::string> OutputColumns(const OnDemandFeatureView& view) {
  std::set<std::string> names;
  for (const Field& field : view.features) {
    names.insert(field.name);
    names.insert(FullFeatureName(view.name, field.name));
    names.insert(FullFeatureName(view.projection.name_to_use(), field.name));
  }
  return {names.begin(), names.end()};
}

/// Runs natively; batches with columns that the native evaluator does not know go to Python.
class NativeOrPython : public Transformation {
 public:
  NativeOrPython(std::shared_ptr<Transformation> native, std::shared_ptr<Transformation> python)
      : native_(std::move(native)), python_(std::move(python)) {
    name = native_->name;
    source_text = native_->source_text;
    mode = native_->mode;
  }

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(
      const std::shared_ptr<arrow::RecordBatch>& input) const override {
    auto result = native_->Apply(input);
    return result.status().IsNotImplemented() ? python_->Apply(input) : result;
  }

 private:
  std::shared_ptr<Transformation> native_, python_;
};

bool RunsInPython(const std::string& mode) { return mode == "pandas" || mode == "python"; }

}  // namespace

const char* FunctionPlaceName(FunctionPlace place) {
  switch (place) {
    case FunctionPlace::kApplied:
      return "applied";
    case FunctionPlace::kRepo:
      return "repo";
    case FunctionPlace::kProcess:
      return "process";
    case FunctionPlace::kWholeRepo:
      return "whole repo";
    case FunctionPlace::kRegistry:
      break;
  }
  return "registry";
}

std::string StoreKey(const RepoConfig& config) {
  const std::string& path = config.registry.path;
  const bool is_uri = path.find("://") != std::string::npos;
  return config.project + '\n' +
         (is_uri ? path : std::filesystem::absolute(config.repo_path / path).lexically_normal().string());
}

void SetTransformationRunner(TransformationRunner new_runner) {
  std::lock_guard lock(runner_mutex);
  runner = std::move(new_runner);
}

bool TrustsRegistryCode(const RepoConfig& config) {
  if (const char* text = std::getenv("FEAST_TRUST_REGISTRY_CODE"); text && *text) {
    const std::string_view value = text;
    return value == "1" || value == "true";
  }
  const auto setting = config.extra.find("trust_registry_code");
  const bool* value = setting == config.extra.end() ? nullptr : setting->second.As<bool>();
  return value && *value;
}

bool IsRowByRow(const OnDemandFeatureView& view, const arrow::Schema& input) {
  if (view.singleton) return true;
  if (const auto tag = view.tags.find(kStreamingTag); tag != view.tags.end() && tag->second == "true") return true;
  if (!view.transformation) return false;
  const Transformation& function = *view.transformation;
  const std::string& mode = function.mode.empty() ? view.mode : function.mode;
  const auto native = NativeTransformation::Translate(function.source_text, mode, view.singleton);
  return native && native->IsRowByRow(input);
}

FunctionLoader::FunctionLoader(RepoConfig config) : config_(std::move(config)) {}
FunctionLoader::~FunctionLoader() = default;

arrow::Result<std::shared_ptr<Transformation>> FunctionLoader::Load(const OnDemandFeatureView& view) {
  const std::shared_ptr<Transformation>& stored = view.transformation;
  if (!stored) return arrow::Status::Invalid("On-demand feature view has no function: '", view.name, "'");
  if (!std::dynamic_pointer_cast<StoredTransformation>(stored)) return stored;

  if (auto registered = FindRegisteredTransformation(*stored)) return registered;

  const std::string& mode = stored->mode.empty() ? view.mode : stored->mode;
  const TransformationRunner host = InstalledRunner();
  // With a host, functions run in it; else in a worker, which has defined nothing by itself.
  const auto look = [&](FunctionPlace place) -> arrow::Result<std::shared_ptr<Transformation>> {
    if (host) return host(view, config_, place);
    if (place == FunctionPlace::kApplied || place == FunctionPlace::kProcess) return nullptr;
    if (!worker_) worker_ = std::make_shared<PythonWorker>(config_.repo_path);
    return worker_->Find({.view = view.name,
                          .name = stored->name,
                          .mode = mode,
                          .source_text = stored->source_text,
                          .singleton = view.singleton,
                          .columns = OutputColumns(view),
                          .place = FunctionPlaceName(place)});
  };
  ARROW_ASSIGN_OR_RAISE(auto found, look(FunctionPlace::kApplied));
  if (found) return found;
  if (!RunsInPython(mode)) {
    ARROW_ASSIGN_OR_RAISE(found, look(FunctionPlace::kProcess));
    if (found) return found;
    return arrow::Status::NotImplemented(
        "On-demand feature view '", view.name, "' has mode '", mode,
        "', which runs only in a program that registers the transformation '", stored->name,
        "' (RegisterTransformation). Functions in mode 'pandas' or 'python' run everywhere.");
  }
  const RepoText repo = SearchRepo(config_, stored->source_text);
  if (repo.has_text) {
    ARROW_ASSIGN_OR_RAISE(found, look(FunctionPlace::kRepo));
    if (found) return found;
  }
  ARROW_ASSIGN_OR_RAISE(found, look(FunctionPlace::kProcess));
  if (found) return found;
  const auto native = NativeTransformation::Translate(stored->source_text, mode, view.singleton);
  if (!native && repo.has_files) {
    ARROW_ASSIGN_OR_RAISE(found, look(FunctionPlace::kWholeRepo));
    if (found) return found;
  }
  if (TrustsRegistryCode(config_)) {
    ARROW_ASSIGN_OR_RAISE(found, look(FunctionPlace::kRegistry));
    if (native && found) return std::make_shared<NativeOrPython>(native, found);
    if (found) return found;
  }
  if (native) return native;
  return arrow::Status::Invalid(
      "The function of on-demand feature view '", view.name,
      "' exists only in the registry, and code from there does not run unasked. Run from the feature repo that defines "
      "it, or, "
      "if you trust everyone who can write to the registry, set `trust_registry_code: true` in feature_store.yaml or "
      "FEAST_TRUST_REGISTRY_CODE=1 in the environment.");
}

}  // namespace feast
