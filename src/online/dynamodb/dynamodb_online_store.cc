#include "online/dynamodb/dynamodb_online_store.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>
#include <utility>

#include "arrow/array/array_binary.h"
#include "arrow/util/base64.h"
#include "feast/core/InfraObject.pb.h"
#include "feast/definitions.h"
#include "online/dynamodb/dynamodb_item.h"
#include "online/entity_key.h"

namespace feast {

namespace {

constexpr const char* kDynamodbInfraClass = "feast.infra.online_stores.dynamodb.DynamoDBTable";
constexpr size_t kTableNameBytesMin = 3, kTableNameBytesMax = 255;
constexpr std::chrono::minutes kTablePatience{5};
constexpr std::chrono::milliseconds kTablePause{200};
constexpr int kBatchSizeMax = 100;

bool IsMissing(const arrow::Status& status) { return DynamodbErrorCode(status) == "ResourceNotFoundException"; }

/// As in Feast, who may not tag tables leaves their tags as they are. DynamoDB Local knows no tags.
bool CannotTag(const arrow::Status& status) {
  const std::string code = DynamodbErrorCode(status);
  return code == "AccessDeniedException" || code == "UnknownOperationException";
}

std::string TableBody(const std::string& table) { return R"({"TableName":)" + JsonText(table) + "}"; }

nlohmann::json TagList(const std::map<std::string, std::string>& tags) {
  auto list = nlohmann::json::array();
  for (const auto& [key, value] : tags) list.push_back({{"Key", key}, {"Value", value}});
  return list;
}

arrow::Status PauseForTable(const CallContext& context) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, context.stop, context.deadline.LeftUpTo(kTablePause), [] { return false; });
  return context.Check();
}

/// "{project}" and "{table_name}" replaced; Python would refuse every other name.
std::string Filled(std::string pattern, const std::string& project, const std::string& table) {
  for (const auto& [name, value] : {std::pair<std::string, const std::string&>{"{project}", project},
                                    std::pair<std::string, const std::string&>{"{table_name}", table}}) {
    for (size_t at = pattern.find(name); at != std::string::npos; at = pattern.find(name, at + value.size())) {
      pattern.replace(at, name.size(), value);
    }
  }
  return pattern;
}

std::string ItemOf(const OnlineRows& rows, const std::vector<std::string>& features, size_t row,
                   const std::string& id) {
  std::string item = R"({"entity_id":{"S":")" + id + R"("},"event_ts":{"S":")" +
                     DynamodbMomentText(rows.event_times[row]) + R"("},"values":{"M":{)";
  for (size_t i = 0; i < features.size(); ++i) {
    if (i > 0) item += ',';
    item += features[i] + R"(:{"B":")" +
            arrow::util::base64_encode(rows.values[i]->GetView(static_cast<int64_t>(row))) + "\"}";
  }
  return item + "}}}";
}

}  // namespace

DynamodbOnlineStore::DynamodbOnlineStore(DynamodbOptions options, std::unique_ptr<DynamodbClient> client,
                                         std::string project)
    : options_(std::move(options)), client_(std::move(client)), project_(std::move(project)) {}

std::string DynamodbOnlineStore::TableName(const FeatureView& view) const {
  return Filled(options_.table_name_template, project_, view.name);
}

arrow::Status DynamodbOnlineStore::NoTable(const std::string& view, const std::string& table) const {
  return arrow::Status::KeyError("The online store has no table for feature view '", view,
                                 "'. Apply it (feast apply) and materialize it. Table: ", table,
                                 ", region: ", options_.region, ", endpoint: ", client_->endpoint());
}

// ---- Tables

arrow::Result<std::vector<core::InfraObject>> DynamodbOnlineStore::InfraFor(
    const std::vector<std::shared_ptr<FeatureView>>& views) const {
  std::vector<core::InfraObject> objects(views.size());
  for (size_t i = 0; i < views.size(); ++i) {
    objects[i].set_infra_object_class_type(kDynamodbInfraClass);
    // As Python's json.dumps writes it.
    objects[i].mutable_custom_infra()->set_field(
        R"({"name": )" + JsonText(TableName(*views[i])) + R"(, "region": )" + JsonText(options_.region) +
        R"(, "endpoint_url": )" + (options_.endpoint.empty() ? "null" : JsonText(options_.endpoint)) + "}");
  }
  return objects;
}

arrow::Status DynamodbOnlineStore::Check(const OnlineUpdate& update, const CallContext&) {
  for (const auto& view : update.keep) {
    const std::string table = TableName(*view);
    const bool is_plain = table.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == std::string::npos;
    if (is_plain && table.size() >= kTableNameBytesMin && table.size() <= kTableNameBytesMax) continue;
    return arrow::Status::Invalid(
        "DynamoDB takes no table of that name: 3 to 255 letters, digits, '_', '.' and '-'. Rename the view or change "
        "`online_store.table_name_template` in feature_store.yaml, which may hold {project} and {table_name}. View: ",
        view->name, ", table: ", table);
  }
  return arrow::Status::OK();
}

