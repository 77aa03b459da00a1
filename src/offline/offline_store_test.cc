#include "offline/offline_store.h"

#include <gtest/gtest.h>

#include <atomic>

#include "arrow/record_batch.h"
#include "arrow/type.h"

namespace feast {
namespace {

/// Looks at sources only: one column, called like the source.
class SchemaStore : public OfflineStore {
 public:
  arrow::Result<std::shared_ptr<arrow::Schema>> SourceSchema(const DataSource& source,
                                                             const CallContext& context) override {
    ARROW_RETURN_NOT_OK(context.Check());
    ++asked;
    if (source.name == "2") return arrow::Status::IOError("no such file");
    return arrow::schema({arrow::field(source.name, arrow::int64())});
  }
  arrow::Result<std::shared_ptr<Query>> PointInTime(const ResolvedRequest&) override {
    return arrow::Status::NotImplemented("");
  }
  arrow::Result<std::shared_ptr<Query>> Pull(const PullRequest&) override { return arrow::Status::NotImplemented(""); }
  arrow::Result<std::unique_ptr<RowWriter>> OpenWrite(const DataSource&, Overwrite, const CallContext&) override {
    return arrow::Status::NotImplemented("");
  }

  std::atomic<int> asked{0};
};

std::vector<std::shared_ptr<DataSource>> Sources(int count) {
  std::vector<std::shared_ptr<DataSource>> sources;
  for (int i = 0; i < count; ++i) {
    sources.push_back(std::make_shared<FileSource>());
    sources.back()->name = std::to_string(i);
  }
  return sources;
}

TEST(OfflineStore, ManySchemasInOrderEachWithItsOwnError) {
  SchemaStore store;
  const auto schemas = store.SourceSchemas(Sources(40), {});
  ASSERT_EQ(schemas.size(), 40U);
  EXPECT_EQ(store.asked, 40);
  for (int i = 0; i < 40; ++i) {
    if (i == 2) {
      EXPECT_TRUE(schemas[i].status().IsIOError());
    } else {
      EXPECT_EQ(schemas[i].ValueOrDie()->field(0)->name(), std::to_string(i));
    }
  }
  EXPECT_TRUE(store.SourceSchemas({}, {}).empty());
}

TEST(OfflineStore, SchemasAreNotLookedAtWhenTheCallIsToEnd) {
  SchemaStore store;
  for (const auto& schema : store.SourceSchemas(Sources(3), {.deadline = Deadline::After(std::chrono::seconds(-1))})) {
    EXPECT_TRUE(schema.status().IsCancelled());
  }
  EXPECT_EQ(store.asked, 0);
}

}  // namespace
}  // namespace feast
