// What GetOnlineFeatures costs a C++ program, for 1, 10 and 100 entities. Each request asks for other keys.
//
// our_reads REPO KEYS VIEWS FEATURES SECONDS    prints what bare_reads prints
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "arrow/array/builder_primitive.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "feast/feature_store.h"
#include "percentiles.h"

namespace {

constexpr int64_t kSizes[] = {1, 10, 100};

std::shared_ptr<arrow::RecordBatch> Rows(int64_t entities, int64_t keys, std::mt19937_64* random) {
  arrow::Int64Builder builder;
  for (int64_t i = 0; i < entities; ++i) {
    (void)builder.Append(static_cast<int64_t>((*random)() % static_cast<uint64_t>(keys)));
  }
  return arrow::RecordBatch::Make(arrow::schema({arrow::field("driver_id", arrow::int64())}), entities,
                                  {builder.Finish().ValueOrDie()});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: our_reads REPO KEYS VIEWS FEATURES SECONDS\n");
    return 2;
  }
  const auto store = feast::FeatureStore::Open(argv[1]).ValueOrDie();
  const int64_t keys = std::atoll(argv[2]);
  feast::OnlineRequest request;
  for (int view = 0; view < std::atoi(argv[3]); ++view) {
    for (int feature = 0; feature < std::atoi(argv[4]); ++feature) {
      request.features.push_back("view_" + std::to_string(view) + ":f" + std::to_string(view) + "_" +
                                 std::to_string(feature));
    }
  }
  Percentiles times(std::strtod(argv[5], nullptr));
  for (const int64_t entities : kSizes) {
    std::mt19937_64 random(static_cast<uint64_t>(entities));
    std::vector<std::shared_ptr<arrow::RecordBatch>> asked;
    for (int i = 0; i < 500; ++i) asked.push_back(Rows(entities, keys, &random));
    times.Measure("ours " + std::to_string(entities), [&](size_t number) {
      request.entity_rows = asked[number % asked.size()];
      const auto answer = store->GetOnlineFeatures(request).ValueOrDie();
      if (answer.size() != request.features.size() + 1) std::abort();
    });
  }
}
