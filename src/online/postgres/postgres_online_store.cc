#include "online/postgres/postgres_online_store.h"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "arrow/array/array_binary.h"
#include "databases/sql_error.h"
#include "feast/core/InfraObject.pb.h"
#include "feast/definitions.h"
#include "online/postgres/postgres_binary.h"
#include "online/value_text.h"

namespace feast {

namespace {

constexpr size_t kPostgresNameBytesMax = 63;
constexpr size_t kIdleConnectionsMax = 64;
/// Those of one project who make tables take turns.
constexpr const char* kTableMakersLock = "SELECT pg_advisory_xact_lock(7091625140362815)";
constexpr const char* kPatienceForLocks = "SET LOCAL lock_timeout = 30000";

/// As the server cuts it off: not within a character.
std::string NameCutOff(std::string name) {
  if (name.size() <= kPostgresNameBytesMax) return name;
  size_t end = kPostgresNameBytesMax;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
  name.resize(end);
  return name;
}

std::string QuotedText(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

const char* AdviceOf(SqlErrorKind kind) {
  switch (kind) {
    case SqlErrorKind::kUnreachable:
      return "Check that it runs, and `host`, `port` and `sslmode` of the online store";
    case SqlErrorKind::kCredentials:
      return "Correct `user` and `password` of the online store";
    case SqlErrorKind::kNoDatabase:
      return "Create it, or correct `database` of the online store";
    case SqlErrorKind::kOption:
      return "Correct the options of the online store";
    case SqlErrorKind::kDenied:
      return "Give the user the right to do so (GRANT), or log in as another one";
    case SqlErrorKind::kReadOnly:
      return "It is a replica, or in recovery: name the primary server";
    case SqlErrorKind::kLocked:
      return "Another program has kept a table locked; try again when that is done";
    case SqlErrorKind::kBroken:
    case SqlErrorKind::kUncertain:
      return "Try again when the server is up; writing again does no harm";
    default:
      return "See the server's log";
  }
}

/// The latest row of each key, in the order of their keys so that writers do not wait for each other in a circle. Of
/// one moment the last row counts.
std::vector<size_t> LatestRows(const OnlineRows& rows) {
  std::unordered_map<std::string_view, size_t> latest;
  latest.reserve(rows.keys.size());
  for (size_t row = 0; row < rows.keys.size(); ++row) {
    const auto [known, is_new] = latest.try_emplace(rows.keys[row], row);
    if (!is_new && rows.event_times[known->second] <= rows.event_times[row]) known->second = row;
  }
  std::vector<size_t> chosen;
  chosen.reserve(latest.size());
  for (const auto& [key, row] : latest) chosen.push_back(row);
  std::sort(chosen.begin(), chosen.end(), [&](size_t a, size_t b) { return rows.keys[a] < rows.keys[b]; });
  return chosen;
}

std::string CopyOf(const OnlineRows& rows, bool with_value_num) {
  PostgresCopyRows copy;
  for (const size_t row : LatestRows(rows)) {
    for (size_t feature = 0; feature < rows.features.size(); ++feature) {
      const std::string_view value = rows.values[feature]->GetView(static_cast<int64_t>(row));
      const ValueText text = ValueTextOf(value);
      copy.BeginRow(with_value_num ? 7 : 6);
      copy.AddBytes(rows.keys[row]);
      copy.AddBytes(rows.features[feature]);
      copy.AddBytes(value);
      text.text ? copy.AddBytes(*text.text) : copy.AddNull();
      copy.AddMoment(rows.event_times[row]);
      const bool is_created = !rows.created_times.empty() && rows.created_times[row];
      is_created ? copy.AddMoment(*rows.created_times[row]) : copy.AddNull();
      if (with_value_num) text.number ? copy.AddNumber(*text.number) : copy.AddNull();
    }
  }
  return copy.Finish();
}

/// Where rows are gathered before they go to a view's table; each connection has its own.
std::string StagingTable(bool with_value_num) {
  return std::string("CREATE TEMPORARY TABLE IF NOT EXISTS feast_staging") + (with_value_num ? "_num" : "") +
         " (entity_key BYTEA, feature_name TEXT, value BYTEA, value_text TEXT, event_ts TIMESTAMPTZ, created_ts "
         "TIMESTAMPTZ" +
         (with_value_num ? ", value_num DOUBLE PRECISION" : "") + ") ON COMMIT DELETE ROWS";
}

std::string UpsertInto(const std::string& table, bool with_value_num) {
  std::string columns = "entity_key, feature_name, value, value_text, event_ts, created_ts";
  std::string changes =
      "value = EXCLUDED.value, value_text = EXCLUDED.value_text, vector_value = NULL, event_ts = EXCLUDED.event_ts, "
      "created_ts = EXCLUDED.created_ts";
  if (with_value_num) {
    columns += ", value_num";
    changes += ", value_num = EXCLUDED.value_num";
  }
  return "INSERT INTO " + table + " AS t (" + columns + ") SELECT " + columns + " FROM feast_staging" +
         (with_value_num ? "_num" : "") +
         " ORDER BY entity_key, feature_name ON CONFLICT (entity_key, feature_name) DO UPDATE SET " + changes +
         " WHERE t.event_ts IS NULL OR t.event_ts <= EXCLUDED.event_ts";
}

/// Takes the rows that a view's statement has given.
void TakeRows(const PostgresLibrary& pq, const PGresult* rows, const OnlineLookup& lookup, OnlineAnswer* answer) {
  std::unordered_map<std::string_view, size_t> places;
  for (size_t i = 0; i < lookup.keys.size(); ++i) places.emplace(lookup.keys[i], i);
  const auto text = [&](int row, int column) {
    return std::string_view(pq.getvalue(rows, row, column), static_cast<size_t>(pq.getlength(rows, row, column)));
  };
  const int count = pq.ntuples(rows);
  for (int row = 0; row < count; ++row) {
    const auto key = places.find(text(row, 0));
    if (key == places.end() || pq.getisnull(rows, row, 3) != 0) continue;
    const Timestamp moment = PostgresMoment(text(row, 3));
    // A view's row is as old as its newest value.
    const auto& known = answer->event_time(key->second);
    if (!known || *known < moment) answer->SetEventTime(key->second, moment);
    const auto feature = std::find(lookup.features.begin(), lookup.features.end(), text(row, 1));
    if (feature == lookup.features.end() || pq.getisnull(rows, row, 2) != 0) continue;
    answer->SetValue(key->second, static_cast<size_t>(feature - lookup.features.begin()), text(row, 2));
  }
}

}  // namespace

PostgresOnlineStore::PostgresOnlineStore(PostgresOnlineOptions options, std::string project)
    : options_(std::move(options)), project_(std::move(project)), owner_(getpid()) {}

std::string PostgresOnlineStore::TableName(const FeatureView& view) const {
  return NameCutOff(project_ + "_" + view.name);
}

std::string PostgresOnlineStore::Table(const std::string& name) const {
  return QuotedIdentifier(options_.schema) + "." + QuotedIdentifier(name);
}

// ---- Connections

arrow::Status PostgresOnlineStore::Explained(const char* what, const arrow::Status& status) const {
  if (status.ok() || !IsSqlError(status)) return status;
  return arrow::Status::IOError("Cannot ", what, " the online store in PostgreSQL: ", status.message(), ". ",
                                AdviceOf(KindOfSqlError(status)), ". Server: ", options_.url.Show());
}

arrow::Result<std::unique_ptr<PostgresConnection>> PostgresOnlineStore::Take(const CallContext& context,
                                                                             bool only_fresh, bool* is_fresh) {
  {
    const std::lock_guard lock(mutex_);
    if (owner_ != getpid()) {
      // A forked child must leave its parent's connections alone, and not even close them.
      for (auto& connection : idle_) static_cast<void>(connection.release());
      idle_.clear();
      owner_ = getpid();
    }
    if (only_fresh) idle_.clear();
    *is_fresh = idle_.empty();
    if (!idle_.empty()) {
      auto taken = std::move(idle_.back());
      idle_.pop_back();
      taken->SetContext(context);
      return taken;
    }
  }
  return PostgresConnection::Open(options_.url, context);
}

void PostgresOnlineStore::Keep(std::unique_ptr<PostgresConnection> connection) {
  connection->SetContext({});
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleConnectionsMax) idle_.push_back(std::move(connection));
}

template <typename Work>
arrow::Status PostgresOnlineStore::OnConnection(const char* what, const CallContext& context, Work work) {
  for (bool only_fresh = false;; only_fresh = true) {
    bool is_fresh = false;
    auto connection = Take(context, only_fresh, &is_fresh);
    if (!connection.ok()) return Explained("reach", connection.status());
    const arrow::Status done = work(**connection);
    if (done.ok()) {
      Keep(std::move(*connection));
      return done;
    }
    const bool ended = KindOfSqlError(done) == SqlErrorKind::kBroken;
    if (is_fresh || !ended) return Explained(what, done);
  }
}

arrow::Status PostgresOnlineStore::RunStatements(const std::vector<std::string>& statements,
                                                 const CallContext& context) {
  return OnConnection("prepare", context, [&](PostgresConnection& connection) -> arrow::Status {
    ARROW_RETURN_NOT_OK(connection.Do("BEGIN"));
    ARROW_RETURN_NOT_OK(connection.Do(kPatienceForLocks));
    ARROW_RETURN_NOT_OK(connection.Do(kTableMakersLock));
    for (const std::string& statement : statements) ARROW_RETURN_NOT_OK(connection.Do(statement));
    return connection.Do("COMMIT");
  });
}

// ---- Tables

arrow::Result<std::vector<core::InfraObject>> PostgresOnlineStore::InfraFor(
    const std::vector<std::shared_ptr<FeatureView>>&) const {
  return std::vector<core::InfraObject>();
}

arrow::Status PostgresOnlineStore::RefuseVectors() const {
  if (!options_.with_vectors) return arrow::Status::OK();
  return arrow::Status::NotImplemented(
      "This version does not search PostgreSQL for vectors. Leave out `vector_enabled` of the online store in "
      "feature_store.yaml; lists of numbers are stored and served without it");
}

arrow::Status PostgresOnlineStore::Check(const OnlineUpdate& update, const CallContext&) {
  if (!update.keep.empty()) ARROW_RETURN_NOT_OK(RefuseVectors());
  std::map<std::string, std::string> view_of_table;
  for (const auto& view : update.keep) {
    const auto [other, is_new] = view_of_table.emplace(TableName(*view), view->name);
    if (is_new || other->second == view->name) continue;
    return arrow::Status::Invalid(
        "Two views would share one table of the online store, for PostgreSQL cuts names off "
        "after 63 bytes. Rename one of the views '",
        view->name, "' and '", other->second, "'. Table: ", other->first);
  }
  return arrow::Status::OK();
}

std::vector<std::string> PostgresOnlineStore::MakeTable(const FeatureView& view) const {
  const std::string name = TableName(view), table = Table(name);
  std::vector<std::string> statements = {
      "CREATE TABLE IF NOT EXISTS " + table +
          " (entity_key BYTEA, feature_name TEXT, value BYTEA, value_text TEXT NULL, " +
          (options_.with_value_num ? "value_num DOUBLE PRECISION NULL, " : "") +
          "vector_value BYTEA NULL, event_ts TIMESTAMPTZ, created_ts TIMESTAMPTZ, PRIMARY KEY(entity_key, "
          "feature_name))",
      "CREATE INDEX IF NOT EXISTS " + QuotedIdentifier(NameCutOff(project_ + "_" + view.name + "_ek")) + " ON " +
          table + " (entity_key)",
      // Tables of older versions lack it.
      "ALTER TABLE " + table + " ADD COLUMN IF NOT EXISTS value_text TEXT NULL",
      "ALTER TABLE " + table + " ADD COLUMN IF NOT EXISTS vector_value BYTEA NULL"};
  if (options_.with_value_num) {
    statements.push_back("ALTER TABLE " + table + " ADD COLUMN IF NOT EXISTS value_num DOUBLE PRECISION NULL");
  }
  const bool has_texts = std::any_of(view.features.begin(), view.features.end(),
                                     [](const Field& f) { return f.type.value_type() == ValueType::kString; });
  if (has_texts) {
    statements.push_back("CREATE INDEX IF NOT EXISTS " +
                         QuotedIdentifier(NameCutOff(project_ + "_" + view.name + "_fts_idx")) + " ON " + table +
                         " USING GIN (to_tsvector('english', value_text))");
  }
  return statements;
}

arrow::Status PostgresOnlineStore::Update(const OnlineUpdate& update, const CallContext& context) {
  ARROW_RETURN_NOT_OK(Check(update, context));
  if (update.keep.empty() && update.remove.empty()) return arrow::Status::OK();
  std::vector<std::string> statements;
  if (!update.keep.empty()) {
    // Asked first, for it takes a right that the user may lack where the schema is there already.
    statements.push_back(
        "DO $feast$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = " + QuotedText(options_.schema) +
        ") THEN CREATE SCHEMA " + QuotedIdentifier(options_.schema) + "; END IF; END $feast$");
  }
  std::vector<std::string> kept;
  for (const auto& view : update.keep) kept.push_back(TableName(*view));
  for (const auto& view : update.remove) {
    const std::string name = TableName(*view);
    if (std::find(kept.begin(), kept.end(), name) != kept.end()) continue;
    statements.push_back("DROP TABLE IF EXISTS " + Table(name));
  }
  for (const auto& view : update.keep) {
    for (std::string& statement : MakeTable(*view)) statements.push_back(std::move(statement));
  }
  return RunStatements(statements, context);
}

arrow::Status PostgresOnlineStore::Teardown(const std::vector<std::shared_ptr<FeatureView>>& views,
                                            const CallContext& context) {
  if (views.empty()) return arrow::Status::OK();
  return Update({.keep = {}, .remove = views}, context);
}

arrow::Result<std::vector<OnlineTableState>> PostgresOnlineStore::Inspect(
    const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext& context) {
  std::map<std::string, std::vector<std::string>> columns;
  ARROW_RETURN_NOT_OK(OnConnection("look into", context, [&](PostgresConnection& connection) -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(
        const auto rows,
        connection.Execute("SELECT table_name::text, column_name::text FROM information_schema.columns "
                           "WHERE table_schema = $1",
                           {{.value = options_.schema}}));
    const PostgresLibrary& pq = connection.library();
    for (int row = 0; row < pq.ntuples(rows.get()); ++row) {
      columns[pq.getvalue(rows.get(), row, 0)].emplace_back(pq.getvalue(rows.get(), row, 1));
    }
    return arrow::Status::OK();
  }));
  std::vector<std::string> wanted = {"entity_key",   "feature_name", "value",     "value_text",
                                     "vector_value", "event_ts",     "created_ts"};
  if (options_.with_value_num) wanted.push_back("value_num");
  std::vector<OnlineTableState> states;
  for (const auto& view : views) {
    OnlineTableState state{TableName(*view), false, {}};
    if (const auto found = columns.find(state.name); found != columns.end()) {
      state.exists = true;
      for (const std::string& column : wanted) {
        const auto& there = found->second;
        if (std::find(there.begin(), there.end(), column) == there.end()) state.missing_columns.push_back(column);
      }
    }
    states.push_back(std::move(state));
  }
  return states;
}

