// Entity rows in the order of the fragments their winners lie in, however many threads put them there.
#include "offline/file/winner_order.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "arrow/buffer.h"
#include "arrow/util/bit_util.h"

namespace feast {
namespace {

TEST(WinnerOrder, ListsTheEntityRowsOfEachFragmentInOrder) {
  std::mt19937 random(7);
  for (const size_t rows : {size_t{0}, size_t{1}, size_t{1000}, size_t{500'000}}) {
    for (const int fragments : {1, 7, 300}) {
      join::SourcePositions winners(rows);
      std::vector<std::vector<uint32_t>> expected(fragments);
      for (size_t row = 0; row < rows; ++row) {
        const int fragment = static_cast<int>(random() % (fragments + 1)) - 1;
        winners[row] = fragment < 0 ? join::kNoRow : join::SourcePosition{fragment, static_cast<int32_t>(row)};
        if (fragment >= 0) expected[fragment].push_back(static_cast<uint32_t>(row));
      }
      const auto made = WinnerOrder::Make(winners, fragments);
      ASSERT_TRUE(made.ok()) << made.status().ToString();
      int64_t matched = 0;
      for (int32_t fragment = 0; fragment < fragments; ++fragment) {
        const auto found = made->entity_rows_of(fragment);
        ASSERT_EQ(std::vector<uint32_t>(found.begin(), found.end()), expected[fragment]) << rows << " rows";
        matched += static_cast<int64_t>(found.size());
      }
      ASSERT_EQ(made->unmatched_rows(), static_cast<int64_t>(rows) - matched);
      for (size_t row = 0; made->matched() != nullptr && row < rows; ++row) {
        ASSERT_EQ(arrow::bit_util::GetBit(made->matched()->data(), static_cast<int64_t>(row)),
                  winners[row].fragment >= 0);
      }
    }
  }
}

}  // namespace
}  // namespace feast
