#include "online/sqlite.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "arrow/array/array_binary.h"
#include "arrow/json/from_string.h"
#include "arrow/type.h"
#include "feast/core/InfraObject.pb.h"
#include "gtest/gtest.h"
#include "online/sqlite_connection.h"
#include "system/test_folder.h"

namespace feast {
namespace {

std::shared_ptr<FeatureView> View(const std::string& name) {
  auto view = std::make_shared<FeatureView>();
  view->name = name;
  return view;
}

class SqliteOnlineStoreTest : public testing::Test {
 protected:
  std::vector<std::string> Columns(const std::string& table) {
    auto connection = SqliteConnection::Open(path_, {}).ValueOrDie();
    return connection.Columns(table).ValueOrDie();
  }

  TestFolder folder_;
  const std::string path_ = (folder_ / "data/online.db").string();
};

using Names = std::vector<std::string>;
const Names kColumns = {"entity_key", "feature_name", "value", "value_text", "vector_value", "event_ts", "created_ts"};

TEST_F(SqliteOnlineStoreTest, MakesFeastsTablesAndDropsThem) {
  SqliteOnlineStore store(path_, "p", false);
  ASSERT_TRUE(store.Update({.keep = {View("a"), View("b")}}, {}).ok());
  EXPECT_EQ(Columns("p_a"), kColumns);
  ASSERT_TRUE(store.Update({.keep = {View("a")}, .remove = {View("b")}}, {}).ok());
  EXPECT_EQ(Columns("p_a"), kColumns);
  EXPECT_EQ(Columns("p_b"), Names());
}

TEST_F(SqliteOnlineStoreTest, UpdateKeepsRows) {
  SqliteOnlineStore store(path_, "p", false);
  ASSERT_TRUE(store.Update({.keep = {View("a")}}, {}).ok());
  auto connection = SqliteConnection::Open(path_, {}).ValueOrDie();
  ASSERT_TRUE(connection.Execute("INSERT INTO p_a(entity_key, feature_name) VALUES ('k', 'f')").ok());
  ASSERT_TRUE(store.Update({.keep = {View("a")}}, {}).ok());
  // A second row of that key is refused: the first one is still there, under its primary key.
  EXPECT_FALSE(connection.Execute("INSERT INTO p_a(entity_key, feature_name) VALUES ('k', 'f')").ok());
}

TEST_F(SqliteOnlineStoreTest, AddsColumnsThatOlderTablesLack) {
  std::filesystem::create_directories(folder_ / "data");
  auto connection = SqliteConnection::Open(path_, {}).ValueOrDie();
  ASSERT_TRUE(connection
                  .Execute("CREATE TABLE p_a (entity_key BLOB, feature_name TEXT, value BLOB, event_ts timestamp, "
                           "created_ts timestamp, PRIMARY KEY(entity_key, feature_name))")
                  .ok());
  ASSERT_TRUE(SqliteOnlineStore(path_, "p", true).Update({.keep = {View("a")}}, {}).ok());
  EXPECT_EQ(Columns("p_a"), (Names{"entity_key", "feature_name", "value", "event_ts", "created_ts", "value_text",
                                   "vector_value", "value_num"}));
}

TEST_F(SqliteOnlineStoreTest, NamesAreQuoted) {
  SqliteOnlineStore store(path_, "p", false);
  ASSERT_TRUE(store.Update({.keep = {View("a\"; DROP TABLE x; --")}}, {}).ok());
  EXPECT_EQ(Columns("p_a\"; DROP TABLE x; --"), kColumns);
}

OnlineRows Rows(const std::string& json, std::vector<std::string> keys, Timestamp event_time) {
  OnlineRows rows;
  rows.features = {"f", "g"};
  const auto values = arrow::json::ArrayFromJSONString(arrow::binary(), json).ValueOrDie();
  rows.values = {std::static_pointer_cast<arrow::BinaryArray>(values),
                 std::static_pointer_cast<arrow::BinaryArray>(values)};
  rows.event_times.assign(keys.size(), event_time);
  rows.keys = std::move(keys);
  return rows;
}

Timestamp At(int64_t seconds) { return Timestamp(std::chrono::seconds(seconds)); }

std::string ValueOf(const OnlineAnswer& answer, size_t key, size_t feature) {
  return std::string(answer.value(key, feature).value_or("absent"));
}

TEST_F(SqliteOnlineStoreTest, ReadsWhatWasWritten) {
  SqliteOnlineStore store(path_, "p", false);
  ASSERT_TRUE(store.Update({.keep = {View("a")}}, {}).ok());
  const std::string key("k\0ey", 4);
  ASSERT_TRUE(store.Write(*View("a"), Rows(R"(["one", ""])", {key, "other"}, At(100)), {}).ok());
  const auto read = [&] {
    return std::move(store.Read({{View("a"), {"g", "none", "f"}, {"other", "unknown", key}}}, {}).ValueOrDie()[0]);
  };
  OnlineAnswer answer = read();
  EXPECT_EQ(ValueOf(answer, 0, 0), "") << "a null";
  EXPECT_EQ(ValueOf(answer, 2, 0), "one");
  EXPECT_EQ(ValueOf(answer, 2, 1), "absent");
  EXPECT_EQ(ValueOf(answer, 2, 2), "one");
  EXPECT_EQ(answer.event_time(2), At(100));
  EXPECT_FALSE(answer.event_time(1).has_value());

  ASSERT_TRUE(store.Write(*View("a"), Rows(R"(["older"])", {key}, At(99)), {}).ok());
  EXPECT_EQ(ValueOf(read(), 2, 2), "one") << "what is older does not take its place";
  ASSERT_TRUE(store.Write(*View("a"), Rows(R"(["same"])", {key}, At(100)), {}).ok());
  EXPECT_EQ(ValueOf(read(), 2, 2), "same");
}

TEST_F(SqliteOnlineStoreTest, RowsOfOlderVersionsHaveMomentsAsText) {
  SqliteOnlineStore store(path_, "p", false);
  ASSERT_TRUE(store.Update({.keep = {View("a")}}, {}).ok());
  ASSERT_TRUE(SqliteConnection::Open(path_, {})
                  ->Execute("INSERT INTO p_a(entity_key, feature_name, value, event_ts) VALUES "
                            "(x'6b', 'f', x'31', '2024-05-01 10:00:00.500000')")
                  .ok());
  const auto answer = std::move(store.Read({{View("a"), {"f"}, {"k"}}}, {}).ValueOrDie()[0]);
  EXPECT_EQ(answer.event_time(0), At(1714557600) + std::chrono::milliseconds(500));
  EXPECT_EQ(ValueOf(answer, 0, 0), "1");
  ASSERT_TRUE(store.Write(*View("a"), Rows(R"(["new"])", {"k"}, At(5)), {}).ok());
  EXPECT_EQ(ValueOf(store.Read({{View("a"), {"f"}, {"k"}}}, {}).ValueOrDie()[0], 0, 0), "new");
}

TEST_F(SqliteOnlineStoreTest, AFileThatWasReplacedIsOpenedAnew) {
  SqliteOnlineStore store(path_, "p", false);
  EXPECT_NE(store.Read({{View("a"), {"f"}, {"k"}}}, {}).status().message().find("no online store yet"),
            std::string::npos);
  ASSERT_TRUE(store.Update({.keep = {View("a")}}, {}).ok());
  ASSERT_TRUE(store.Write(*View("a"), Rows(R"(["one"])", {"k"}, At(1)), {}).ok());
  ASSERT_TRUE(store.Read({{View("a"), {"f"}, {"k"}}}, {}).ok());
  ASSERT_TRUE(store.Teardown({View("a")}, {}).ok());
  ASSERT_FALSE(std::filesystem::exists(path_));
  ASSERT_TRUE(store.Update({.keep = {View("b")}}, {}).ok());
  const auto status = store.Read({{View("a"), {"f"}, {"k"}}}, {}).status();
  EXPECT_NE(status.message().find("no table for feature view 'a'"), std::string::npos) << status;
  EXPECT_NE(store.Write(*View("a"), Rows(R"(["one"])", {"k"}, At(1)), {}).message().find("feast apply"),
            std::string::npos);
}

TEST_F(SqliteOnlineStoreTest, ManyReadWhileOneWrites) {
  SqliteOnlineStore store(path_, "p", false);
  ASSERT_TRUE(store.Update({.keep = {View("a")}}, {}).ok());
  ASSERT_TRUE(store.Write(*View("a"), Rows(R"(["0"])", {"k"}, At(0)), {}).ok());
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const auto answer = std::move(store.Read({{View("a"), {"f", "g"}, {"k"}}}, {}).ValueOrDie()[0]);
        EXPECT_EQ(ValueOf(answer, 0, 0), ValueOf(answer, 0, 1)) << "a row appears whole";
      }
    });
  }
  for (int second = 1; second <= 20; ++second) {
    ASSERT_TRUE(store.Write(*View("a"), Rows("[\"" + std::to_string(second) + "\"]", {"k"}, At(second)), {}).ok());
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
}

