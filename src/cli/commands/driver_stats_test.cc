#include "cli/commands/driver_stats.h"

#include <filesystem>

#include "arrow/io/file.h"
#include "arrow/scalar.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "gtest/gtest.h"
#include "parquet/arrow/reader.h"
#include "system/test_folder.h"

namespace feast::cli {
namespace {

std::shared_ptr<arrow::Table> WriteAndRead(Timestamp end) {
  const TestFolder folder;
  const std::filesystem::path path = folder.path() / "driver_stats.parquet";
  EXPECT_TRUE(WriteDriverStats(path.string(), end).ok());
  const auto file = arrow::io::ReadableFile::Open(path.string()).ValueOrDie();
  auto reader = parquet::arrow::OpenFile(file, arrow::default_memory_pool()).ValueOrDie();
  return reader->ReadTable().ValueOrDie();
}

TEST(DriverStats, HasOneRowForEachDriverAndHour) {
  const Timestamp end = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::minutes(90);
  const auto table = WriteAndRead(end);
  EXPECT_EQ(table->num_rows(), 5 * 15 * 24);
  EXPECT_EQ(table->schema()->field_names(), (std::vector<std::string>{"event_timestamp", "driver_id", "conv_rate",
                                                                      "acc_rate", "avg_daily_trips", "created"}));
  const auto last = table->column(0)->GetScalar(15 * 24 - 1).ValueOrDie();
  EXPECT_EQ(last->ToString(), "2026-03-01 00:00:00.000000Z");
}

TEST(DriverStats, FiguresAreTheSameEverywhere) {
  const auto first = WriteAndRead(std::chrono::sys_days(std::chrono::year(2026) / 3 / 1));
  const auto second = WriteAndRead(std::chrono::sys_days(std::chrono::year(2026) / 4 / 1));
  for (int column = 1; column < 5; ++column) EXPECT_TRUE(first->column(column)->Equals(second->column(column)));
  EXPECT_EQ(first->column(4)->GetScalar(0).ValueOrDie()->ToString(),
            second->column(4)->GetScalar(0).ValueOrDie()->ToString());
}

TEST(DriverStats, UnwritablePathIsAnError) {
  EXPECT_TRUE(WriteDriverStats("/nonexistent/driver_stats.parquet", {}).IsIOError());
}

}  // namespace
}  // namespace feast::cli
