#include "online/redis/redis_reader.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <string_view>
#include <utility>

#include "feast/definitions.h"
#include "online/redis/redis_layout.h"
#include "online/redis/redis_refusal.h"

namespace feast {

namespace {

/// How often it is asked how many fields a hash has, while only some are read.
constexpr uint32_t kReadsBetweenLooks = 64;

}  // namespace

/// Lookups with the same keys, whose fields are asked for at once.
class RedisReader::Group {
 public:
  Group(const std::vector<OnlineLookup>& lookups, size_t first, std::shared_ptr<HashSize> size)
      : lookups_(lookups), keys_(lookups[first].keys), size_(std::move(size)) {}

  bool HasKeysOf(const OnlineLookup& lookup) const { return lookup.keys == keys_; }
  size_t command_count() const { return keys_.size() + (looks_ ? 1 : 0); }

  void Add(size_t lookup) {
    const std::string& view = lookups_[lookup].view->name;
    for (size_t i = 0; i < lookups_[lookup].features.size(); ++i) {
      fields_.push_back({RedisFieldOf(view, lookups_[lookup].features[i]), lookup, i});
    }
    times_.push_back({RedisTimeField(view), lookup});
  }

  /// Asks for all fields where about half of them are wanted: to find single ones, Redis goes through a small hash
  /// again for each.
  void Choose() {
    const uint32_t asked = static_cast<uint32_t>(fields_.size() + times_.size());
    const uint32_t known = size_->fields.load(std::memory_order_relaxed);
    takes_all_ = known != 0 && asked * 2 >= known;
    looks_ = !takes_all_ && !keys_.empty() &&
             (known == 0 || size_->reads.fetch_add(1, std::memory_order_relaxed) % kReadsBetweenLooks == 0);
    if (takes_all_) MakeTable();
  }

  void Ask(const std::string& project, RedisBatch* batch) const {
    std::string wanted;
    if (!takes_all_) {
      for (const Wanted& field : fields_) AppendRespArgument(field.name.bytes(), &wanted);
      for (const auto& [name, lookup] : times_) AppendRespArgument(name, &wanted);
    }
    std::string key;
    for (const std::string& entity : keys_) {
      key.assign(entity).append(project);
      AppendRespCount(takes_all_ ? 2 : 2 + fields_.size() + times_.size(), batch->bytes());
      AppendRespArgument(takes_all_ ? "HGETALL" : "HMGET", batch->bytes());
      AppendRespArgument(key, batch->bytes());
      batch->bytes()->append(wanted);
      batch->EndCommand(key);
    }
    if (!looks_) return;
    key.assign(keys_.front()).append(project);
    AppendRespCommand({"HLEN", key}, batch->bytes());
    batch->EndCommand(key);
  }

  /// The reply to the command of this number within the group.
  arrow::Status Take(size_t command, RespReader reply, std::vector<OnlineAnswer>* answers) {
    const RespItem head = reply.Next();
    if (head.is_error()) return RedisRefusal("read", head.text);
    if (command == keys_.size()) {
      if (head.number > 0) size_->fields.store(static_cast<uint32_t>(head.number), std::memory_order_relaxed);
      return arrow::Status::OK();
    }
    if (takes_all_) {
      TakeAll(command, static_cast<size_t>(head.number) / 2, reply, answers);
      return arrow::Status::OK();
    }
    for (const Wanted& field : fields_) TakeValue(field, command, reply.Next(), answers);
    for (const auto& [name, lookup] : times_) TakeTime(lookup, command, reply.Next(), answers);
    return arrow::Status::OK();
  }

 private:
  struct Wanted {
    RedisField name;
    size_t lookup, feature;
  };
  static constexpr uint16_t kNone = UINT16_MAX;

