#include "transform/python/python_worker.h"

#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>

#include "arrow/array/array_base.h"
#include "arrow/buffer.h"
#include "arrow/io/memory.h"
#include "arrow/ipc/reader.h"
#include "arrow/ipc/writer.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "arrow/util/key_value_metadata.h"
#include "text/json_text.h"
#include "transform/python/python_process.h"

namespace feast {
namespace {

static_assert(std::endian::native == std::endian::little, "the worker's messages are little-endian");

// A message is a kind of one byte, the payload's length in eight, and the payload. Each question has one answer, and
// the next question waits for it: an answer needs no number. 'F' asks for a function and 'B' for a batch; 'O', 'B' and
// 'E', an error, answer.
constexpr size_t kHeaderBytes = 9;
constexpr const char* kAliasesKey = "feast.aliases";
// Longer answers are no answers: an Arrow array has at most 2^31 elements of text.
constexpr uint64_t kAnswerBytesMax = uint64_t{1} << 40;

constexpr const char* kTimeoutVariable = "FEAST_FUNCTION_TIMEOUT";
constexpr std::chrono::milliseconds kTimeoutDefault = std::chrono::hours(1);

std::string_view Bytes(const arrow::Buffer& buffer) {
  return {reinterpret_cast<const char*>(buffer.data()), static_cast<size_t>(buffer.size())};
}

/// `input` with every column once; the other names of a column go into the schema's metadata.
std::shared_ptr<arrow::RecordBatch> WithoutAliases(const arrow::RecordBatch& input) {
  std::unordered_map<const arrow::ArrayData*, std::string> names;
  nlohmann::json aliases = nlohmann::json::object();
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (int i = 0; i < input.num_columns(); ++i) {
    const std::string& name = input.column_name(i);
    // By address: two names for one array are one column, which is sent once.
    const auto [known, is_new] = names.emplace(input.column_data(i).get(), name);
    if (is_new) {
      fields.push_back(input.schema()->field(i));
      columns.push_back(input.column(i));
    } else {
      aliases[name] = known->second;
    }
  }
  auto metadata = arrow::key_value_metadata({kAliasesKey}, {JsonText(aliases)});
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields), std::move(metadata)), input.num_rows(),
                                  std::move(columns));
}

arrow::Result<std::shared_ptr<arrow::Buffer>> ToStream(const arrow::RecordBatch& batch) {
  ARROW_ASSIGN_OR_RAISE(auto sink, arrow::io::BufferOutputStream::Create());
  ARROW_ASSIGN_OR_RAISE(auto writer, arrow::ipc::MakeStreamWriter(sink, batch.schema()));
  ARROW_RETURN_NOT_OK(writer->WriteRecordBatch(batch));
  ARROW_RETURN_NOT_OK(writer->Close());
  return sink->Finish();
}

class WorkerTransformation : public Transformation {
 public:
  /// `number`: the worker's for the function. `function`: how to find it again in another process; nullopt when there
  /// is no way.
  WorkerTransformation(std::shared_ptr<PythonWorker> worker, std::optional<WorkerFunction> function, uint32_t number)
      : worker_(std::move(worker)), function_(std::move(function)), number_(number), found_in_(worker_->starts()) {}

  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(
      const std::shared_ptr<arrow::RecordBatch>& input) const override {
    // Numbers are those of one process. After another was started they mean nothing, or another function.
    const bool is_there = worker_->is_running() && found_in_ == worker_->starts();
    if (!is_there && function_) {
      ARROW_ASSIGN_OR_RAISE(const auto number, worker_->Load(*function_));
      if (!number) return arrow::Status::Invalid("The function '", name, "' is not where it was; run feast apply.");
      number_ = *number;
      found_in_ = worker_->starts();
    }
    return worker_->Apply(number_, *input);
  }

 private:
  std::shared_ptr<PythonWorker> worker_;
  std::optional<WorkerFunction> function_;
  mutable uint32_t number_;
  mutable int found_in_;
};

/// How long a function may take for one batch.
arrow::Result<std::chrono::milliseconds> FunctionTimeout() {
  const char* text = std::getenv(kTimeoutVariable);
  if (text == nullptr || *text == '\0') return kTimeoutDefault;
  const std::string_view digits = text;
  double seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc() || end != digits.data() + digits.size() || !(seconds > 0 && seconds < 1e9)) {
    return arrow::Status::Invalid(kTimeoutVariable, " must be a number of seconds, not '", text, "'");
  }
  return std::chrono::milliseconds(static_cast<int64_t>(std::ceil(seconds * 1000)));
}

}  // namespace

PythonWorker::PythonWorker(std::filesystem::path repo_path) : repo_path_(std::move(repo_path)) {}
PythonWorker::PythonWorker(std::unique_ptr<PythonProcess> running)
    : process_(std::move(running)), wait_for_end_(true) {}

PythonWorker::~PythonWorker() {
  if (!wait_for_end_ || !process_) return;
  process_->CloseWrite();
  (void)process_->Wait(CallContext::OfThread());  // There is nobody left to tell.
}

arrow::Result<std::shared_ptr<Transformation>> PythonWorker::Find(WorkerFunction function) {
  ARROW_ASSIGN_OR_RAISE(const auto number, Load(function));
  if (!number) return nullptr;
  auto found = std::make_shared<WorkerTransformation>(shared_from_this(), function, *number);
  found->name = function.name;
  found->mode = function.mode;
  found->source_text = function.source_text;
  return found;
}

