#include "join/row_moment.h"

#include <algorithm>
#include <array>
#include <bit>

namespace feast::join {
namespace {

// As many rows are put in order by moving each before those that are later.
constexpr uint32_t kInsertedMax = 16;
constexpr int kBucketBitsMax = 10;

void InsertionSort(RowMoment* first, RowMoment* last) {
  for (RowMoment* next = first + 1; next < last; ++next) {
    const RowMoment row = *next;
    RowMoment* place = next;
    for (; place > first && place[-1].moment > row.moment; --place) *place = place[-1];
    *place = row;
  }
}

int BitWidth(uint64_t number) { return static_cast<int>(std::bit_width(number)); }

struct Span {
  int64_t least, greatest;
  bool is_ordered;
};

Span SpanOf(const RowMoment* first, const RowMoment* last) {
  Span span{first->moment, first->moment, true};
  for (const RowMoment* at = first + 1; at < last; ++at) {
    span.least = std::min<int64_t>(span.least, at->moment);
    span.greatest = std::max<int64_t>(span.greatest, at->moment);
    span.is_ordered &= at[-1].moment <= at->moment;
  }
  return span;
}

}  // namespace

// About as many buckets of equal length as there are rows, so that most moments are spread well enough for few rows to
// share one; where they are not, a bucket is divided in its turn.
void SortByMoment(RowMoment* first, RowMoment* last, std::vector<RowMoment>* scratch) {
  const auto count = static_cast<uint32_t>(last - first);
  if (count <= kInsertedMax) return InsertionSort(first, last);
  const Span span = SpanOf(first, last);
  if (span.is_ordered) return;
  // Unsigned, the difference of any two moments fits: moments may be at both ends of what 64 bits hold.
  const uint64_t length = static_cast<uint64_t>(span.greatest) - static_cast<uint64_t>(span.least);
  // The shifted length has at most kBucketBitsMax bits, so that buckets are at most 2^kBucketBitsMax. It is not 0, for
  // rows out of order differ: the earliest and the latest never share a bucket, and every recursion has fewer rows and
  // a shorter span.
  const int shift = std::max(0, BitWidth(length) - std::min(BitWidth(count), kBucketBitsMax));
  const auto bucket = [&span, shift](const RowMoment& row) {
    return (static_cast<uint64_t>(row.moment) - static_cast<uint64_t>(span.least)) >> shift;
  };
  std::array<uint32_t, (1 << kBucketBitsMax) + 1> ends;
  const uint64_t buckets = (length >> shift) + 1;
  // Counted one place further on, so that the sums below are where each bucket begins.
  std::fill_n(ends.begin(), buckets + 1, 0);
  for (const RowMoment* at = first; at < last; ++at) ++ends[bucket(*at) + 1];
  const uint32_t most = *std::max_element(ends.begin(), ends.begin() + static_cast<ptrdiff_t>(buckets) + 1);
  for (uint64_t i = 1; i < buckets; ++i) ends[i] += ends[i - 1];
  // The scratch is free again once its rows are placed, so all recursions share one.
  if (scratch->size() < count) scratch->resize(count);
  std::copy(first, last, scratch->begin());
  // Where each bucket begins turns into where it ends.
  for (uint32_t i = 0; i < count; ++i) first[ends[bucket((*scratch)[i])]++] = (*scratch)[i];
  // Buckets are in order among each other: no row moves farther than its bucket is long.
  if (most <= kInsertedMax) return InsertionSort(first, last);
  uint32_t begin = 0;
  for (uint64_t i = 0; i < buckets; begin = ends[i++]) SortByMoment(first + begin, first + ends[i], scratch);
}

}  // namespace feast::join
