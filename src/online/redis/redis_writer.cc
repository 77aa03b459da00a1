#include "online/redis/redis_writer.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "arrow/array/array_binary.h"
#include "feast/definitions.h"
#include "online/redis/redis_refusal.h"

namespace feast {

namespace {

/// Rows in flight: enough for a round trip not to matter, few enough for buffers to stay small.
constexpr size_t kRowsAtATime = 500;

/// Writes the rows of one call.
class RedisRowWriter {
 public:
  RedisRowWriter(RedisClient& client, const std::string& project, const std::string& view, const OnlineRows& rows)
      : client_(client), project_(project), rows_(rows), time_field_(RedisTimeField(view)), batch_(client.NewBatch()) {
    for (const std::string& feature : rows.features) fields_.push_back(RedisFieldOf(view, feature));
    ttl_ = std::to_string(client.options().key_ttl_s);
  }

  /// Asks for the event times of the next rows together with the writing of the last ones.
  arrow::Status Write(const CallContext& context) {
    const bool reads = !client_.options().skips_reading_before_writing;
    const size_t count = rows_.keys.size();
    stored_.resize(count);
    for (size_t read = 0, written = 0; written < count;) {
      const size_t read_end = reads ? std::min(read + kRowsAtATime, count) : 0;
      const size_t write_end = reads ? read : std::min(written + kRowsAtATime, count);
      batch_.Clear();
      for (size_t row = read; row < read_end; ++row) Look(row);
      const size_t looks = batch_.size();
      for (size_t row = written; row < write_end; ++row) Put(row);
      const arrow::Status done = client_.Run(batch_, context, [&](size_t command, RespReader reply) {
        return command < looks ? TakeTime(read + command, reply) : TakeDone(reply);
      });
      if (!done.ok()) {
        return done.WithMessage("Of ", count, " rows ", written, " are written. ", done.message());
      }
      read = std::max(read, read_end);
      written = write_end;
    }
    return arrow::Status::OK();
  }

 private:
  void SetKey(size_t row) { key_.assign(rows_.keys[row]).append(project_); }

  void Look(size_t row) {
    SetKey(row);
    AppendRespCommand({"HMGET", key_, time_field_}, batch_.bytes());
    batch_.EndCommand(key_);
  }

  void Put(size_t row) {
    const Timestamp moment = rows_.event_times[row];
    auto& newest = newest_[rows_.keys[row]];
    if (stored_[row] && (!newest || *newest < *stored_[row])) newest = stored_[row];
    if (!client_.options().skips_reading_before_writing) {
      if (newest && moment < *newest) return;
      newest = moment;
    }
    SetKey(row);
    std::string* const out = batch_.bytes();
    AppendRespCount(4 + 2 * fields_.size(), out);
    AppendRespArgument("HSET", out);
    AppendRespArgument(key_, out);
    AppendRespArgument(time_field_, out);
    AppendRespArgument(RedisTimeBytes(moment), out);
    for (size_t i = 0; i < fields_.size(); ++i) {
      AppendRespArgument(fields_[i].bytes(), out);
      AppendRespArgument(rows_.values[i]->GetView(static_cast<int64_t>(row)), out);
    }
    batch_.EndCommand(key_);
    if (client_.options().key_ttl_s == 0) return;
    AppendRespCommand({"EXPIRE", key_, ttl_}, out);
    batch_.EndCommand(key_);
  }

  arrow::Status TakeTime(size_t row, RespReader reply) {
    const RespItem head = reply.Next();
    if (head.is_error()) return RedisRefusal("read", head.text);
    const RespItem time = reply.Next();
    stored_[row] = time.is_text() ? RedisTimeOf(time.text) : std::nullopt;
    return arrow::Status::OK();
  }

  static arrow::Status TakeDone(RespReader reply) {
    const RespItem done = reply.Next();
    return done.is_error() ? RedisRefusal("write", done.text) : arrow::Status::OK();
  }

