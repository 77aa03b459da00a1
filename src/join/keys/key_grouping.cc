#include "join/keys/key_grouping.h"

#include <algorithm>
#include <numeric>

#include "arrow/chunked_array.h"
#include "parallel/parallel_for.h"

namespace feast::join {
namespace {

// Combinations stay below this, far enough from overflow that any code can be added.
constexpr int64_t kCombinationsMax = int64_t{1} << 62;
constexpr int64_t kNoCombination = -1;

int64_t Combine(int64_t combined, int64_t factor, int32_t code) {
  return (combined | code) < 0 ? kNoCombination : combined * factor + code;
}

}  // namespace

arrow::Result<KeyGrouping> KeyGrouping::Make(const std::vector<std::shared_ptr<arrow::ChunkedArray>>& entity_keys,
                                             const std::vector<std::string>& names,
                                             const std::vector<std::shared_ptr<arrow::DataType>>& source_types,
                                             int64_t rows, int32_t* groups) {
  KeyGrouping grouping;
  if (entity_keys.empty()) {
    std::fill_n(groups, rows, 0);
    return grouping;
  }
  std::vector<int64_t> combined;
  std::vector<uint8_t> valid;
  const auto renumber = [&](IntegerCodes* numbers) {
    valid.resize(rows);
    for (int64_t row = 0; row < rows; ++row) valid[row] = combined[row] != kNoCombination;
    numbers->Build([&](const auto& visit) { visit(combined.data(), valid.data(), rows); }, rows);
    // Every combination is at least 0, so that kNoCombination is never found.
    ForEachRange(rows, kBlockRows, [&](int64_t first, int64_t last) {
      numbers->Find(combined.data() + first, static_cast<int>(last - first), groups + first);
    });
  };
  int64_t count = 1;
  for (size_t key = 0; key < entity_keys.size(); ++key) {
    ARROW_ASSIGN_OR_RAISE(KeyEncoder encoder,
                          KeyEncoder::Make(names[key], *entity_keys[key], source_types[key], groups));
    const int64_t factor = std::max(encoder.size(), 1);
    grouping.encoders_.push_back(std::move(encoder));
    if (entity_keys.size() == 1) break;
    if (key == 0) {
      combined.assign(groups, groups + rows);
      count = factor;
      continue;
    }
    // `count` bounds the combinations so far. Each factor is below 2^31, and so is what renumbering leaves: the product
    // of both is at most kCombinationsMax.
    Step step{factor, count > kCombinationsMax / factor, {}};
    if (step.renumber) {
      // `groups` holds the codes of the key at hand, and renumbering writes there.
      const std::vector<int32_t> codes(groups, groups + rows);
      renumber(&step.numbers);
      combined.assign(groups, groups + rows);
      std::copy(codes.begin(), codes.end(), groups);
      count = std::max(step.numbers.size(), 1);
    }
    for (int64_t row = 0; row < rows; ++row) combined[row] = Combine(combined[row], factor, groups[row]);
    count *= factor;
    grouping.steps_.push_back(std::move(step));
  }
  if (entity_keys.size() > 1) renumber(&grouping.combinations_);
  grouping.size_ = entity_keys.size() == 1 ? grouping.encoders_[0].size() : grouping.combinations_.size();
  return grouping;
}

arrow::Status KeyGrouping::CheckSourceTypes(const std::vector<std::shared_ptr<arrow::ChunkedArray>>& columns) const {
  for (size_t key = 0; key < encoders_.size(); ++key) {
    ARROW_RETURN_NOT_OK(encoders_[key].CheckSourceType(*columns[key]->type()));
  }
  return arrow::Status::OK();
}

// Takes the same steps as Make. A source value without a code makes the whole combination one that is not numbered, and
// nothing that follows brings it back.
int KeyGrouping::Find(const ChunkPlace* places, int64_t skip, int rows, int32_t* known, int32_t* groups,
                      Scratch* scratch) const {
  if (encoders_.empty()) {
    std::iota(known, known + rows, 0);
    std::fill_n(groups, rows, 0);
    return rows;
  }
  if (scratch->columns.size() != encoders_.size()) scratch->columns.resize(encoders_.size());
  if (encoders_.size() == 1) {
    return encoders_[0].EncodeKnown(*places[0].data, places[0].offset + skip, rows, known, groups,
                                    scratch->columns.data());
  }
  const auto encode = [&](size_t key, int32_t* codes) {
    encoders_[key].Encode(*places[key].data, places[key].offset + skip, rows, codes, &scratch->columns[key]);
  };
  encode(0, groups);
  int64_t* combined = scratch->combined.data();
  const auto renumber = [&](const IntegerCodes& numbers) { numbers.Find(combined, rows, groups); };
  std::copy_n(groups, rows, combined);
  for (size_t key = 1; key < encoders_.size(); ++key) {
    const Step& step = steps_[key - 1];
    if (step.renumber) {
      renumber(step.numbers);
      std::copy_n(groups, rows, combined);
    }
    encode(key, scratch->codes.data());
    for (int i = 0; i < rows; ++i) combined[i] = Combine(combined[i], step.factor, scratch->codes[i]);
  }
  renumber(combinations_);
  return KeepKnown(rows, known, groups);
}

}  // namespace feast::join
