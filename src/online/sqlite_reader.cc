#include "online/sqlite_reader.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>

#include "arrow/util/value_parsing.h"
#include "databases/sqlite_database.h"
#include "feast/definitions.h"
#include "online/sqlite_connection.h"

namespace feast {

namespace {

/// Versions of Feast before 0.5x stored moments as text: "2024-05-01 10:00:00[.ffffff]", of UTC.
std::optional<Timestamp> MomentFromText(std::string_view text) {
  int64_t micros = 0;
  if (!arrow::internal::ParseTimestampISO8601(text.data(), text.size(), arrow::TimeUnit::MICRO, &micros)) {
    return std::nullopt;
  }
  return Timestamp(std::chrono::microseconds(micros));
}

}  // namespace

class SqliteReaders::Reader {
 public:
  Reader(SqliteConnection connection, FileIdentity file) : connection_(std::move(connection)), file_(file) {}

  const FileIdentity& file() const { return file_; }
  void SetContext(const CallContext& context) { connection_.SetContext(context); }

  /// One transaction for all lookups: they see the same moment, and the file is locked once.
  arrow::Result<std::vector<OnlineAnswer>> Read(const std::vector<OnlineLookup>& lookups,
                                                const std::vector<std::string>& tables) {
    if (!begin_) {
      ARROW_RETURN_NOT_OK(connection_.Execute("PRAGMA cache_size = -" + std::to_string(kCacheKilobytes)));
      ARROW_ASSIGN_OR_RAISE(begin_, connection_.Prepare("BEGIN"));
      ARROW_ASSIGN_OR_RAISE(commit_, connection_.Prepare("COMMIT"));
    }
    ARROW_RETURN_NOT_OK(connection_.Explained("read", begin_->Step().status()));
    std::vector<OnlineAnswer> answers;
    answers.reserve(lookups.size());
    for (size_t i = 0; i < lookups.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(OnlineAnswer answer, ReadOne(lookups[i], tables[i]));
      answers.push_back(std::move(answer));
    }
    ARROW_RETURN_NOT_OK(connection_.Explained("read", commit_->Step().status()));
    return answers;
  }

 private:
  /// Of pages of the file, for the next request: reading them anew costs more than all else.
  static constexpr int kCacheKilobytes = 32 << 10;

  arrow::Result<OnlineAnswer> ReadOne(const OnlineLookup& lookup, const std::string& table) {
    OnlineAnswer answer(lookup.keys.size(), lookup.features.size());
    ARROW_ASSIGN_OR_RAISE(SqliteStatement * statement, StatementOf(lookup, table));
    for (size_t key = 0; key < lookup.keys.size(); ++key) {
      ARROW_RETURN_NOT_OK(statement->BindBlob(1, lookup.keys[key]));
      for (;;) {
        const auto stepped = statement->Step();
        if (!stepped.ok()) return connection_.Explained("read", stepped.status());
        if (!*stepped) break;
        TakeRow(lookup, key, *statement, &answer);
      }
    }
    return answer;
  }

  arrow::Result<SqliteStatement*> StatementOf(const OnlineLookup& lookup, const std::string& table) {
    auto& statement = statements_[table];
    if (!statement) {
      ARROW_RETURN_NOT_OK(connection_.TableOf(lookup.view->name, table).status());
      ARROW_ASSIGN_OR_RAISE(statement, connection_.Prepare("SELECT feature_name, value, event_ts FROM " +
                                                           QuotedIdentifier(table) + " WHERE entity_key = ?1"));
    }
    return statement.get();
  }

  static void TakeRow(const OnlineLookup& lookup, size_t key, SqliteStatement& row, OnlineAnswer* answer) {
    const auto moment = row.IsInteger(2)
                            ? std::optional<Timestamp>(std::chrono::sys_seconds(std::chrono::seconds(row.Integer(2))))
                            : MomentFromText(row.Bytes(2));
    // A view's row is as old as its newest value.
    if (moment && (!answer->event_time(key) || *answer->event_time(key) < *moment)) answer->SetEventTime(key, *moment);
    const std::string_view name = row.Bytes(0);
    const auto found = std::find(lookup.features.begin(), lookup.features.end(), name);
    if (found == lookup.features.end()) return;
    answer->SetValue(key, static_cast<size_t>(found - lookup.features.begin()), row.Bytes(1));
  }

  SqliteConnection connection_;
  const FileIdentity file_;
  std::unique_ptr<SqliteStatement> begin_, commit_;
  std::map<std::string, std::unique_ptr<SqliteStatement>> statements_;
};

std::optional<SqliteReaders::FileIdentity> SqliteReaders::IdentityOf(const std::string& path) {
  struct stat found;
  if (stat(path.c_str(), &found) != 0) return std::nullopt;
  return FileIdentity{found.st_dev, found.st_ino};
}

SqliteReaders::SqliteReaders(std::string path) : path_(std::move(path)) {}
SqliteReaders::~SqliteReaders() = default;

arrow::Result<std::unique_ptr<SqliteReaders::Reader>> SqliteReaders::Take(const CallContext& context) {
  const auto file = IdentityOf(path_);
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(idle_, [&](const auto& reader) { return reader->file() != file; });
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      reader->SetContext(context);
      return reader;
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto connection, SqliteConnection::OpenExisting(path_, context));
  return std::make_unique<Reader>(std::move(connection), file.value_or(FileIdentity{}));
}

arrow::Result<std::vector<OnlineAnswer>> SqliteReaders::Read(const std::vector<OnlineLookup>& lookups,
                                                             const std::vector<std::string>& tables,
                                                             const CallContext& context) {
  ARROW_RETURN_NOT_OK(context.Check());
  ARROW_ASSIGN_OR_RAISE(auto reader, Take(context));
  ARROW_ASSIGN_OR_RAISE(auto answers, reader->Read(lookups, tables));
  // A reader that met an error is not used again.
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(reader));
  return answers;
}

}  // namespace feast
