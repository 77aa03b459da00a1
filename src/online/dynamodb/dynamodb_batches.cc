#include "online/dynamodb/dynamodb_batches.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "arrow/util/base64.h"
#include "online/dynamodb/dynamodb_item.h"
#include "parallel/parallel_for.h"

namespace feast {

namespace {

constexpr size_t kItemsInWriteMax = 25;
constexpr int kWriters = 10;
/// How long items are sent again that DynamoDB does not get to.
constexpr std::chrono::seconds kUnprocessedPatience{60};
constexpr int64_t kUnprocessedPauseMs = 25, kUnprocessedPauseMaxMs = 3000;

/// Waits a random time, twice as long each time, so that those who were put off together do not come back together.
arrow::Status PauseForCapacity(int round, const CallContext& context) {
  static thread_local std::minstd_rand random(std::random_device{}());
  const int64_t longest = std::min(kUnprocessedPauseMaxMs, kUnprocessedPauseMs << std::min(round, 10));
  const std::chrono::milliseconds pause(std::uniform_int_distribution<int64_t>(longest / 2, longest)(random));
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, context.stop, context.deadline.LeftUpTo(pause), [] { return false; });
  return context.Check();
}

arrow::Status NoCapacity(const std::string& what) {
  return arrow::Status::IOError("DynamoDB has not ", what,
                                " everything in a minute. Give the table more capacity, or let it bill by request, and "
                                "try again");
}

arrow::Result<nlohmann::json> Parsed(const std::string& answer) {
  auto parsed = nlohmann::json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return arrow::Status::IOError("DynamoDB's answer is no JSON object");
  return parsed;
}

const std::string* TextIn(const nlohmann::json& item, const char* attribute, const char* type) {
  const auto found = item.find(attribute);
  if (found == item.end() || !found->is_object()) return nullptr;
  const auto value = found->find(type);
  return value != found->end() && value->is_string() ? value->get_ptr<const std::string*>() : nullptr;
}

arrow::Status TakeItem(const std::string& table, const nlohmann::json& item,
                       const std::function<void(const DynamodbFound&)>& take) {
  if (!item.is_object()) return arrow::Status::OK();
  const std::string* id = TextIn(item, "entity_id", "S");
  const std::string* time = TextIn(item, "event_ts", "S");
  if (id == nullptr || time == nullptr) return arrow::Status::OK();
  std::vector<std::pair<std::string, std::string>> values;
  if (const auto map = item.find("values"); map != item.end() && map->is_object() && map->contains("M")) {
    for (const auto& [name, value] : (*map)["M"].items()) {
      const auto bytes = value.is_object() ? value.find("B") : value.end();
      if (bytes == value.end() || !bytes->is_string()) continue;
      ARROW_ASSIGN_OR_RAISE(std::string decoded, arrow::util::base64_decode(*bytes->get_ptr<const std::string*>()));
      values.emplace_back(name, std::move(decoded));
    }
  }
  take({table, *id, *time, values});
  return arrow::Status::OK();
}

using Place = std::pair<const std::string*, const std::string*>;

std::string ReadBody(const std::vector<Place>& places, const std::map<std::string, std::string>& projections,
                     bool is_consistent) {
  std::string body = R"({"RequestItems":{)";
  const std::string* table = nullptr;
  for (const auto& [name, id] : places) {
    if (table != name) {
      if (table != nullptr) body += "]" + projections.at(*table) + "},";
      body += JsonText(*name) + (is_consistent ? R"(:{"ConsistentRead":true,"Keys":[)" : R"(:{"Keys":[)");
      table = name;
    } else {
      body += ',';
    }
    body += R"({"entity_id":{"S":")" + *id + "\"}}";
  }
  return body + "]" + projections.at(*table) + "}}}";
}

}  // namespace

