// The "postgres" online store: one table for each view, laid out as Feast lays it out.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "databases/postgres_connection.h"
#include "online/online_store.h"

namespace feast {

struct PostgresOnlineOptions {
  SqlUrl url;
  std::string user;
  /// Where the tables are.
  std::string schema = "public";
  /// Tables get the column for numeric filters.
  bool with_value_num = false;
  /// Asked for and not here: tables would need the extension pgvector.
  bool with_vectors = false;
};

/// Keeps connections for the next call.
class PostgresOnlineStore : public OnlineStore {
 public:
  PostgresOnlineStore(PostgresOnlineOptions options, std::string project);

  /// None, as in Feast, which records no tables in PostgreSQL.
  arrow::Result<std::vector<core::InfraObject>> InfraFor(
      const std::vector<std::shared_ptr<FeatureView>>& views) const override;
  std::string infra_type() const override { return "postgres table"; }
  /// Invalid when two views would share a table: PostgreSQL cuts names off after 63 bytes.
  arrow::Status Check(const OnlineUpdate& update, const CallContext& context) override;
  /// One transaction.
  arrow::Status Update(const OnlineUpdate& update, const CallContext& context) override;
  arrow::Result<std::vector<OnlineTableState>> Inspect(const std::vector<std::shared_ptr<FeatureView>>& views,
                                                       const CallContext& context) override;
  /// One transaction: all rows are written or none.
  arrow::Status Write(const FeatureView& view, const OnlineRows& rows, const CallContext& context) override;
  /// One round trip.
  arrow::Result<std::vector<OnlineAnswer>> Read(const std::vector<OnlineLookup>& lookups,
                                                const CallContext& context) override;
  arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext& context) override;

 private:
  std::string TableName(const FeatureView& view) const;
  /// With its schema, quoted.
  std::string Table(const std::string& name) const;
  arrow::Status RefuseVectors() const;
  std::vector<std::string> MakeTable(const FeatureView& view) const;

  /// An open connection; fresh ones only where `only_fresh`.
  arrow::Result<std::unique_ptr<PostgresConnection>> Take(const CallContext& context, bool only_fresh, bool* is_fresh);
  void Keep(std::unique_ptr<PostgresConnection> connection);
  /// Runs `work` on a connection, and once more on a fresh one where an idle one has ended unnoticed.
  template <typename Work>
  arrow::Status OnConnection(const char* what, const CallContext& context, Work work);
  arrow::Status RunStatements(const std::vector<std::string>& statements, const CallContext& context);
  arrow::Status Explained(const char* what, const arrow::Status& status) const;
  arrow::Status NoTable(const FeatureView& view) const;

  const PostgresOnlineOptions options_;
  const std::string project_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_;
  pid_t owner_;
};

/// The store that `online_store: {type: postgres}` configures.
arrow::Result<std::unique_ptr<OnlineStore>> MakePostgresOnlineStore(const RepoConfig& config);

}  // namespace feast
