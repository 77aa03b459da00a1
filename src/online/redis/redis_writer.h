// Writing rows to Redis, and taking them out again.
#pragma once

#include <string>
#include <vector>

#include "arrow/status.h"
#include "feast/call_context.h"
#include "online/online_rows.h"
#include "online/redis/redis_client.h"
#include "online/redis/redis_layout.h"

namespace feast {

/// Writes all rows that are not older than what is there.
arrow::Status WriteToRedis(RedisClient& client, const std::string& project, const std::string& view,
                           const OnlineRows& rows, const CallContext& context);

/// Takes the row of one view out of all hashes of a shape.
arrow::Status DeleteViewFromRedis(RedisClient& client, const RedisKeyShape& shape, const FeatureView& view,
                                  const CallContext& context);
/// Deletes all hashes of a shape.
arrow::Status DeleteKeysFromRedis(RedisClient& client, const RedisKeyShape& shape, const CallContext& context);

}  // namespace feast