std::map<std::string, std::string> DynamodbOnlineStore::TagsOf(const FeatureView& view) const {
  std::map<std::string, std::string> tags = options_.tags;
  for (const auto& [key, value] : view.tags) {
    if (!value.empty() || !tags.contains(key)) tags[key] = value;
  }
  return tags;
}

arrow::Result<DynamodbOnlineStore::TableStatus> DynamodbOnlineStore::Describe(const std::string& table,
                                                                              const CallContext& context) {
  const auto answer = client_->Call("DescribeTable", TableBody(table), context);
  if (IsMissing(answer.status())) return TableStatus{};
  ARROW_RETURN_NOT_OK(answer);
  const auto parsed = nlohmann::json::parse(*answer, nullptr, /*allow_exceptions=*/false);
  const auto found = parsed.is_object() ? parsed.find("Table") : parsed.end();
  if (found == parsed.end()) return arrow::Status::IOError("DynamoDB does not say how table ", table, " is");
  const nlohmann::json key = {{{"AttributeName", "entity_id"}, {"KeyType", "HASH"}}};
  return TableStatus{found->value("TableStatus", ""), found->value("TableArn", ""),
                     found->contains("KeySchema") && (*found)["KeySchema"] == key};
}

arrow::Status DynamodbOnlineStore::Create(const FeatureView& view, const CallContext& context) {
  nlohmann::json body = {{"TableName", TableName(view)},
                         {"KeySchema", {{{"AttributeName", "entity_id"}, {"KeyType", "HASH"}}}},
                         {"AttributeDefinitions", {{{"AttributeName", "entity_id"}, {"AttributeType", "S"}}}},
                         {"BillingMode", "PAY_PER_REQUEST"}};
  // Without tags there is no list of them, for an empty one takes the right to tag too.
  if (const auto tags = TagsOf(view); !tags.empty()) body["Tags"] = TagList(tags);
  const arrow::Status made = client_->Call("CreateTable", body.dump(), context).status();
  // Another program was quicker.
  return DynamodbErrorCode(made) == "ResourceInUseException" ? arrow::Status::OK() : made;
}

arrow::Status DynamodbOnlineStore::AwaitActive(const std::string& table, const CallContext& context) {
  const Deadline end = Deadline::After(kTablePatience);
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const TableStatus found, Describe(table, context));
    if (found.status == "ACTIVE" || found.status == "UPDATING") return arrow::Status::OK();
    if (end.has_passed()) {
      return arrow::Status::IOError("DynamoDB has not made a table in five minutes; apply again. Table: ", table);
    }
    ARROW_RETURN_NOT_OK(PauseForTable(context));
  }
}

arrow::Status DynamodbOnlineStore::SetTags(const FeatureView& view, const std::string& arn,
                                           const CallContext& context) {
  const auto wanted = TagsOf(view);
  const nlohmann::json resource = {{"ResourceArn", arn}};
  const auto listed = client_->Call("ListTagsOfResource", resource.dump(), context);
  if (CannotTag(listed.status())) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(listed);
  std::map<std::string, std::string> there;
  const auto parsed = nlohmann::json::parse(*listed, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_object() && parsed.contains("Tags")) {
    for (const auto& tag : parsed["Tags"]) there[tag.value("Key", "")] = tag.value("Value", "");
  }
  auto gone = nlohmann::json::array();
  std::map<std::string, std::string> changed;
  for (const auto& [key, value] : there) {
    // AWS's own cannot be taken away.
    if (!wanted.contains(key) && !key.starts_with("aws:")) gone.push_back(key);
  }
  for (const auto& [key, value] : wanted) {
    if (const auto known = there.find(key); known == there.end() || known->second != value) changed[key] = value;
  }
  arrow::Status done;
  if (!gone.empty()) {
    const nlohmann::json body = {{"ResourceArn", arn}, {"TagKeys", gone}};
    done = client_->Call("UntagResource", body.dump(), context).status();
  }
  if (done.ok() && !changed.empty()) {
    const nlohmann::json body = {{"ResourceArn", arn}, {"Tags", TagList(changed)}};
    done = client_->Call("TagResource", body.dump(), context).status();
  }
  return CannotTag(done) ? arrow::Status::OK() : done;
}

