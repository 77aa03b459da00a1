#include "files/formats/delta_log.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "arrow/buffer.h"
#include "arrow/filesystem/filesystem.h"
#include "arrow/io/interfaces.h"
#include "arrow/table.h"
#include "arrow/util/uri.h"
#include "cloud/place_error.h"
#include "files/formats/delta_actions.h"
#include "files/formats/delta_schema.h"
#include "files/formats/parquet/parquet_calls.h"
#include "parquet/arrow/reader.h"
#include "parquet/arrow/schema.h"
#include "parquet/file_reader.h"

namespace feast::scan {
namespace {

constexpr size_t kVersionDigits = 20;

/// The log folder's files by what they are.
struct LogFiles {
  std::map<int64_t, std::string> commits;
  /// Parts of each checkpoint, and how many there should be.
  struct Checkpoint {
    std::vector<std::string> parts;
    size_t expected = 1;
  };
  std::map<int64_t, Checkpoint> checkpoints;
};

std::optional<int64_t> ParseNumber(std::string_view text) {
  int64_t number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// "VERSION.json", "VERSION.checkpoint.parquet" or "VERSION.checkpoint.PART.PARTS.parquet"; other files are not the
/// log's.
void AddLogFile(const std::string& path, LogFiles* files) {
  std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  if (name.size() <= kVersionDigits) return;
  const auto version = ParseNumber(name.substr(0, kVersionDigits));
  if (!version) return;
  name.remove_prefix(kVersionDigits);
  if (name == ".json") {
    files->commits[*version] = path;
    return;
  }
  constexpr std::string_view kCheckpoint = ".checkpoint", kParquet = ".parquet";
  if (!name.starts_with(kCheckpoint) || !name.ends_with(kParquet)) return;
  name.remove_prefix(kCheckpoint.size());
  name.remove_suffix(kParquet.size());
  LogFiles::Checkpoint& checkpoint = files->checkpoints[*version];
  if (name.empty()) {
    checkpoint = {{path}, 1};
  } else if (const size_t dot = name.rfind('.'); dot != 0 && name.front() == '.') {
    const auto parts = ParseNumber(name.substr(dot + 1));
    if (parts && ParseNumber(name.substr(1, dot - 1))) {
      checkpoint.parts.push_back(path);
      checkpoint.expected = static_cast<size_t>(*parts);
    }
  }
}

arrow::Result<LogFiles> ListLog(const Location& location) {
  arrow::fs::FileSelector selector;
  selector.base_dir = location.path + "/_delta_log";
  ARROW_ASSIGN_OR_RAISE(auto infos, location.file_system->GetFileInfo(selector));
  LogFiles files;
  for (const auto& info : infos) {
    if (info.IsFile()) AddLogFile(info.path(), &files);
  }
  std::erase_if(files.checkpoints,
                [](const auto& entry) { return entry.second.parts.size() != entry.second.expected; });
  return files;
}

arrow::Status ApplyCommit(const Location& location, const std::string& path, DeltaState* state) {
  ARROW_ASSIGN_OR_RAISE(auto file, location.file_system->OpenInputFile(path));
  ARROW_ASSIGN_OR_RAISE(const int64_t size, file->GetSize());
  ARROW_ASSIGN_OR_RAISE(const auto buffer, file->ReadAt(0, size));
  std::string_view text(*buffer);
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos)
      ARROW_RETURN_NOT_OK(state->ApplyLine(std::string(line)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return arrow::Status::OK();
}

arrow::Status ApplyCheckpointFile(const Location& location, const std::string& path, DeltaState* state) {
  ARROW_ASSIGN_OR_RAISE(auto file, location.file_system->OpenInputFile(path));
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(file));
  ARROW_ASSIGN_OR_RAISE(auto reader, builder.Build());
  ARROW_ASSIGN_OR_RAISE(const auto table, reader->ReadTable());
  return state->ApplyCheckpoint(*table);
}

arrow::Result<DeltaSnapshot> Replay(const Location& location, DeltaState* state) {
  ARROW_ASSIGN_OR_RAISE(const LogFiles log, ListLog(location));
  DeltaSnapshot snapshot;
  if (!log.checkpoints.empty()) {
    const auto& [version, checkpoint] = *log.checkpoints.rbegin();
    for (const std::string& part : checkpoint.parts) ARROW_RETURN_NOT_OK(ApplyCheckpointFile(location, part, state));
    snapshot.version = version;
  }
  for (auto commit = log.commits.upper_bound(snapshot.version); commit != log.commits.end(); ++commit) {
    if (commit->first != snapshot.version + 1) {
      return arrow::Status::Invalid("its log lacks version ", snapshot.version + 1,
                                    ". Restore that file of _delta_log.");
    }
    ARROW_RETURN_NOT_OK(ApplyCommit(location, commit->second, state));
    snapshot.version = commit->first;
  }
  if (snapshot.version < 0) return arrow::Status::Invalid("its log holds no commit.");
  return snapshot;
}

/// Paths in the log are percent-encoded, and relative to the table unless they are URIs.
arrow::Result<std::string> FilePath(const Location& location, const std::string& logged) {
  const std::string path = arrow::util::UriUnescape(logged);
  if (path.find("://") == std::string::npos) return path.starts_with('/') ? path : location.path + "/" + path;
  ARROW_ASSIGN_OR_RAISE(const Location other, OpenLocation(path));
  if (other.prefix != location.prefix) {
    return arrow::Status::NotImplemented("its log names a file in another file system: '", path, "'");
  }
  return other.path;
}

arrow::Result<DeltaSnapshot> Read(const Location& location) {
  DeltaState state;
  ARROW_ASSIGN_OR_RAISE(DeltaSnapshot snapshot, Replay(location, &state));
  ARROW_RETURN_NOT_OK(state.CheckReadable());
  ARROW_ASSIGN_OR_RAISE(snapshot.schema, ParseDeltaSchema(state.schema_string()));
  snapshot.partition_columns = state.partition_columns();
  for (const auto& [key, file] : state.files()) {
    ARROW_ASSIGN_OR_RAISE(std::string absolute, FilePath(location, key.path));
    snapshot.files.push_back({std::move(absolute), file.size, file.partition});
  }
  return snapshot;
}

}  // namespace

arrow::Result<bool> IsDeltaTable(const Location& location) {
  ARROW_ASSIGN_OR_RAISE(const auto info, location.file_system->GetFileInfo(location.path + "/_delta_log"));
  return info.type() == arrow::fs::FileType::Directory;
}

arrow::Result<DeltaSnapshot> ReadDeltaLog(const Location& location) {
  auto snapshot = CaughtFromParquet([&] { return Read(location); });
  if (!snapshot.ok() && !PlaceTroubleOf(snapshot.status())) {
    return snapshot.status().WithMessage("The Delta table '", location.Show(),
                                         "' cannot be read: ", snapshot.status().message());
  }
  return snapshot;
}

}  // namespace feast::scan