  /// Fields by their numbers, which are hashes already.
  void MakeTable() {
    const size_t size = std::bit_ceil(fields_.size() * 2 + 1);
    table_.assign(size, kNone);
    for (size_t i = 0; i < fields_.size(); ++i) {
      size_t place = fields_[i].name.number & (size - 1);
      while (table_[place] != kNone) place = (place + 1) & (size - 1);
      table_[place] = static_cast<uint16_t>(i);
    }
  }

  void TakeAll(size_t key, size_t count, RespReader reply, std::vector<OnlineAnswer>* answers) {
    if (count > 0) size_->fields.store(static_cast<uint32_t>(count), std::memory_order_relaxed);
    for (size_t i = 0; i < count; ++i) {
      const RespItem name = reply.Next(), value = reply.Next();
      if (name.text.size() == sizeof(uint32_t)) {
        const uint32_t number = RedisFieldNumber(name.text);
        const size_t mask = table_.size() - 1;
        for (size_t place = number & mask; table_[place] != kNone; place = (place + 1) & mask) {
          const Wanted& field = fields_[table_[place]];
          if (field.name.number == number) TakeValue(field, key, value, answers);
        }
      } else {
        for (const auto& [time, lookup] : times_) {
          if (time == name.text) TakeTime(lookup, key, value, answers);
        }
      }
    }
  }

  static void TakeValue(const Wanted& field, size_t key, const RespItem& value, std::vector<OnlineAnswer>* answers) {
    if (value.is_text()) (*answers)[field.lookup].SetValue(key, field.feature, value.text);
  }

  static void TakeTime(size_t lookup, size_t key, const RespItem& value, std::vector<OnlineAnswer>* answers) {
    if (!value.is_text()) return;
    if (const auto moment = RedisTimeOf(value.text)) (*answers)[lookup].SetEventTime(key, *moment);
  }

  const std::vector<OnlineLookup>& lookups_;
  const std::vector<std::string>& keys_;
  std::shared_ptr<HashSize> size_;
  std::vector<Wanted> fields_;
  /// With their lookups.
  std::vector<std::pair<std::string, size_t>> times_;
  bool takes_all_ = false, looks_ = false;
  std::vector<uint16_t> table_;
};

std::shared_ptr<RedisReader::HashSize> RedisReader::SizeOf(const std::string& view) {
  const std::lock_guard lock(mutex_);
  auto& size = sizes_[view];
  if (!size) size = std::make_shared<HashSize>();
  return size;
}

std::vector<RedisReader::Group> RedisReader::GroupsOf(const std::vector<OnlineLookup>& lookups) {
  std::vector<Group> groups;
  for (size_t i = 0; i < lookups.size(); ++i) {
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.HasKeysOf(lookups[i]); });
    if (group == groups.end()) {
      groups.emplace_back(lookups, i, SizeOf(lookups[i].view->name));
      group = std::prev(groups.end());
    }
    group->Add(i);
  }
  for (Group& group : groups) group.Choose();
  return groups;
}

arrow::Result<std::vector<OnlineAnswer>> RedisReader::Read(const std::vector<OnlineLookup>& lookups,
                                                           const CallContext& context) {
  std::vector<OnlineAnswer> answers;
  answers.reserve(lookups.size());
  for (const OnlineLookup& lookup : lookups) answers.emplace_back(lookup.keys.size(), lookup.features.size());
  std::vector<Group> groups = GroupsOf(lookups);
  RedisBatch batch = client_.NewBatch();
  std::vector<size_t> ends;
  for (const Group& group : groups) {
    group.Ask(project_, &batch);
    ends.push_back(batch.size());
  }
  ARROW_RETURN_NOT_OK(client_.Run(batch, context, [&](size_t command, RespReader reply) {
    const auto group = static_cast<size_t>(std::upper_bound(ends.begin(), ends.end(), command) - ends.begin());
    return groups[group].Take(command - (group == 0 ? 0 : ends[group - 1]), reply, &answers);
  }));
  return answers;
}

}  // namespace feast