arrow::Status DynamodbOnlineStore::Delete(const FeatureView& view, const CallContext& context) {
  const std::string table = TableName(view);
  const arrow::Status done = client_->Call("DeleteTable", TableBody(table), context).status();
  if (IsMissing(done)) return arrow::Status::OK();
  if (DynamodbErrorCode(done) != "ResourceInUseException") return done;
  // It is being made, changed or deleted.
  ARROW_ASSIGN_OR_RAISE(const TableStatus found, Describe(table, context));
  if (found.status.empty() || found.status == "DELETING") return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(AwaitActive(table, context));
  return client_->Call("DeleteTable", TableBody(table), context).status();
}

arrow::Status DynamodbOnlineStore::Update(const OnlineUpdate& update, const CallContext& context) {
  ARROW_RETURN_NOT_OK(Check(update, context));
  std::set<std::string> kept, made;
  for (const auto& view : update.keep) {
    const std::string table = TableName(*view);
    kept.insert(table);
    ARROW_ASSIGN_OR_RAISE(TableStatus found, Describe(table, context));
    while (found.status == "DELETING") {
      ARROW_RETURN_NOT_OK(PauseForTable(context));
      ARROW_ASSIGN_OR_RAISE(found, Describe(table, context));
    }
    if (found.status.empty()) {
      ARROW_RETURN_NOT_OK(Create(*view, context));
      made.insert(table);
    } else {
      ARROW_RETURN_NOT_OK(SetTags(*view, found.arn, context));
    }
  }
  for (const std::string& table : made) ARROW_RETURN_NOT_OK(AwaitActive(table, context));
  for (const auto& view : update.remove) {
    if (!kept.contains(TableName(*view))) ARROW_RETURN_NOT_OK(Delete(*view, context));
  }
  return arrow::Status::OK();
}

arrow::Status DynamodbOnlineStore::Teardown(const std::vector<std::shared_ptr<FeatureView>>& views,
                                            const CallContext& context) {
  for (const auto& view : views) ARROW_RETURN_NOT_OK(Delete(*view, context));
  return arrow::Status::OK();
}

arrow::Result<std::vector<OnlineTableState>> DynamodbOnlineStore::Inspect(
    const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext& context) {
  std::vector<OnlineTableState> states;
  for (const auto& view : views) {
    OnlineTableState state{TableName(*view), false, {}};
    ARROW_ASSIGN_OR_RAISE(const TableStatus found, Describe(state.name, context));
    state.exists = !found.status.empty() && found.status != "DELETING";
    if (state.exists && !found.has_our_key) state.missing_columns.emplace_back("entity_id");
    states.push_back(std::move(state));
  }
  return states;
}

// ---- Rows