  RedisClient& client_;
  const std::string& project_;
  const OnlineRows& rows_;
  const std::string time_field_;
  std::vector<RedisField> fields_;
  std::string ttl_, key_;
  RedisBatch batch_;
  /// What the server has, by row.
  std::vector<std::optional<Timestamp>> stored_;
  /// What it has by key, this call's rows included.
  std::unordered_map<std::string_view, std::optional<Timestamp>> newest_;
};

using KeyPage = std::vector<std::string>;

/// Calls `use` with pages of keys of a shape, at each master in turn. A key may come twice.
template <typename Use>
arrow::Status ScanRedis(RedisClient& client, const RedisKeyShape& shape, const CallContext& context, Use use) {
  ARROW_ASSIGN_OR_RAISE(const auto masters, client.Masters(context));
  const std::string pattern = shape.Pattern();
  for (const RedisAddress& master : masters) {
    std::string cursor = "0";
    do {
      RedisBatch batch = client.NewBatch();
      AppendRespCommand({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"}, batch.bytes());
      batch.EndCommand({});
      KeyPage keys;
      ARROW_RETURN_NOT_OK(client.RunAt(master, batch, context, [&](size_t, RespReader reply) -> arrow::Status {
        const RespItem head = reply.Next();
        if (head.is_error()) return RedisRefusal("look for", head.text);
        cursor = std::string(reply.Next().text);
        for (int64_t left = reply.Next().number; left > 0; --left) {
          const std::string_view key = reply.Next().text;
          if (shape.Fits(key)) keys.emplace_back(key);
        }
        return arrow::Status::OK();
      }));
      if (!keys.empty()) ARROW_RETURN_NOT_OK(use(keys));
    } while (cursor != "0" && !cursor.empty());
  }
  return arrow::Status::OK();
}

arrow::Status RunDeletion(RedisClient& client, const RedisBatch& batch, const CallContext& context) {
  return client.Run(batch, context, [](size_t, RespReader reply) {
    const RespItem done = reply.Next();
    return done.is_error() ? RedisRefusal("delete", done.text) : arrow::Status::OK();
  });
}

/// What is to go of one hash. Fields are named one by one also where no other view is left: what another program adds
/// meanwhile then stays, and an empty hash goes by itself.
std::vector<std::string> FieldsToDelete(RespReader reply, const std::string& time_field,
                                        const std::vector<std::string>& of_view) {
  std::vector<std::string> all;
  bool has_view = false, has_others = false;
  for (int64_t left = reply.Next().number; left > 0; --left) {
    const std::string_view field = reply.Next().text;
    if (field.starts_with(kRedisTimeMark)) (field == time_field ? has_view : has_others) = true;
    all.emplace_back(field);
  }
  if (!has_view) return {};
  return has_others ? of_view : all;
}

}  // namespace

arrow::Status WriteToRedis(RedisClient& client, const std::string& project, const std::string& view,
                           const OnlineRows& rows, const CallContext& context) {
  if (!rows.keys.empty()) return RedisRowWriter(client, project, view, rows).Write(context);
  // Whether it could: whoever can log in to a server that answers.
  RedisBatch batch = client.NewBatch();
  AppendRespCommand({"HMGET", project, RedisTimeField(view)}, batch.bytes());
  batch.EndCommand(project);
  return client.Run(batch, context, [](size_t, RespReader) { return arrow::Status::OK(); });
}

arrow::Status DeleteViewFromRedis(RedisClient& client, const RedisKeyShape& shape, const FeatureView& view,
                                  const CallContext& context) {
  const std::string time_field = RedisTimeField(view.name);
  std::vector<std::string> of_view = {time_field};
  for (const Field& feature : view.features) of_view.emplace_back(RedisFieldOf(view.name, feature.name).bytes());
  return ScanRedis(client, shape, context, [&](const KeyPage& keys) -> arrow::Status {
    RedisBatch look = client.NewBatch(), remove = client.NewBatch();
    for (const std::string& key : keys) {
      AppendRespCommand({"HKEYS", key}, look.bytes());
      look.EndCommand(key);
    }
    std::vector<std::vector<std::string>> doomed(keys.size());
    ARROW_RETURN_NOT_OK(client.Run(look, context, [&](size_t i, RespReader reply) {
      const RespItem head = RespReader(reply).Next();
      if (head.is_error()) return RedisRefusal("read", head.text);
      doomed[i] = FieldsToDelete(reply, time_field, of_view);
      return arrow::Status::OK();
    }));
    for (size_t i = 0; i < keys.size(); ++i) {
      if (doomed[i].empty()) continue;
      AppendRespCount(2 + doomed[i].size(), remove.bytes());
      AppendRespArgument("HDEL", remove.bytes());
      AppendRespArgument(keys[i], remove.bytes());
      for (const std::string& field : doomed[i]) AppendRespArgument(field, remove.bytes());
      remove.EndCommand(keys[i]);
    }
    return RunDeletion(client, remove, context);
  });
}

arrow::Status DeleteKeysFromRedis(RedisClient& client, const RedisKeyShape& shape, const CallContext& context) {
  return ScanRedis(client, shape, context, [&](const KeyPage& keys) {
    RedisBatch batch = client.NewBatch();
    for (const std::string& key : keys) {
      AppendRespCommand({"UNLINK", key}, batch.bytes());
      batch.EndCommand(key);
    }
    return RunDeletion(client, batch, context);
  });
}

}  // namespace feast
