// What reading costs without a feature store: a prepared statement for each view of a SQLite online store, or pipelined
// HMGET and HGETALL of the hashes in Redis. Nothing is decoded; every byte of the values is copied once.
//
// bare_reads sqlite FILE PROJECT VIEWS SECONDS    VIEWS: how many view_0, view_1, ... there are
// bare_reads redis PORT PROJECT FIELDS SECONDS    FIELDS: how many of each hash HMGET asks for
//
// Prints {"<way> <entities>": {"p50": µs, "p99": µs, "cpu": µs, "requests": n}} for 1, 10 and 100 entities.
#include <hiredis/hiredis.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "percentiles.h"

namespace {

constexpr size_t kSizes[] = {1, 10, 100};

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

/// Places of the keys that each of some requests asks for.
std::vector<std::vector<size_t>> Requests(size_t entities, size_t keys) {
  std::mt19937_64 random(entities);
  std::vector<std::vector<size_t>> asked(500, std::vector<size_t>(entities));
  for (auto& places : asked) {
    for (size_t& place : places) place = random() % keys;
  }
  return asked;
}

/// Copies what it is given, so that nothing is left unread.
class Sink {
 public:
  void Begin() { bytes_.clear(); }
  void Take(const void* data, size_t size) { bytes_.append(static_cast<const char*>(data), size); }

 private:
  std::string bytes_;
};

sqlite3_stmt* Prepare(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    Fail(sql + ": " + sqlite3_errmsg(database));
  }
  return statement;
}

void MeasureSqlite(const std::string& file, const std::string& project, size_t views, Percentiles* times) {
  sqlite3* database = nullptr;
  if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) Fail("no " + file);
  std::vector<std::string> keys;
  sqlite3_stmt* all = Prepare(database, "SELECT DISTINCT entity_key FROM \"" + project + "_view_0\"");
  while (sqlite3_step(all) == SQLITE_ROW) {
    keys.emplace_back(static_cast<const char*>(sqlite3_column_blob(all, 0)),
                      static_cast<size_t>(sqlite3_column_bytes(all, 0)));
  }
  Sink sink;
  for (const size_t entities : kSizes) {
    std::string places = "?";
    for (size_t i = 1; i < entities; ++i) places += ",?";
    std::vector<sqlite3_stmt*> statements;
    for (size_t view = 0; view < views; ++view) {
      statements.push_back(Prepare(database, "SELECT entity_key, feature_name, value, event_ts FROM \"" + project +
                                                 "_view_" + std::to_string(view) + "\" WHERE entity_key IN (" + places +
                                                 ")"));
    }
    const auto requests = Requests(entities, keys.size());
    times->Measure("sqlite " + std::to_string(entities), [&](size_t number) {
      const std::vector<size_t>& asked = requests[number % requests.size()];
      sink.Begin();
      for (sqlite3_stmt* statement : statements) {
        for (size_t i = 0; i < asked.size(); ++i) {
          const std::string& key = keys[asked[i]];
          sqlite3_bind_blob(statement, static_cast<int>(i) + 1, key.data(), static_cast<int>(key.size()),
                            SQLITE_STATIC);
        }
        while (sqlite3_step(statement) == SQLITE_ROW) {
          for (int column = 0; column < 4; ++column) {
            const void* bytes = sqlite3_column_blob(statement, column);
            sink.Take(bytes, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
          }
        }
        sqlite3_reset(statement);
      }
    });
  }
}

redisReply* Reply(redisContext* redis) {
  void* reply = nullptr;
  if (redisGetReply(redis, &reply) != REDIS_OK) Fail(redis->errstr);
  return static_cast<redisReply*>(reply);
}

redisReply* Command(redisContext* redis, const std::vector<std::string>& words) {
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  redisAppendCommandArgv(redis, static_cast<int>(words.size()), texts.data(), sizes.data());
  return Reply(redis);
}

std::vector<std::string> KeysOf(redisContext* redis, const std::string& project) {
  std::vector<std::string> keys;
  std::string cursor = "0";
  do {
    redisReply* page = Command(redis, {"SCAN", cursor, "MATCH", "*" + project, "COUNT", "1000"});
    cursor = page->element[0]->str;
    for (size_t i = 0; i < page->element[1]->elements; ++i) {
      keys.emplace_back(page->element[1]->element[i]->str, page->element[1]->element[i]->len);
    }
    freeReplyObject(page);
  } while (cursor != "0");
  if (keys.empty()) Fail("Redis has no keys of " + project);
  return keys;
}

void MeasureRedis(int port, const std::string& project, size_t fields, Percentiles* times) {
  redisContext* redis = redisConnect("127.0.0.1", port);
  if (redis == nullptr || redis->err != 0) Fail("no Redis");
  const std::vector<std::string> keys = KeysOf(redis, project);
  redisReply* names = Command(redis, {"HKEYS", keys[0]});
  std::vector<std::string> wanted = {"HMGET", ""};
  for (size_t i = 0; i < names->elements && i < fields; ++i) {
    wanted.emplace_back(names->element[i]->str, names->element[i]->len);
  }
  freeReplyObject(names);
  Sink sink;
  for (const bool all : {false, true}) {
    std::vector<std::string> command = all ? std::vector<std::string>{"HGETALL", ""} : wanted;
    std::vector<const char*> texts(command.size());
    std::vector<size_t> sizes(command.size());
    for (size_t i = 0; i < command.size(); ++i) {
      texts[i] = command[i].data();
      sizes[i] = command[i].size();
    }
    for (const size_t entities : kSizes) {
      const auto requests = Requests(entities, keys.size());
      times->Measure((all ? "hgetall " : "hmget ") + std::to_string(entities), [&](size_t number) {
        const std::vector<size_t>& asked = requests[number % requests.size()];
        for (const size_t place : asked) {
          texts[1] = keys[place].data();
          sizes[1] = keys[place].size();
          redisAppendCommandArgv(redis, static_cast<int>(command.size()), texts.data(), sizes.data());
        }
        sink.Begin();
        for (size_t i = 0; i < asked.size(); ++i) {
          redisReply* reply = Reply(redis);
          for (size_t j = 0; j < reply->elements; ++j) sink.Take(reply->element[j]->str, reply->element[j]->len);
          freeReplyObject(reply);
        }
      });
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) Fail("usage: bare_reads sqlite FILE PROJECT VIEWS SECONDS | redis PORT PROJECT FIELDS SECONDS");
  const std::string store = argv[1];
  const size_t count = std::strtoul(argv[4], nullptr, 10);
  Percentiles times(std::strtod(argv[5], nullptr));
  if (store == "sqlite") {
    MeasureSqlite(argv[2], argv[3], count, &times);
  } else {
    MeasureRedis(std::atoi(argv[2]), argv[3], count, &times);
  }
}