// ---- Rows

arrow::Status PostgresOnlineStore::NoTable(const FeatureView& view) const {
  return arrow::Status::KeyError("The online store has no table for feature view '", view.name,
                                 "'. Apply it (feast apply) and materialize it. Table: ", Table(TableName(view)),
                                 ", server: ", options_.url.Show());
}

arrow::Status PostgresOnlineStore::Write(const FeatureView& view, const OnlineRows& rows, const CallContext& context) {
  // Another program's vectors would not be those of the new values.
  ARROW_RETURN_NOT_OK(RefuseVectors());
  const std::string table = Table(TableName(view));
  const std::string copied = rows.keys.empty() ? "" : CopyOf(rows, options_.with_value_num);
  const std::string staging = options_.with_value_num ? "feast_staging_num" : "feast_staging";
  bool has_table = true;
  const arrow::Status done = OnConnection("write to", context, [&](PostgresConnection& connection) -> arrow::Status {
    const auto run = [&](const std::string& sql) {
      const arrow::Status status = connection.Do(sql);
      if (KindOfSqlError(status) == SqlErrorKind::kNoTable) has_table = false;
      return status;
    };
    // Of no rows: whether it could.
    if (copied.empty()) return run("SELECT 1 FROM " + table + " LIMIT 0");
    ARROW_RETURN_NOT_OK(run(StagingTable(options_.with_value_num)));
    ARROW_RETURN_NOT_OK(run("BEGIN"));
    ARROW_RETURN_NOT_OK(connection.CopyIn("COPY " + staging + " FROM STDIN (FORMAT binary)", copied));
    ARROW_RETURN_NOT_OK(run(UpsertInto(table, options_.with_value_num)));
    return run("COMMIT");
  });
  if (!has_table) return NoTable(view);
  if (done.ok() || done.IsCancelled() || rows.keys.empty()) return done;
  return done.WithMessage("None of ", rows.keys.size(), " rows is written. ", done.message());
}

