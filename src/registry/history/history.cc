#include "registry/history/history.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <utility>

#include "arrow/util/compression.h"
#include "registry/authorship.h"
#include "registry/history/history_record.h"

namespace feast {

namespace {

constexpr const char* kLatest = "latest";
/// The bytes of registries are mostly repeated names: the quickest level already leaves a tenth of them.
constexpr int kCompressionLevel = 1;
constexpr size_t kIdPrefixMin = 4;
/// No registry is larger: protobuf's limit.
constexpr int64_t kRegistryBytesMax = int64_t{2} << 30;

std::string RecordName(const std::string& id) { return id + ".json"; }
std::string BytesName(const std::string& id) { return id + ".pb.zst"; }

/// Another program's id could be anything; only those that can name an object are taken up.
bool CanBeName(const std::string& id) {
  return !id.empty() && id.size() <= 128 && id != kLatest && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

std::string TimeText(std::time_t seconds) {
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

arrow::Result<std::unique_ptr<arrow::util::Codec>> Compression() {
  return arrow::util::Codec::Create(arrow::Compression::ZSTD, kCompressionLevel);
}

arrow::Result<std::string> Compressed(const std::string& bytes) {
  ARROW_ASSIGN_OR_RAISE(const auto codec, Compression());
  const auto* input = reinterpret_cast<const uint8_t*>(bytes.data());
  const auto size = static_cast<int64_t>(bytes.size());
  std::string out(static_cast<size_t>(codec->MaxCompressedLen(size, input)), '\0');
  ARROW_ASSIGN_OR_RAISE(const int64_t length, codec->Compress(size, input, static_cast<int64_t>(out.size()),
                                                              reinterpret_cast<uint8_t*>(out.data())));
  out.resize(static_cast<size_t>(length));
  return out;
}

arrow::Result<std::string> Decompressed(const std::string& compressed, int64_t size) {
  ARROW_ASSIGN_OR_RAISE(const auto codec, Compression());
  std::string out(static_cast<size_t>(size), '\0');
  ARROW_ASSIGN_OR_RAISE(const int64_t length, codec->Decompress(static_cast<int64_t>(compressed.size()),
                                                                reinterpret_cast<const uint8_t*>(compressed.data()),
                                                                size, reinterpret_cast<uint8_t*>(out.data())));
  if (length != size) return arrow::Status::Invalid("it is shorter than it was");
  return out;
}

arrow::Status NoSuchVersion(const std::string& name, const std::vector<HistoryRecord>& records) {
  if (records.empty()) {
    return arrow::Status::KeyError("There is no version '", name, "': the history is empty. Applying begins it");
  }
  return arrow::Status::KeyError("There is no version '", name, "' in the history, which has ", records.back().number,
                                 " to ", records.front().number, ". 'feast registry log' lists them");
}

}  // namespace

arrow::Result<int64_t> HistoryRecordsMax(const RepoConfig& config) {
  int64_t records_max = kHistoryMaxDefault;
  const auto option = config.registry.options.find("history_max");
  if (option != config.registry.options.end() && option->second.As<int64_t>() != nullptr) {
    records_max = *option->second.As<int64_t>();
  }
  if (records_max < 0) {
    return arrow::Status::Invalid("history_max under `registry` is ", records_max,
                                  ". Give the number of versions to keep, or 0 to keep none");
  }
  return records_max;
}

arrow::Result<std::unique_ptr<History>> History::Open(const RepoConfig& config) {
  ARROW_ASSIGN_OR_RAISE(const int64_t records_max, HistoryRecordsMax(config));
  if (records_max == 0) return nullptr;
  ARROW_ASSIGN_OR_RAISE(auto store, MakeHistoryStore(config));
  if (!store) return nullptr;
  return std::make_unique<History>(std::move(store), records_max, config.repo_path);
}

History::History(std::unique_ptr<HistoryStore> store, int64_t records_max, std::filesystem::path repo_path)
    : store_(std::move(store)), records_max_(records_max), repo_path_(std::move(repo_path)) {}

arrow::Result<std::optional<HistoryRecord>> History::Read(const std::string& id) {
  if (!CanBeName(id)) return std::nullopt;
  ARROW_ASSIGN_OR_RAISE(const auto text, store_->Get(RecordName(id)));
  if (!text) return std::nullopt;
  return ParseHistoryRecord(*text, store_->location() + "/" + RecordName(id));
}

arrow::Result<std::optional<HistoryRecord>> History::ReadLatest() {
  ARROW_ASSIGN_OR_RAISE(const auto id, store_->Get(kLatest));
  if (!id) return std::nullopt;
  return Read(*id);
}

HistoryRecord History::Next(const std::optional<HistoryRecord>& parent, const std::string& id) const {
  HistoryRecord record;
  record.number = parent ? parent->number + 1 : 1;
  record.id = id;
  record.time = TimeText(std::time(nullptr));
  if (parent) {
    record.ancestors = {parent->id};
    record.ancestors.insert(record.ancestors.end(), parent->ancestors.begin(), parent->ancestors.end());
  }
  return record;
}

// The bytes first: a record that can be read always has its registry.
arrow::Status History::Write(const HistoryRecord& record, const std::string& bytes) {
  if (!record.removed) {
    ARROW_ASSIGN_OR_RAISE(const std::string compressed, Compressed(bytes));
    ARROW_RETURN_NOT_OK(store_->Put(BytesName(record.id), compressed));
  }
  return store_->Put(RecordName(record.id), ToJsonText(record));
}

arrow::Result<std::optional<HistoryRecord>> History::ParentOf(const RegistryBytes& base, const std::string& base_id) {
  // A registry that was removed has no id to go on from; the pointer leads to its removal.
  if (!base.exists) return ReadLatest();
  ARROW_ASSIGN_OR_RAISE(auto parent, Read(base_id));
  if (parent) return parent;
  ARROW_ASSIGN_OR_RAISE(const auto latest, ReadLatest());
  if (!CanBeName(base_id)) return latest;
  HistoryRecord adopted = Next(latest, base_id);
  adopted.bytes = static_cast<int64_t>(base.bytes.size());
  // Two writers may adopt the same version at once, under the same name. The registry is the same in both, and either
  // record will do.
  adopted.entry.summary = "written by another program";
  ARROW_RETURN_NOT_OK(Write(adopted, base.bytes));
  return adopted;
}

arrow::Result<HistoryRecord> History::Begin(const HistoryEntry& entry, const RegistryBytes& base,
                                            const std::string& base_id, const std::string& id) {
  ARROW_ASSIGN_OR_RAISE(const auto parent, ParentOf(base, base_id));
  HistoryRecord record = Next(parent, id);
  Authorship authorship = CurrentAuthorship(repo_path_);
  record.actor = std::move(authorship.actor);
  record.commit = std::move(authorship.commit);
  record.run = std::move(authorship.run);
  record.entry = entry;
  // The record itself is one of those kept. Dropped ones are removed only once the commit stands (Finish): until then
  // the registry in place still leads to them.
  const auto kept = std::min<size_t>(record.ancestors.size(), static_cast<size_t>(records_max_ - 1));
  dropped_.assign(record.ancestors.begin() + static_cast<int64_t>(kept), record.ancestors.end());
  record.ancestors.resize(kept);
  return record;
}

arrow::Result<HistoryRecord> History::Prepare(const HistoryEntry& entry, const RegistryBytes& base,
                                              const std::string& base_id, const std::string& id,
                                              const std::string& bytes) {
  ARROW_ASSIGN_OR_RAISE(HistoryRecord record, Begin(entry, base, base_id, id));
  record.bytes = static_cast<int64_t>(bytes.size());
  ARROW_RETURN_NOT_OK(Write(record, bytes));
  return record;
}

arrow::Result<HistoryRecord> History::PrepareRemoval(const HistoryEntry& entry, const RegistryBytes& base,
                                                     const std::string& base_id, const std::string& id) {
  ARROW_ASSIGN_OR_RAISE(HistoryRecord record, Begin(entry, base, base_id, id));
  record.removed = true;
  ARROW_RETURN_NOT_OK(Write(record, {}));
  return record;
}

void History::Finish(const HistoryRecord& record) {
  // The commit stands: what fails here costs a version that is kept for too long, or one that is passed over after
  // another program has written. So may a newer pointer that is replaced here, until the next commit. To look first
  // would leave a moment for that too, and a longer one than two commits in a row take.
  static_cast<void>(store_->Put(kLatest, record.id));
  for (const auto& id : dropped_) {
    static_cast<void>(store_->Remove(BytesName(id)));
    static_cast<void>(store_->Remove(RecordName(id)));
  }
  dropped_.clear();
}

arrow::Result<std::vector<HistoryRecord>> History::Log(const std::string& head, int64_t count_max) {
  std::vector<HistoryRecord> records;
  ARROW_ASSIGN_OR_RAISE(auto newest, Read(head));
  // A registry of another program's has no record: the chain goes up to where the pointer leads.
  if (!newest) {
    ARROW_ASSIGN_OR_RAISE(newest, ReadLatest());
  }
  if (!newest || count_max < 1) return records;
  records.push_back(*std::move(newest));
  const std::vector<std::string> ancestors = records.front().ancestors;
  for (const auto& id : ancestors) {
    if (static_cast<int64_t>(records.size()) == count_max) break;
    ARROW_ASSIGN_OR_RAISE(auto record, Read(id));
    // Those before were forgotten.
    if (!record) break;
    records.push_back(*std::move(record));
  }
  return records;
}

arrow::Result<HistoryRecord> History::Find(const std::string& name, const std::string& head) {
  ARROW_ASSIGN_OR_RAISE(const auto records, Log(head, records_max_));
  const bool is_number = !name.empty() && name.size() < 10 && name.find_first_not_of("0123456789") == std::string::npos;
  const HistoryRecord* found = nullptr;
  for (const auto& record : records) {
    if (is_number && record.number == std::stoll(name)) return record;
    if (name.size() < kIdPrefixMin || !record.id.starts_with(name)) continue;
    if (found != nullptr) {
      return arrow::Status::KeyError("'", name, "' is the beginning of several versions' ids, such as ", found->id,
                                     " and ", record.id, ". Give more of it, or the version's number");
    }
    found = &record;
  }
  if (found != nullptr) return *found;
  return NoSuchVersion(name, records);
}

arrow::Result<std::string> History::RegistryBytesOf(const HistoryRecord& record) {
  if (record.removed) {
    return arrow::Status::Invalid("Version ", record.number,
                                  " is the removal of the registry; there is nothing in it. Choose another one: "
                                  "'feast registry log' lists them");
  }
  const std::string where = store_->location() + "/" + BytesName(record.id);
  ARROW_ASSIGN_OR_RAISE(const auto compressed, store_->Get(BytesName(record.id)));
  if (!compressed) {
    return arrow::Status::IOError("The registry of version ", record.number,
                                  " is not in the history any more. Choose another one: 'feast registry log' lists "
                                  "them. Missing: ",
                                  where);
  }
  auto bytes = record.bytes < 0 || record.bytes > kRegistryBytesMax
                   ? arrow::Result<std::string>(arrow::Status::Invalid("its size cannot be meant"))
                   : Decompressed(*compressed, record.bytes);
  if (bytes.ok()) return bytes;
  return arrow::Status::Invalid("The registry of version ", record.number, " is damaged in the history (",
                                bytes.status().message(),
                                "). Choose another version: 'feast registry log' lists them. Damaged: ", where);
}

}  // namespace feast
