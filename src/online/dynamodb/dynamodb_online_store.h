// The "dynamodb" online store: one table for each view, laid out as Feast lays it out.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "online/dynamodb/dynamodb_batches.h"
#include "online/dynamodb/dynamodb_client.h"
#include "online/online_store.h"

namespace feast {

struct DynamodbOptions {
  std::string region;
  /// As feature_store.yaml has it; "" for none.
  std::string endpoint;
  std::string table_name_template = "{project}.{table_name}";
  std::map<std::string, std::string> tags;
  DynamodbReading reading;
};

class DynamodbOnlineStore : public OnlineStore {
 public:
  DynamodbOnlineStore(DynamodbOptions options, std::unique_ptr<DynamodbClient> client, std::string project);

  arrow::Result<std::vector<core::InfraObject>> InfraFor(
      const std::vector<std::shared_ptr<FeatureView>>& views) const override;
  std::string infra_type() const override { return "dynamodb table"; }
  /// Invalid for names that no table can have.
  arrow::Status Check(const OnlineUpdate& update, const CallContext& context) override;
  /// Waits until new tables can be used.
  arrow::Status Update(const OnlineUpdate& update, const CallContext& context) override;
  arrow::Result<std::vector<OnlineTableState>> Inspect(const std::vector<std::shared_ptr<FeatureView>>& views,
                                                       const CallContext& context) override;
  arrow::Status Write(const FeatureView& view, const OnlineRows& rows, const CallContext& context) override;
  /// Views whose keys fit into one batch are read by one request.
  arrow::Result<std::vector<OnlineAnswer>> Read(const std::vector<OnlineLookup>& lookups,
                                                const CallContext& context) override;
  arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext& context) override;

 private:
  struct TableStatus {
    /// "" for no table.
    std::string status, arn;
    bool has_our_key = false;
  };

  std::string TableName(const FeatureView& view) const;
  std::map<std::string, std::string> TagsOf(const FeatureView& view) const;
  arrow::Result<TableStatus> Describe(const std::string& table, const CallContext& context);
  arrow::Status Create(const FeatureView& view, const CallContext& context);
  arrow::Status AwaitActive(const std::string& table, const CallContext& context);
  arrow::Status SetTags(const FeatureView& view, const std::string& arn, const CallContext& context);
  arrow::Status Delete(const FeatureView& view, const CallContext& context);
  arrow::Status NoTable(const std::string& view, const std::string& table) const;
  /// Rows that are not older than what is there, the latest of each key.
  arrow::Result<std::vector<size_t>> RowsToWrite(const std::string& table, const OnlineRows& rows,
                                                 const std::vector<std::string>& ids, const CallContext& context);

  const DynamodbOptions options_;
  const std::unique_ptr<DynamodbClient> client_;
  const std::string project_;
};

/// The store that `online_store: {type: dynamodb}` configures.
arrow::Result<std::unique_ptr<OnlineStore>> MakeDynamodbOnlineStore(const RepoConfig& config);

}  // namespace feast
