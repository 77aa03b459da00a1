#include "online/redis/redis_online_store.h"

#include <algorithm>
#include <utility>

#include "feast/core/InfraObject.pb.h"
#include "feast/definitions.h"
#include "online/redis/redis_layout.h"
#include "online/redis/redis_writer.h"

namespace feast {

RedisOnlineStore::RedisOnlineStore(RedisOptions options, std::string project, int key_version)
    : project_(std::move(project)),
      key_version_(key_version),
      client_(std::move(options)),
      reader_(client_, project_) {}

arrow::Result<std::vector<core::InfraObject>> RedisOnlineStore::InfraFor(
    const std::vector<std::shared_ptr<FeatureView>>&) const {
  return std::vector<core::InfraObject>();
}

arrow::Status RedisOnlineStore::Update(const OnlineUpdate& update, const CallContext& context) {
  if (!client_.options().deletes_by_scan) return arrow::Status::OK();
  for (const auto& view : update.remove) {
    ARROW_ASSIGN_OR_RAISE(const auto shape, RedisKeyShape::Of(*view, project_, key_version_));
    ARROW_RETURN_NOT_OK(DeleteViewFromRedis(client_, shape, *view, context));
  }
  return arrow::Status::OK();
}

arrow::Result<std::vector<OnlineTableState>> RedisOnlineStore::Inspect(
    const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext& context) {
  std::vector<OnlineTableState> states;
  for (const auto& view : views) {
    ARROW_RETURN_NOT_OK(WriteToRedis(client_, project_, view->name, {}, context));
    states.push_back({project_ + " " + view->name, true, {}});
  }
  return states;
}

arrow::Status RedisOnlineStore::Write(const FeatureView& view, const OnlineRows& rows, const CallContext& context) {
  return WriteToRedis(client_, project_, view.name, rows, context);
}

arrow::Result<std::vector<OnlineAnswer>> RedisOnlineStore::Read(const std::vector<OnlineLookup>& lookups,
                                                                const CallContext& context) {
  return reader_.Read(lookups, context);
}

arrow::Status RedisOnlineStore::Teardown(const std::vector<std::shared_ptr<FeatureView>>& views,
                                         const CallContext& context) {
  std::vector<RedisKeyShape> shapes;
  for (const auto& view : views) {
    ARROW_ASSIGN_OR_RAISE(auto shape, RedisKeyShape::Of(*view, project_, key_version_));
    if (std::find(shapes.begin(), shapes.end(), shape) == shapes.end()) shapes.push_back(std::move(shape));
  }
  for (const RedisKeyShape& shape : shapes) ARROW_RETURN_NOT_OK(DeleteKeysFromRedis(client_, shape, context));
  return arrow::Status::OK();
}

arrow::Result<std::unique_ptr<OnlineStore>> MakeRedisOnlineStore(const RepoConfig& config) {
  ARROW_ASSIGN_OR_RAISE(RedisOptions options, RedisOptionsOf(*config.online_store));
  return std::make_unique<RedisOnlineStore>(std::move(options), config.project,
                                            config.entity_key_serialization_version);
}

}  // namespace feast
