// Many items at once: batches of the size that DynamoDB takes, in parallel, until all are done.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/status.h"
#include "feast/call_context.h"
#include "online/dynamodb/dynamodb_client.h"

namespace feast {

/// What is wanted of one table.
struct DynamodbWanted {
  /// Each once.
  std::vector<std::string> ids;
  std::vector<std::string> features;
};

/// An item that was found. Valid during the call only.
struct DynamodbFound {
  const std::string& table;
  const std::string& id;
  std::string_view event_time;
  /// Serialized, by the features' names.
  const std::vector<std::pair<std::string, std::string>>& values;
};

struct DynamodbReading {
  /// Items in a request.
  int batch_size = 100;
  /// Requests at a time.
  int workers = 10;
  bool is_consistent = false;
};

/// Reads items of several tables; those of one request may be of different ones. `take` is called by one thread at a
/// time. KeyError's place is left to the caller: a missing table is DynamoDB's ResourceNotFoundException.
arrow::Status ReadDynamodb(DynamodbClient& client, const std::map<std::string, DynamodbWanted>& wanted,
                           const DynamodbReading& how, const CallContext& context,
                           const std::function<void(const DynamodbFound&)>& take);

/// Puts items, each complete JSON, into a table. An error says how many of them are written.
arrow::Status WriteDynamodb(DynamodbClient& client, const std::string& table, const std::vector<std::string>& items,
                            const CallContext& context);

}  // namespace feast