arrow::Result<std::vector<OnlineAnswer>> PostgresOnlineStore::Read(const std::vector<OnlineLookup>& lookups,
                                                                   const CallContext& context) {
  std::vector<OnlineAnswer> answers;
  std::vector<PostgresConnection::Query> queries;
  for (const OnlineLookup& lookup : lookups) {
    answers.emplace_back(lookup.keys.size(), lookup.features.size());
    queries.push_back({"SELECT entity_key, feature_name, value, event_ts FROM " + Table(TableName(*lookup.view)) +
                           " WHERE entity_key = ANY($1) AND feature_name = ANY($2)",
                       {PostgresArray(kByteaArrayOid, lookup.keys), PostgresArray(kTextArrayOid, lookup.features)},
                       {kByteaArrayOid, kTextArrayOid}});
  }
  const FeatureView* without_table = nullptr;
  const arrow::Status done = OnConnection("read from", context, [&](PostgresConnection& connection) -> arrow::Status {
    size_t failed = 0;
    const auto rows = connection.RunTogether(queries, &failed);
    if (KindOfSqlError(rows.status()) == SqlErrorKind::kNoTable) without_table = lookups[failed].view.get();
    ARROW_RETURN_NOT_OK(rows);
    for (size_t i = 0; i < lookups.size(); ++i) {
      TakeRows(connection.library(), (*rows)[i].get(), lookups[i], &answers[i]);
    }
    return arrow::Status::OK();
  });
  if (without_table != nullptr) return NoTable(*without_table);
  ARROW_RETURN_NOT_OK(done);
  return answers;
}

