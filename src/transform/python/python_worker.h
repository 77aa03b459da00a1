// Runs Python functions of on-demand feature views in a worker process (python/feast/_worker.py), for programs without
// Python.
#pragma once

#include <filesystem>
#include <memory>
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
  std::string name, mode, source_text;
  bool singleton = false;
  /// Output columns to send back, when the function returns them.
  std::vector<std::string> columns;
  /// The definition file to import; "" to compile the source text.
  std::filesystem::path local_file;
};

/// One Python process, started by the first call and ended with this object; it serves any number of functions. Not
/// thread-safe.
class PythonWorker : public std::enable_shared_from_this<PythonWorker> {
 public:
  /// `repo_path`: where definition files are imported from, and the process's working directory.
  explicit PythonWorker(std::filesystem::path repo_path);
  ~PythonWorker();

  /// A transformation that runs `function` here and keeps this worker alive. Starts nothing yet.
  std::shared_ptr<Transformation> MakeTransformation(WorkerFunction function);

  /// Loads a function and gives its number. An error raised by the user's code is Invalid: what it says, then its
  /// traceback.
  arrow::Result<uint32_t> Load(const WorkerFunction& function);
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(uint32_t function, const arrow::RecordBatch& input);
  /// How many processes were started: a function must be loaded into each.
  int starts() const { return starts_; }

 private:
  arrow::Status Start();
  /// Sends a message and gives the payload of the answer, which must be of `answer_kind`. A process that does not
  /// answer in the time that FEAST_FUNCTION_TIMEOUT (seconds; an hour by default) and the CallScope of this thread
  /// allow is ended; the next Load starts another.
  arrow::Result<std::shared_ptr<arrow::Buffer>> Ask(char kind, const std::vector<std::string_view>& parts,
                                                    char answer_kind);
  arrow::Status Send(char kind, const std::vector<std::string_view>& parts, const CallContext& context);
  /// The payload of the answer, which must be of `kind`; an error answer becomes the error.
  arrow::Result<std::shared_ptr<arrow::Buffer>> Receive(char kind, const CallContext& context);

  std::filesystem::path repo_path_;
  std::unique_ptr<PythonProcess> process_;
  uint32_t functions_ = 0;
  int starts_ = 0;
};

}  // namespace feast