arrow::Result<std::vector<size_t>> DynamodbOnlineStore::RowsToWrite(const std::string& table, const OnlineRows& rows,
                                                                    const std::vector<std::string>& ids,
                                                                    const CallContext& context) {
  std::unordered_map<std::string_view, size_t> latest;
  std::map<std::string, DynamodbWanted> wanted;
  for (size_t row = 0; row < ids.size(); ++row) {
    const auto [known, is_new] = latest.try_emplace(ids[row], row);
    if (is_new) {
      wanted[table].ids.push_back(ids[row]);
    } else if (rows.event_times[known->second] <= rows.event_times[row]) {
      known->second = row;
    }
  }
  DynamodbReading reading = options_.reading;
  reading.is_consistent = true;
  ARROW_RETURN_NOT_OK(ReadDynamodb(*client_, wanted, reading, context, [&](const DynamodbFound& found) {
    const auto known = latest.find(found.id);
    const auto stored = DynamodbMomentOf(found.event_time);
    if (known != latest.end() && stored && *stored > rows.event_times[known->second]) latest.erase(known);
  }));
  std::vector<size_t> chosen;
  chosen.reserve(latest.size());
  for (const auto& [id, row] : latest) chosen.push_back(row);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

arrow::Status DynamodbOnlineStore::Write(const FeatureView& view, const OnlineRows& rows, const CallContext& context) {
  const std::string table = TableName(view);
  if (rows.keys.empty()) {
    ARROW_ASSIGN_OR_RAISE(const TableStatus found, Describe(table, context));
    return found.status.empty() ? NoTable(view.name, table) : arrow::Status::OK();
  }
  std::vector<std::string> ids, features;
  ids.reserve(rows.keys.size());
  for (const std::string& key : rows.keys) ids.push_back(EntityId(key));
  for (const std::string& feature : rows.features) features.push_back(JsonText(feature));
  const auto chosen = RowsToWrite(table, rows, ids, context);
  if (IsMissing(chosen.status())) return NoTable(view.name, table);
  ARROW_RETURN_NOT_OK(chosen);
  std::vector<std::string> items;
  items.reserve(chosen->size());
  for (const size_t row : *chosen) items.push_back(ItemOf(rows, features, row, ids[row]));
  if (items.empty()) return arrow::Status::OK();
  const arrow::Status done = WriteDynamodb(*client_, table, items, context);
  return IsMissing(done) ? NoTable(view.name, table) : done;
}

arrow::Result<std::vector<OnlineAnswer>> DynamodbOnlineStore::Read(const std::vector<OnlineLookup>& lookups,
                                                                   const CallContext& context) {
  std::vector<OnlineAnswer> answers;
  std::map<std::string, DynamodbWanted> wanted;
  /// By table and id: which keys of which lookups that is.
  std::map<std::string, std::unordered_map<std::string, std::vector<std::pair<size_t, size_t>>>> places;
  for (size_t i = 0; i < lookups.size(); ++i) {
    answers.emplace_back(lookups[i].keys.size(), lookups[i].features.size());
    if (lookups[i].keys.empty()) continue;
    const std::string table = TableName(*lookups[i].view);
    DynamodbWanted& of_table = wanted[table];
    for (const std::string& feature : lookups[i].features) {
      auto& known = of_table.features;
      if (std::find(known.begin(), known.end(), feature) == known.end()) known.push_back(feature);
    }
    for (size_t key = 0; key < lookups[i].keys.size(); ++key) {
      const std::string id = EntityId(lookups[i].keys[key]);
      auto& places_of_id = places[table][id];
      if (places_of_id.empty()) of_table.ids.push_back(id);
      places_of_id.emplace_back(i, key);
    }
  }
  const auto done = ReadDynamodb(*client_, wanted, options_.reading, context, [&](const DynamodbFound& found) {
    const auto table = places.find(found.table);
    if (table == places.end()) return;
    const auto place = table->second.find(found.id);
    const auto moment = DynamodbMomentOf(found.event_time);
    if (place == table->second.end() || !moment) return;
    for (const auto& [lookup, key] : place->second) {
      answers[lookup].SetEventTime(key, *moment);
      const auto& features = lookups[lookup].features;
      for (const auto& [name, bytes] : found.values) {
        const auto feature = std::find(features.begin(), features.end(), name);
        if (feature != features.end()) {
          answers[lookup].SetValue(key, static_cast<size_t>(feature - features.begin()), bytes);
        }
      }
    }
  });
  if (!IsMissing(done)) {
    ARROW_RETURN_NOT_OK(done);
    return answers;
  }
  // DynamoDB does not say which.
  for (const OnlineLookup& lookup : lookups) {
    const std::string table = TableName(*lookup.view);
    ARROW_ASSIGN_OR_RAISE(const TableStatus found, Describe(table, context));
    if (found.status.empty()) return NoTable(lookup.view->name, table);
  }
  return done;
}

arrow::Result<std::unique_ptr<OnlineStore>> MakeDynamodbOnlineStore(const RepoConfig& config) {
  const ComponentConfig& block = *config.online_store;
  DynamodbOptions options;
  options.region = block.GetString("region");
  options.endpoint = block.GetString("endpoint_url");
  if (const auto pattern = block.GetString("table_name_template"); !pattern.empty()) {
    options.table_name_template = pattern;
  }
  if (const auto tags = block.options.find("tags"); tags != block.options.end()) {
    if (const auto* map = tags->second.As<ConfigValue::Map>()) {
      for (const auto& [key, value] : *map) {
        if (const auto* text = value.As<std::string>()) options.tags[key] = *text;
      }
    }
  }
  options.reading.batch_size =
      static_cast<int>(std::clamp<int64_t>(block.GetInt("batch_size").value_or(kBatchSizeMax), 1, kBatchSizeMax));
  options.reading.workers =
      static_cast<int>(std::clamp<int64_t>(block.GetInt("max_read_workers").value_or(10), 1, 1000));
  options.reading.is_consistent = block.GetBool("consistent_reads").value_or(false);
  DynamodbClientOptions client_options{.region = options.region, .endpoint = options.endpoint};
  client_options.attempts_max =
      static_cast<int>(std::clamp<int64_t>(block.GetInt("total_max_retry_attempts").value_or(3), 1, 100));
  for (const auto& [name, patience] : {std::pair{"connect_timeout", &client_options.connect_patience},
                                       std::pair{"read_timeout", &client_options.answer_patience}}) {
    const auto given = block.options.find(name);
    if (given == block.options.end()) continue;
    double seconds = 0;
    if (const auto* number = given->second.As<double>()) seconds = *number;
    if (const auto* number = given->second.As<int64_t>()) seconds = static_cast<double>(*number);
    if (seconds > 0 && seconds < 86'400) {
      *patience = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
    }
  }
  ARROW_ASSIGN_OR_RAISE(auto client, DynamodbClient::Open(std::move(client_options)));
  return std::make_unique<DynamodbOnlineStore>(std::move(options), std::move(client), config.project);
}

}  // namespace feast
