// The point-in-time join alone: columns made in memory, nothing read or decoded. For profiling and for before-and-after
// figures.
//
//   join_benchmark [shape ...] [--threads N] [--repeat N]
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "arrow/array/array_base.h"
#include "arrow/array/builder_binary.h"
#include "arrow/array/util.h"
#include "arrow/buffer.h"
#include "arrow/chunked_array.h"
#include "arrow/type.h"
#include "join/point_in_time_join.h"

namespace feast::join {
namespace {

constexpr int64_t kBaseUs = 1'767'225'600'000'000, kHourUs = 3'600'000'000, kHours = 720;
constexpr int64_t kFragmentRows = 1 << 20;

enum class Keys { kInteger, kString, kComposite, kSparse };

struct Shape {
  const char* name;
  int64_t source_rows, distinct_keys, entity_rows;
  bool ttl, now;
  Keys keys;
};

constexpr Shape kShapes[] = {
    {"S_1M", 1'000'000, 10'000, 1'000'000, true, false, Keys::kInteger},
    {"M_10k", 10'000'000, 100'000, 10'000, true, false, Keys::kInteger},
    {"M_1M", 10'000'000, 100'000, 1'000'000, true, false, Keys::kInteger},
    {"M_10M", 10'000'000, 100'000, 10'000'000, true, false, Keys::kInteger},
    {"M_1M_nottl", 10'000'000, 100'000, 1'000'000, false, false, Keys::kInteger},
    {"L_1M", 10'000'000, 1'000'000, 1'000'000, true, false, Keys::kInteger},
    {"B_now", 10'000'000, 1'000'000, 1'000'000, false, true, Keys::kInteger},
    {"M_1M_sparse", 10'000'000, 100'000, 1'000'000, true, false, Keys::kSparse},
    {"M_1M_composite", 10'000'000, 100'000, 1'000'000, true, false, Keys::kComposite},
    {"MS_1M", 10'000'000, 100'000, 1'000'000, true, false, Keys::kString},
    {"three_keys", 10'000'000, 3, 1'000'000, true, false, Keys::kInteger},
};

using Column = std::shared_ptr<arrow::ChunkedArray>;

Column NumberColumn(std::vector<int64_t> values, const std::shared_ptr<arrow::DataType>& type) {
  const auto rows = static_cast<int64_t>(values.size());
  auto data = arrow::ArrayData::Make(type, rows, {nullptr, arrow::Buffer::FromVector(std::move(values))}, 0);
  return std::make_shared<arrow::ChunkedArray>(arrow::MakeArray(data));
}

Column StringColumn(const std::vector<int64_t>& numbers) {
  arrow::StringBuilder builder;
  char text[32];
  for (const int64_t number : numbers) {
    const int length = std::snprintf(text, sizeof text, "driver_%09ld", static_cast<long>(number));
    if (!builder.Append(text, length).ok()) std::abort();
  }
  return std::make_shared<arrow::ChunkedArray>(builder.Finish().ValueOrDie());
}

std::vector<Column> KeyColumns(Keys keys, std::vector<int64_t> numbers) {
  std::vector<int64_t> second;
  switch (keys) {
    case Keys::kString:
      return {StringColumn(numbers)};
    case Keys::kSparse:
      for (int64_t& number : numbers) number = static_cast<int64_t>(static_cast<uint64_t>(number) * 0x9E3779B97F4A7C15);
      break;
    case Keys::kComposite:
      for (int64_t& number : numbers) {
        second.push_back(number % 300);
        number /= 300;
      }
      return {NumberColumn(std::move(numbers), arrow::int64()), NumberColumn(std::move(second), arrow::int64())};
    case Keys::kInteger:
      break;
  }
  return {NumberColumn(std::move(numbers), arrow::int64())};
}

Column Moments(std::vector<int64_t> values) {
  return NumberColumn(std::move(values), arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"));
}

// The source in event-time order, like appended hourly batches.
std::vector<SourceColumns> MakeSource(const Shape& shape) {
  std::mt19937_64 random(1);
  std::vector<SourceColumns> fragments;
  for (int64_t first = 0; first < shape.source_rows; first += kFragmentRows) {
    const int64_t rows = std::min(kFragmentRows, shape.source_rows - first);
    std::vector<int64_t> keys(rows), events(rows), created(rows);
    for (int64_t i = 0; i < rows; ++i) {
      keys[i] = 1000 + static_cast<int64_t>(random() % shape.distinct_keys);
      events[i] = kBaseUs + (first + i) * kHours / shape.source_rows * kHourUs;
      created[i] = events[i] + static_cast<int64_t>(random() % (2 * kHourUs));
    }
    fragments.push_back(SourceColumns{KeyColumns(shape.keys, std::move(keys)), Moments(std::move(events)),
                                      Moments(std::move(created))});
  }
  return fragments;
}

EntityRows MakeEntityRows(const Shape& shape) {
  std::mt19937_64 random(2);
  std::vector<int64_t> keys(shape.entity_rows), moments(shape.entity_rows);
  for (int64_t i = 0; i < shape.entity_rows; ++i) {
    keys[i] = 1000 + (shape.now ? i : static_cast<int64_t>(random() % (shape.distinct_keys * 102 / 100)));
    moments[i] = kBaseUs + (shape.now ? (kHours + 1) * kHourUs : static_cast<int64_t>(random() % (kHours * kHourUs)));
  }
  if (shape.now) std::shuffle(keys.begin(), keys.end(), random);
  EntityRows rows{KeyColumns(shape.keys, std::move(keys)), {}, Moments(std::move(moments))};
  rows.key_names.assign(rows.keys.size(), "driver_id");
  return rows;
}

struct Clock {
  std::chrono::steady_clock::time_point wall = std::chrono::steady_clock::now();
  double cpu = CpuSeconds();

  static double CpuSeconds() {
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  double Wall() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count(); }
  double Cpu() const { return CpuSeconds() - cpu; }
};

arrow::Status Run(const Shape& shape, const EntityRows& rows, const std::vector<SourceColumns>& fragments,
                  int threads) {
  std::vector<std::shared_ptr<arrow::DataType>> types;
  for (const auto& key : rows.keys) types.push_back(key->type());
  JoinOptions options;
  if (shape.ttl) options.ttl_us = 24 * kHourUs;

  const Clock all, make;
  ARROW_ASSIGN_OR_RAISE(const auto join, PointInTimeJoin::Make(rows, types, options));
  const double make_wall = make.Wall();
  const Clock observe;
  join->set_workers(threads);
  std::vector<arrow::Status> results(threads);
  std::vector<std::thread> pool;
  for (int worker = 0; worker < threads; ++worker) {
    pool.emplace_back([&, worker] {
      for (size_t fragment = worker; fragment < fragments.size() && results[worker].ok(); fragment += threads) {
        results[worker] = join->Observe(worker, static_cast<int32_t>(fragment), fragments[fragment]);
      }
    });
  }
  for (auto& thread : pool) thread.join();
  for (const auto& result : results) ARROW_RETURN_NOT_OK(result);
  const double observe_wall = observe.Wall(), observe_cpu = observe.Cpu();
  const Clock finish;
  ARROW_ASSIGN_OR_RAISE(const auto winners, join->Finish());
  const auto matched = std::count_if(winners.begin(), winners.end(), [](SourcePosition at) { return at.row >= 0; });
  std::printf("%-16s %9ld %8.3f %8.3f %8.3f %8.3f %8.3f %8.3f\n", shape.name, static_cast<long>(matched), make_wall,
              observe_wall, observe_cpu, finish.Wall(), all.Wall(), all.Cpu());
  return arrow::Status::OK();
}

int Main(int argc, char** argv) {
  int threads = static_cast<int>(std::thread::hardware_concurrency()), repeat = 3;
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--threads") == 0 && i + 1 < argc) {
      threads = std::max(1, std::atoi(argv[++i]));
    } else if (std::strcmp(argv[i], "--repeat") == 0 && i + 1 < argc) {
      repeat = std::atoi(argv[++i]);
    } else {
      wanted.emplace_back(argv[i]);
    }
  }
  std::printf("%d threads, seconds\n%-16s %9s %8s %8s %8s %8s %8s %8s\n", threads, "shape", "matched", "make",
              "observe", "(cpu)", "finish", "all", "(cpu)");
  for (const Shape& shape : kShapes) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), shape.name) == wanted.end()) continue;
    const EntityRows rows = MakeEntityRows(shape);
    const std::vector<SourceColumns> fragments = MakeSource(shape);
    for (int run = 0; run < repeat; ++run) {
      const arrow::Status status = Run(shape, rows, fragments, threads);
      if (!status.ok()) {
        std::fprintf(stderr, "%s: %s\n", shape.name, status.ToString().c_str());
        return 1;
      }
    }
  }
  return 0;
}

}  // namespace
}  // namespace feast::join

int main(int argc, char** argv) { return feast::join::Main(argc, argv); }
