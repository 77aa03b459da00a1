// Runs Python functions of on-demand feature views in a worker process (python/feast/_worker.py), for programs without
// Python.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrow/result.h"
#include "arrow/type_fwd.h"
#include "feast/call_context.h"
#include "feast/definitions.h"
#include "feast/transformation.h"

namespace feast {

class PythonProcess;

/// A function for the worker.
struct WorkerFunction {
  std::string view, name, mode, source_text;
  bool singleton = false;
  /// Output columns to send back, when the function returns them.
  std::vector<std::string> columns;
  /// Where to look for it: FunctionPlaceName() of runner.h.
  std::string place;
};

/// One Python process, started by the first call and ended with this object; it serves any number of functions. Not
/// thread-safe.
class PythonWorker : public std::enable_shared_from_this<PythonWorker> {
 public:
  /// `repo_path`: where definition files are imported from, and the process's working directory.
  explicit PythonWorker(std::filesystem::path repo_path);
  /// A process that runs already and has its functions. It is waited for when this object ends.
  explicit PythonWorker(std::unique_ptr<PythonProcess> running);
  ~PythonWorker();

  /// A transformation that runs `function` here and keeps this worker alive; nullptr when it is not in that place. An
  /// error raised by the user's code is Invalid: what it says, then its traceback.
  arrow::Result<std::shared_ptr<Transformation>> Find(WorkerFunction function);

  /// The same for a function that the process has already, by its number there.
  std::shared_ptr<Transformation> OwnFunction(const Transformation& stored, uint32_t number);

  /// Finds a function and gives its number; nullopt when it is not in that place.
  arrow::Result<std::optional<uint32_t>> Load(const WorkerFunction& function);
  /// Runs the function of that number.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(uint32_t function, const arrow::RecordBatch& input);
  /// How many processes were started: a function must be loaded into each.
  int starts() const { return starts_; }
  bool is_running() const { return process_ != nullptr; }

 private:
  arrow::Status Start();
  /// Sends a message and gives the payload of the answer, which must be of `answer_kind`. A process that does not
  /// answer in the time that FEAST_FUNCTION_TIMEOUT (seconds; an hour by default) and the CallScope of this thread
  /// allow is ended; the next Load starts another, as it does after one that has ended by itself.
  arrow::Result<std::shared_ptr<arrow::Buffer>> Ask(char kind, const std::vector<std::string_view>& parts,
                                                    char answer_kind);
  arrow::Status Send(char kind, const std::vector<std::string_view>& parts, const CallContext& context);
  /// The payload of the answer, which must be of `kind`; an error answer becomes the error.
  arrow::Result<std::shared_ptr<arrow::Buffer>> Receive(char kind, const CallContext& context);

  std::filesystem::path repo_path_;
  std::unique_ptr<PythonProcess> process_;
  int starts_ = 0;
  bool wait_for_end_ = false;
};

}  // namespace feast