TEST_F(SqliteOnlineStoreTest, TeardownRemovesAnEmptyFileAndKeepsOneThatOthersUse) {
  SqliteOnlineStore store(path_, "p", false);
  ASSERT_TRUE(store.Teardown({View("a")}, {}).ok());
  EXPECT_FALSE(std::filesystem::exists(path_));
  ASSERT_TRUE(store.Update({.keep = {View("a")}}, {}).ok());
  ASSERT_TRUE(SqliteOnlineStore(path_, "q", false).Update({.keep = {View("a")}}, {}).ok());
  ASSERT_TRUE(store.Teardown({View("a")}, {}).ok());
  EXPECT_EQ(Columns("q_a"), kColumns);
  ASSERT_TRUE(SqliteOnlineStore(path_, "q", false).Teardown({View("a")}, {}).ok());
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SqliteOnlineStoreTest, WaitsForALockNoLongerThanTheCallMay) {
  SqliteOnlineStore store(path_, "p", false);
  ASSERT_TRUE(store.Update({.keep = {View("a")}}, {}).ok());
  auto other = SqliteConnection::Open(path_, {}).ValueOrDie();
  ASSERT_TRUE(other.Execute("BEGIN EXCLUSIVE").ok());
  const auto begin = std::chrono::steady_clock::now();
  const Deadline soon = Deadline::After(std::chrono::milliseconds(50));
  EXPECT_TRUE(store.Update({.keep = {View("b")}}, {.deadline = soon}).IsCancelled());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(store.Update({.keep = {View("b")}}, {.stop = stop.get_token()}).IsCancelled());
  ASSERT_TRUE(other.Execute("COMMIT").ok());
  EXPECT_TRUE(store.Update({.keep = {View("b")}}, {}).ok());
}

