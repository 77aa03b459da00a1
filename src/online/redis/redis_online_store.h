// The "redis" online store: one hash for each entity, laid out as Feast lays it out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "online/online_store.h"
#include "online/redis/redis_client.h"
#include "online/redis/redis_reader.h"

namespace feast {

class RedisOnlineStore : public OnlineStore {
 public:
  RedisOnlineStore(RedisOptions options, std::string project, int key_version);

  /// None, as in Feast: there is nothing to make.
  arrow::Result<std::vector<core::InfraObject>> InfraFor(
      const std::vector<std::shared_ptr<FeatureView>>& views) const override;
  std::string infra_type() const override { return "redis hash"; }
  /// Takes the rows of removed views out, unless `full_scan_for_deletion` is false.
  arrow::Status Update(const OnlineUpdate& update, const CallContext& context) override;
  /// Hashes are made by the first write, so nothing can be missing at a server that answers.
  arrow::Result<std::vector<OnlineTableState>> Inspect(const std::vector<std::shared_ptr<FeatureView>>& views,
                                                       const CallContext& context) override;
  arrow::Status Write(const FeatureView& view, const OnlineRows& rows, const CallContext& context) override;
  arrow::Result<std::vector<OnlineAnswer>> Read(const std::vector<OnlineLookup>& lookups,
                                                const CallContext& context) override;
  /// Deletes the hashes of these views' entities with all that is in them, as Feast does.
  arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext& context) override;

 private:
  const std::string project_;
  const int key_version_;
  RedisClient client_;
  RedisReader reader_;
};

/// The store that `online_store: {type: redis}` configures.
arrow::Result<std::unique_ptr<OnlineStore>> MakeRedisOnlineStore(const RepoConfig& config);

}  // namespace feast