std::shared_ptr<Transformation> PythonWorker::OwnFunction(const Transformation& stored, uint32_t number) {
  auto own = std::make_shared<WorkerTransformation>(shared_from_this(), std::nullopt, number);
  own->name = stored.name;
  own->mode = stored.mode;
  own->source_text = stored.source_text;
  own->pickled_body = stored.pickled_body;
  return own;
}

arrow::Result<std::optional<uint32_t>> PythonWorker::Load(const WorkerFunction& function) {
  ARROW_RETURN_NOT_OK(Start());
  const nlohmann::json description = {{"view", function.view},           {"name", function.name},
                                      {"mode", function.mode},           {"text", function.source_text},
                                      {"singleton", function.singleton}, {"columns", function.columns},
                                      {"place", function.place},         {"repo", repo_path_.string()}};
  const std::string text = JsonText(description);
  ARROW_ASSIGN_OR_RAISE(const auto answer, Ask('F', {text}, 'O'));
  if (answer->size() == 0) return std::nullopt;
  uint32_t number;
  if (answer->size() != sizeof(number)) return arrow::Status::IOError("The Python worker gave an answer that is none.");
  std::memcpy(&number, answer->data(), sizeof(number));
  return number;
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> PythonWorker::Apply(uint32_t function,
                                                                       const arrow::RecordBatch& input) {
  if (!process_) return arrow::Status::IOError("The Python process of the functions has been ended.");
  ARROW_ASSIGN_OR_RAISE(const auto stream, ToStream(*WithoutAliases(input)));
  const std::string_view number(reinterpret_cast<const char*>(&function), sizeof(function));
  ARROW_ASSIGN_OR_RAISE(auto answer, Ask('B', {number, Bytes(*stream)}, 'B'));
  ARROW_ASSIGN_OR_RAISE(auto reader,
                        arrow::ipc::RecordBatchStreamReader::Open(std::make_shared<arrow::io::BufferReader>(answer)));
  std::shared_ptr<arrow::RecordBatch> batch;
  ARROW_RETURN_NOT_OK(reader->ReadNext(&batch));
  if (!batch) return arrow::Status::IOError("The Python worker answered without rows.");
  // The user's code made it: what lengths, offsets and positions say need not be true.
  ARROW_RETURN_NOT_OK(batch->ValidateFull());
  return batch;
}

arrow::Status PythonWorker::Start() {
  if (process_) return arrow::Status::OK();
  // A process that was handed over has functions that no other could be given.
  if (wait_for_end_) return arrow::Status::IOError("The Python process of the functions has been ended.");
  PythonProcess::Options options;
  options.working_directory = repo_path_;
  options.stdout_to_stderr = true;
  ARROW_ASSIGN_OR_RAISE(process_, PythonProcess::Start("feast._worker", options));
  ++starts_;
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::Buffer>> PythonWorker::Ask(char kind, const std::vector<std::string_view>& parts,
                                                                char answer_kind) {
  ARROW_ASSIGN_OR_RAISE(const std::chrono::milliseconds timeout, FunctionTimeout());
  const CallContext& asked = CallContext::OfThread();
  const CallContext context = asked.Within(timeout);
  const auto answer = [&]() -> arrow::Result<std::shared_ptr<arrow::Buffer>> {
    ARROW_RETURN_NOT_OK(Send(kind, parts, context));
    return Receive(answer_kind, context);
  }();
  // An error of the user's code is Invalid, and leaves a process that takes the next question.
  if (answer.ok() || answer.status().IsInvalid()) return answer;
  // Any other process has ended, said what is no answer, or is in the middle of something that nobody waits for.
  process_.reset();
  if (!answer.status().IsCancelled()) return answer;
  ARROW_RETURN_NOT_OK(asked.Check());
  return arrow::Status::IOError("The function did not come to an end within ", timeout.count(),
                                " ms, and its process was ended. If it needs longer, set ", kTimeoutVariable,
                                " to a number of seconds.");
}

arrow::Status PythonWorker::Send(char kind, const std::vector<std::string_view>& parts, const CallContext& context) {
  uint64_t size = 0;
  for (std::string_view part : parts) size += part.size();
  std::array<char, kHeaderBytes> header;
  header[0] = kind;
  std::memcpy(&header[1], &size, sizeof(size));
  ARROW_RETURN_NOT_OK(process_->Write(header.data(), kHeaderBytes, context));
  for (std::string_view part : parts) ARROW_RETURN_NOT_OK(process_->Write(part, context));
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::Buffer>> PythonWorker::Receive(char kind, const CallContext& context) {
  std::array<char, kHeaderBytes> header;
  ARROW_RETURN_NOT_OK(process_->Read(header.data(), kHeaderBytes, context));
  uint64_t size;
  std::memcpy(&size, &header[1], sizeof(size));
  if (size > kAnswerBytesMax)
    return arrow::Status::IOError("The Python worker announced an answer of ", size, " bytes.");
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> payload, arrow::AllocateBuffer(static_cast<int64_t>(size)));
  ARROW_RETURN_NOT_OK(process_->Read(payload->mutable_data(), payload->size(), context));
  if (header[0] == kind) return payload;
  if (header[0] == 'E') return arrow::Status::Invalid(Bytes(*payload));
  return arrow::Status::IOError("The Python worker gave an answer that is none.");
}

}  // namespace feast
