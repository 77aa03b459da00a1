#include "registry/stores/registry_database.h"

#include <string>
#include <utility>

#include "databases/sql_error.h"
#include "databases/sqlite_database.h"

namespace feast {

namespace {

const char* Advice(SqlErrorKind kind, bool is_sqlite) {
  switch (kind) {
    case SqlErrorKind::kFolder:
      return "Check `registry.path` in feature_store.yaml";
    case SqlErrorKind::kUnreachable:
      return "Check that the server runs, and host and port in `registry.path` of feature_store.yaml";
    case SqlErrorKind::kCredentials:
      return "Check user and password in `registry.path` of feature_store.yaml (or PGPASSWORD)";
    case SqlErrorKind::kNoDatabase:
      return "Create the database (`createdb`), or correct its name in `registry.path` of feature_store.yaml";
    case SqlErrorKind::kOption:
      return "Correct the options behind ? in `registry.path` of feature_store.yaml";
    case SqlErrorKind::kBroken:
      return "Nothing was changed; try again";
    case SqlErrorKind::kUncertain:
      return "The change was made whole or not at all; see with `feast plan`, and apply again if it was not";
    case SqlErrorKind::kDenied:
      return is_sqlite
                 ? "Check the permissions of the file and its folder"
                 : "Grant its user what is missing: SELECT to read; INSERT, UPDATE and DELETE to apply; CREATE for the "
                   "first";
    case SqlErrorKind::kLocked:
      return is_sqlite ? "Another program has kept it locked; try again when that is done"
                       : "Another program has kept its tables locked; try again when that is done";
    case SqlErrorKind::kReadOnly:
      return "Set `registry.path` to the primary server, and `registry.read_path` to this one";
    case SqlErrorKind::kDamaged:
      return "Put back a copy of it, or set `registry.path` in feature_store.yaml to a SQLite database";
    case SqlErrorKind::kNoTable:
    case SqlErrorKind::kOther:
      break;
  }
  return is_sqlite ? "Check `registry.path` in feature_store.yaml, and the permissions of the file and its folder"
                   : "Check the database";
}

const char* Happening(SqlErrorKind kind, bool is_sqlite) {
  switch (kind) {
    case SqlErrorKind::kFolder:
      return "Cannot make the registry's folder: ";
    case SqlErrorKind::kUnreachable:
    case SqlErrorKind::kCredentials:
    case SqlErrorKind::kNoDatabase:
    case SqlErrorKind::kOption:
      return "Cannot connect to the registry's database: ";
    case SqlErrorKind::kBroken:
      return "The connection to the registry's database broke: ";
    case SqlErrorKind::kUncertain:
      return "The registry's database did not confirm the commit: ";
    default:
      return is_sqlite ? "The registry's database cannot be used: " : "The registry's database refuses: ";
  }
}

arrow::Status OfRegistry(const arrow::Status& status, const SqlUrl& url) {
  if (status.ok() || !IsSqlError(status)) return status;
  const SqlErrorKind kind = KindOfSqlError(status);
  const bool is_sqlite = url.kind == SqlUrl::Kind::kSqlite;
  return status.WithMessage(Happening(kind, is_sqlite), url.Redacted(status.message()), ". ", Advice(kind, is_sqlite),
                            ". Registry: ", is_sqlite ? url.path : url.Show());
}

template <typename Value>
arrow::Result<Value> OfRegistry(arrow::Result<Value> result, const SqlUrl& url) {
  if (!result.ok()) return OfRegistry(result.status(), url);
  return result;
}

class RegistryDatabase : public SqlDatabase {
 public:
  RegistryDatabase(std::unique_ptr<SqlDatabase> database, SqlUrl url)
      : database_(std::move(database)), url_(std::move(url)) {}

  arrow::Result<std::vector<SqlRow>> Run(const std::string& sql, const std::vector<SqlValue>& values) override {
    return OfRegistry(database_->Run(sql, values), url_);
  }
  arrow::Result<std::map<std::string, std::set<std::string>>> Columns() override {
    return OfRegistry(database_->Columns(), url_);
  }
  arrow::Status Begin() override { return OfRegistry(database_->Begin(), url_); }
  arrow::Status Lock(const std::vector<std::string>& tables) override {
    return OfRegistry(database_->Lock(tables), url_);
  }
  arrow::Status Commit() override { return OfRegistry(database_->Commit(), url_); }
  const char* blob_type() const override { return database_->blob_type(); }

 private:
  const std::unique_ptr<SqlDatabase> database_;
  const SqlUrl url_;
};

}  // namespace

arrow::Result<std::unique_ptr<SqlDatabase>> OpenRegistryDatabase(const SqlUrl& url, bool create,
                                                                 const CallContext& context) {
  arrow::Result<std::unique_ptr<SqlDatabase>> opened = nullptr;
  if (url.kind == SqlUrl::Kind::kSqlite) {
    opened = OpenSqlite(url.path, create, context);
  } else {
    opened = OpenPostgres(url, context);
  }
  if (!opened.ok()) return OfRegistry(opened.status(), url);
  if (*opened == nullptr) return nullptr;
  return std::make_unique<RegistryDatabase>(opened.MoveValueUnsafe(), url);
}

}  // namespace feast