TEST_F(SqliteOnlineStoreTest, AFileThatIsNoDatabaseIsNamed) {
  std::filesystem::create_directories(folder_ / "data");
  std::ofstream(path_) << std::string(4096, 'x');
  const auto status = SqliteOnlineStore(path_, "p", false).Update({.keep = {View("a")}}, {});
  EXPECT_TRUE(status.IsIOError());
  EXPECT_NE(status.message().find(path_), std::string::npos) << status.message();
}

TEST_F(SqliteOnlineStoreTest, ATableBelongsToOneViewOfOneProject) {
  SqliteOnlineStore a(path_, "a", false);
  ASSERT_TRUE(a.Update({.keep = {View("b_c"), View("fv")}}, {}).ok());
  SqliteOnlineStore other(path_, "a_b", false);
  for (const auto& status : {other.Check({.keep = {View("c")}}, {}), other.Update({.keep = {View("c")}}, {})}) {
    EXPECT_TRUE(status.IsInvalid());
    EXPECT_NE(status.message().find("belongs to view 'b_c' of project 'a'"), std::string::npos) << status.message();
  }
  // SQLite ignores case, projects do not.
  EXPECT_TRUE(SqliteOnlineStore(path_, "A", false).Check({.keep = {View("fv")}}, {}).IsInvalid());
  EXPECT_TRUE(a.Check({.keep = {View("b_c")}}, {}).ok());
  ASSERT_TRUE(other.Teardown({View("c")}, {}).ok());
  ASSERT_TRUE(other.Update({.remove = {View("c")}}, {}).ok());
  EXPECT_EQ(Columns("a_b_c"), kColumns);
}

TEST_F(SqliteOnlineStoreTest, NamesOfOwnersAreNotTakenApart) {
  const std::string project = "p */ x view y", view = "caf\xc3\xa9 view 'q' */";
  ASSERT_TRUE(SqliteOnlineStore(path_, project, false).Update({.keep = {View(view)}}, {}).ok());
  EXPECT_TRUE(SqliteOnlineStore(path_, project, false).Check({.keep = {View(view)}}, {}).ok());
  EXPECT_EQ(Columns(project + "_" + view), kColumns);
}

