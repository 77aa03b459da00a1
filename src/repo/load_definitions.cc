#include "repo/load_definitions.h"

#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "definitions/proto.h"
#include "text/json_text.h"
#include "transform/python/python_process.h"
#include "transform/python/python_worker.h"

namespace feast {
namespace {

// The child answers with one message: 'R', a registry message and its objects' origins as JSON; or 'E' and an error
// text. Each part has its length before it, eight bytes, little-endian. After an 'R' that names functions it waits for
// messages of PythonWorker.
constexpr char kResult = 'R';
constexpr char kError = 'E';
constexpr uint64_t kPartBytesMax = 1 << 30;

arrow::Result<std::string> ReadPart(PythonProcess* child, const CallContext& context) {
  unsigned char header[8];
  ARROW_RETURN_NOT_OK(child->Read(header, sizeof(header), context));
  uint64_t size = 0;
  for (int i = 7; i >= 0; --i) size = size << 8 | header[i];
  if (size > kPartBytesMax) return arrow::Status::CapacityError("The definitions take more than 1 GiB");
  std::string part(size, '\0');
  ARROW_RETURN_NOT_OK(child->Read(part.data(), static_cast<int64_t>(size), context));
  return part;
}

/// Gives `objects`, in order, the origins of one kind: [["file", line], …].
template <typename T>
void SetOrigins(const nlohmann::json& all, const char* kind, const std::vector<std::shared_ptr<T>>& objects) {
  const auto origins = all.find(kind);
  if (origins == all.end() || !origins->is_array() || origins->size() != objects.size()) return;
  for (size_t i = 0; i < objects.size(); ++i) {
    const nlohmann::json& origin = (*origins)[i];
    if (!origin.is_array() || origin.size() != 2 || !origin[0].is_string() || !origin[1].is_number_integer()) continue;
    objects[i]->origin = {origin[0].get<std::string>(), origin[1].get<int>()};
  }
}

/// A view travels with a copy of its source, which came from where the source of that name came from.
void SetOriginOfCopy(const Definitions& definitions, DataSource* copy) {
  if (!copy) return;
  for (const auto& source : definitions.data_sources) {
    if (source->name == copy->name) copy->origin = source->origin;
  }
}

void SetAllOrigins(const std::string& text, const Definitions& definitions) {
  const nlohmann::json all = ParseJson(text);
  if (!all.is_object()) return;
  if (definitions.project) SetOrigins(all, "projects", std::vector{definitions.project});
  SetOrigins(all, "entities", definitions.entities);
  SetOrigins(all, "data_sources", definitions.data_sources);
  SetOrigins(all, "feature_views", definitions.feature_views);
  SetOrigins(all, "on_demand_feature_views", definitions.on_demand_feature_views);
  SetOrigins(all, "feature_services", definitions.feature_services);
  for (const auto& view : definitions.feature_views) {
    SetOriginOfCopy(definitions, view->batch_source.get());
    SetOriginOfCopy(definitions, view->stream_source.get());
  }
}

/// Makes the functions of on-demand views run in the process that has evaluated them: they are tried there, with the
/// globals and closures of then. The process ends with the definitions.
void KeepFunctions(const std::string& text, std::unique_ptr<PythonProcess> child, const Definitions& definitions) {
  const nlohmann::json all = ParseJson(text);
  const auto worker = std::make_shared<PythonWorker>(std::move(child));
  const auto functions = all.is_object() ? all.find("functions") : all.end();
  if (functions == all.end() || !functions->is_array()) return;
  const auto& views = definitions.on_demand_feature_views;
  for (uint32_t number = 0; number < functions->size(); ++number) {
    const nlohmann::json& index = (*functions)[number];
    if (!index.is_number_unsigned() || index.get<size_t>() >= views.size()) continue;
    auto& transformation = views[index.get<size_t>()]->transformation;
    if (transformation) transformation = worker->OwnFunction(*transformation, number);
  }
}

arrow::Result<Definitions> Parse(const std::string& bytes, const std::string& project) {
  core::Registry registry;
  if (!registry.ParseFromString(bytes)) {
    return arrow::Status::Invalid(
        "The Python package sent definitions this program cannot read. Do both come from the same "
        "installation (pip install feast-cpp)?");
  }
  return FromProto(registry, project);
}

}  // namespace

arrow::Result<Definitions> LoadDefinitions(const RepoConfig& config) {
  PythonProcess::Options options;
  options.arguments = {std::filesystem::absolute(config.repo_path.empty() ? "." : config.repo_path).lexically_normal(),
                       config.project};
  options.stdout_to_stderr = true;
  const CallContext& context = CallContext::OfThread();
  ARROW_ASSIGN_OR_RAISE(auto child, PythonProcess::Start("feast._evaluate", options));
  char kind = 0;
  ARROW_RETURN_NOT_OK(child->Read(&kind, 1, context));
  ARROW_ASSIGN_OR_RAISE(const std::string first, ReadPart(child.get(), context));
  if (kind == kError) {
    ARROW_RETURN_NOT_OK(child->Wait(context));
    return arrow::Status::Invalid(first);
  }
  if (kind != kResult) return arrow::Status::Invalid("Python's feast._evaluate answered in an unknown way.");
  ARROW_ASSIGN_OR_RAISE(const std::string origins, ReadPart(child.get(), context));
  ARROW_ASSIGN_OR_RAISE(Definitions definitions, Parse(first, config.project));
  SetAllOrigins(origins, definitions);
  // The files may have left something to do at exit: without functions the worker waits for the end here.
  KeepFunctions(origins, std::move(child), definitions);
  return definitions;
}

}  // namespace feast