arrow::Status ReadDynamodb(DynamodbClient& client, const std::map<std::string, DynamodbWanted>& wanted,
                           const DynamodbReading& how, const CallContext& context,
                           const std::function<void(const DynamodbFound&)>& take) {
  std::vector<Place> places;
  std::map<std::string, std::string> projections;
  for (const auto& [table, of_table] : wanted) {
    for (const std::string& id : of_table.ids) places.emplace_back(&table, &id);
    projections[table] = DynamodbProjection(of_table.features);
  }
  const size_t size = static_cast<size_t>(how.batch_size);
  const auto batches = static_cast<int64_t>((places.size() + size - 1) / size);
  std::mutex taking;
  const auto read = [&](int, int64_t i) -> arrow::Status {
    const auto first = places.begin() + static_cast<ptrdiff_t>(static_cast<size_t>(i) * size);
    const auto last =
        static_cast<size_t>(places.end() - first) > size ? first + static_cast<ptrdiff_t>(size) : places.end();
    std::string body = ReadBody({first, last}, projections, how.is_consistent);
    const Deadline end = Deadline::After(kUnprocessedPatience);
    for (int round = 0;; ++round) {
      ARROW_ASSIGN_OR_RAISE(const std::string text, client.Call("BatchGetItem", std::move(body), context));
      ARROW_ASSIGN_OR_RAISE(const nlohmann::json answer, Parsed(text));
      if (const auto responses = answer.find("Responses"); responses != answer.end() && responses->is_object()) {
        const std::lock_guard lock(taking);
        for (const auto& [table, items] : responses->items()) {
          for (const auto& item : items) ARROW_RETURN_NOT_OK(TakeItem(table, item, take));
        }
      }
      const auto left = answer.find("UnprocessedKeys");
      if (left == answer.end() || !left->is_object() || left->empty()) return arrow::Status::OK();
      if (end.has_passed()) return NoCapacity("read");
      ARROW_RETURN_NOT_OK(PauseForCapacity(round, context));
      body = nlohmann::json{{"RequestItems", *left}}.dump();
    }
  };
  if (batches == 1) return read(0, 0);
  const CallScope scope(context);
  return ParallelFor(how.workers, batches, read);
}

arrow::Status WriteDynamodb(DynamodbClient& client, const std::string& table, const std::vector<std::string>& items,
                            const CallContext& context) {
  const auto batches = static_cast<int64_t>((items.size() + kItemsInWriteMax - 1) / kItemsInWriteMax);
  std::atomic<size_t> written = 0;
  const std::string start = R"({"RequestItems":{)" + JsonText(table) + ":[";
  const auto write = [&](int, int64_t i) -> arrow::Status {
    const size_t first = static_cast<size_t>(i) * kItemsInWriteMax;
    const size_t last = std::min(first + kItemsInWriteMax, items.size());
    std::string body = start;
    for (size_t item = first; item < last; ++item) {
      body += (item == first ? R"({"PutRequest":{"Item":)" : R"(,{"PutRequest":{"Item":)") + items[item] + "}}";
    }
    body += "]}}";
    size_t left_before = last - first;
    const Deadline end = Deadline::After(kUnprocessedPatience);
    for (int round = 0;; ++round) {
      ARROW_ASSIGN_OR_RAISE(const std::string text, client.Call("BatchWriteItem", std::move(body), context));
      ARROW_ASSIGN_OR_RAISE(const nlohmann::json answer, Parsed(text));
      const auto left = answer.find("UnprocessedItems");
      size_t left_now = 0;
      if (left != answer.end() && left->is_object()) {
        for (const auto& [name, requests] : left->items()) left_now += requests.size();
      }
      written += left_before - std::min(left_before, left_now);
      left_before = left_now;
      if (left_now == 0) return arrow::Status::OK();
      if (end.has_passed()) return NoCapacity("written");
      ARROW_RETURN_NOT_OK(PauseForCapacity(round, context));
      body = nlohmann::json{{"RequestItems", *left}}.dump();
    }
  };
  const CallScope scope(context);
  const arrow::Status done = batches == 1 ? write(0, 0) : ParallelFor(kWriters, batches, write);
  if (done.ok() || done.IsCancelled()) return done;
  return done.WithMessage("Of ", items.size(), " rows ", written.load(), " are written. ", done.message());
}

}  // namespace feast