TEST_F(SqliteOnlineStoreTest, AViewRenamedInCaseKeepsItsTable) {
  SqliteOnlineStore store(path_, "p", false);
  ASSERT_TRUE(store.Update({.keep = {View("fv")}}, {}).ok());
  auto connection = SqliteConnection::Open(path_, {}).ValueOrDie();
  ASSERT_TRUE(connection.Execute("INSERT INTO p_fv(entity_key, feature_name) VALUES ('k', 'f')").ok());
  // As an apply does it: first what is to be there, after the commit what goes.
  ASSERT_TRUE(store.Update({.keep = {View("FV")}}, {}).ok());
  ASSERT_TRUE(store.Update({.keep = {View("FV")}, .remove = {View("fv")}}, {}).ok());
  EXPECT_EQ(connection.Find("p_fv").ValueOrDie()->name, "p_FV");
  EXPECT_FALSE(connection.Execute("INSERT INTO p_fv(entity_key, feature_name) VALUES ('k', 'f')").ok()) << "kept";
  ASSERT_TRUE(store.Teardown({View("FV")}, {}).ok());
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SqliteOnlineStoreTest, TablesThatFeastMadeAreTakenOver) {
  std::filesystem::create_directories(folder_ / "data");
  auto connection = SqliteConnection::Open(path_, {}).ValueOrDie();
  ASSERT_TRUE(connection.Execute("CREATE TABLE p_a (entity_key BLOB, feature_name TEXT, value BLOB)").ok());
  SqliteOnlineStore store(path_, "p", false);
  EXPECT_TRUE(store.Check({.keep = {View("a")}}, {}).ok());
  ASSERT_TRUE(store.Update({.remove = {View("a")}}, {}).ok());
  EXPECT_EQ(Columns("p_a"), Names());
}

TEST(SqliteInfra, ARelativePathIsTheSameInEveryCheckout) {
  const auto in = [](const std::string& path, const std::string& configured, const std::string& view = "a") {
    return SqliteOnlineStore(path, "p", false, configured).InfraFor({View(view)}).ValueOrDie().front();
  };
  const SqliteOnlineStore store("/home/me/repo/data/online.db", "p", false, "./data/online.db");
  const auto wanted = in("/home/me/repo/data/online.db", "./data/online.db");
  EXPECT_TRUE(store.IsSame(wanted, wanted));
  EXPECT_TRUE(store.IsSame(in("/ci/checkout/data/online.db", ""), wanted));
  EXPECT_TRUE(store.IsSame(in("data/online.db", ""), wanted));
  EXPECT_FALSE(store.IsSame(in("/ci/checkout/data/other.db", ""), wanted));
  EXPECT_FALSE(store.IsSame(in("/ci/checkout/mydata/online.db", ""), wanted));
  EXPECT_FALSE(store.IsSame(in("/ci/checkout/data/online.db", "", "A"), wanted));
  const SqliteOnlineStore absolute("/srv/online.db", "p", false, "/srv/online.db");
  EXPECT_FALSE(absolute.IsSame(in("/x/srv/online.db", ""), in("/srv/online.db", "/srv/online.db")));
}

TEST_F(SqliteOnlineStoreTest, RecordsTablesAsFeastDoes) {
  const auto infra = SqliteOnlineStore("/data/online.db", "p", false).InfraFor({View("a")}).ValueOrDie();
  ASSERT_EQ(infra.size(), 1u);
  EXPECT_EQ(infra[0].infra_object_class_type(), "feast.infra.online_stores.sqlite.SqliteTable");
  EXPECT_EQ(infra[0].sqlite_table().path(), "/data/online.db");
  EXPECT_EQ(infra[0].sqlite_table().name(), "p_a");
}

TEST(MakeOnlineStore, NoneWhenThereIsNone) { EXPECT_EQ(MakeOnlineStore(RepoConfig()).ValueOrDie(), nullptr); }

TEST(MakeOnlineStore, TypesNotBuiltLoadAndSayAtUseWhatToDo) {
  RepoConfig config;
  config.online_store.emplace();
  config.online_store->type = "cassandra";
  auto store = MakeOnlineStore(config).ValueOrDie();
  EXPECT_TRUE(store->InfraFor({View("a")}).ValueOrDie().empty());
  EXPECT_TRUE(store->Update({}, {}).ok());
  const auto status = store->Update({.keep = {View("a")}}, {});
  EXPECT_EQ(store->Check({.keep = {View("a")}}, {}), status) << "what apply refuses, plan refuses";
  EXPECT_TRUE(status.IsNotImplemented());
  EXPECT_NE(status.message().find("'cassandra'"), std::string::npos) << status.message();
  EXPECT_NE(status.message().find("online_store: null"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace feast
