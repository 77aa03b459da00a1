#include "cli/commands/driver_stats.h"

#include <chrono>
#include <memory>
#include <random>

#include "arrow/builder.h"
#include "arrow/io/file.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "parquet/arrow/writer.h"

namespace feast::cli {

namespace {

using std::chrono::hours;
using std::chrono::microseconds;

constexpr int64_t kFirstDriver = 1001;
constexpr int64_t kDrivers = 5;
constexpr int kHours = 15 * 24;
constexpr int kTripsMax = 1000;
constexpr uint32_t kSeed = 2022;
/// Rows reach the source this long after the hour they are about.
constexpr std::chrono::minutes kLoadDelay(10);

/// In [0, 1), the same with every standard library.
float Fraction(std::mt19937& random) { return static_cast<float>(random() >> 8) / static_cast<float>(1 << 24); }

int64_t Microseconds(Timestamp time) {
  return std::chrono::duration_cast<microseconds>(time.time_since_epoch()).count();
}

arrow::Result<std::shared_ptr<arrow::Table>> DriverStats(Timestamp end) {
  const auto schema = arrow::schema({
      arrow::field("event_timestamp", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
      arrow::field("driver_id", arrow::int64()),
      arrow::field("conv_rate", arrow::float32()),
      arrow::field("acc_rate", arrow::float32()),
      arrow::field("avg_daily_trips", arrow::int64()),
      arrow::field("created", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")),
  });
  arrow::TimestampBuilder event_timestamp(schema->field(0)->type(), arrow::default_memory_pool());
  arrow::TimestampBuilder created(schema->field(5)->type(), arrow::default_memory_pool());
  arrow::Int64Builder driver_id, avg_daily_trips;
  arrow::FloatBuilder conv_rate, acc_rate;

  std::mt19937 random(kSeed);
  const Timestamp last_hour = std::chrono::floor<hours>(end);
  for (int64_t driver = kFirstDriver; driver < kFirstDriver + kDrivers; ++driver) {
    for (int hour = kHours; hour > 0; --hour) {
      const Timestamp time = last_hour - hours(hour);
      ARROW_RETURN_NOT_OK(event_timestamp.Append(Microseconds(time)));
      ARROW_RETURN_NOT_OK(driver_id.Append(driver));
      ARROW_RETURN_NOT_OK(conv_rate.Append(Fraction(random)));
      ARROW_RETURN_NOT_OK(acc_rate.Append(Fraction(random)));
      ARROW_RETURN_NOT_OK(avg_daily_trips.Append(static_cast<int64_t>(Fraction(random) * kTripsMax)));
      ARROW_RETURN_NOT_OK(created.Append(Microseconds(time + kLoadDelay)));
    }
  }

  arrow::ArrayVector columns;
  arrow::ArrayBuilder* const builders[] = {&event_timestamp, &driver_id,       &conv_rate,
                                           &acc_rate,        &avg_daily_trips, &created};
  for (arrow::ArrayBuilder* builder : builders) {
    ARROW_ASSIGN_OR_RAISE(columns.emplace_back(), builder->Finish());
  }
  return arrow::Table::Make(schema, columns);
}

}  // namespace

arrow::Status WriteDriverStats(const std::string& path, Timestamp end) {
  ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::Table> table, DriverStats(end));
  ARROW_ASSIGN_OR_RAISE(const auto file, arrow::io::FileOutputStream::Open(path));
  ARROW_RETURN_NOT_OK(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), file, table->num_rows()));
  return file->Close();
}

}  // namespace feast::cli