arrow::Result<std::unique_ptr<OnlineStore>> MakePostgresOnlineStore(const RepoConfig& config) {
  const ComponentConfig& block = *config.online_store;
  PostgresOnlineOptions options;
  options.user = block.GetString("user");
  options.schema = block.GetString("db_schema").empty() ? options.user : block.GetString("db_schema");
  options.with_value_num = block.GetBool("enable_openai_compatible_store").value_or(false);
  options.with_vectors = block.GetBool("vector_enabled").value_or(false);
  options.url.kind = SqlUrl::Kind::kPostgres;
  auto& parameters = options.url.parameters;
  for (const auto& [key, option] : {std::pair{"host", "host"},
                                    {"user", "user"},
                                    {"password", "password"},
                                    {"dbname", "database"},
                                    {"sslmode", "sslmode"},
                                    {"sslkey", "sslkey_path"},
                                    {"sslcert", "sslcert_path"},
                                    {"sslrootcert", "sslrootcert_path"}}) {
    if (const std::string value = block.GetString(option); !value.empty()) parameters[key] = value;
  }
  parameters["port"] = std::to_string(block.GetInt("port").value_or(5432));
  if (const auto idle = block.GetInt("keepalives_idle")) parameters["keepalives_idle"] = std::to_string(*idle);
  return std::make_unique<PostgresOnlineStore>(std::move(options), config.project);
}

}  // namespace feast
