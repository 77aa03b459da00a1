// The sentences of docs/semantics/point_in_time.md one by one, and what happens on bad input.
#include "join/point_in_time_join.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arrow/array/array_base.h"
#include "arrow/chunked_array.h"
#include "arrow/type.h"
#include "join/moments.h"
#include "join/random_columns_test.h"
#include "join/reference_test.h"

namespace feast::join {
namespace {

using TypePointer = std::shared_ptr<arrow::DataType>;
using Column = std::shared_ptr<arrow::ChunkedArray>;

constexpr auto kNull = std::nullopt;

Column Make(const TypePointer& type, const SmallNumbers& numbers) {
  Random random(1);
  return std::make_shared<arrow::ChunkedArray>(ArrayOf(type, numbers, &random));
}

Column Keys(const SmallNumbers& numbers) { return Make(arrow::int64(), numbers); }
Column Times(const SmallNumbers& numbers) { return Make(arrow::timestamp(arrow::TimeUnit::MICRO), numbers); }

EntityRows Rows(std::vector<Column> keys, Column moments) {
  EntityRows rows{std::move(keys), {}, std::move(moments)};
  for (size_t key = 0; key < rows.keys.size(); ++key) rows.key_names.push_back(key == 0 ? "driver_id" : "city");
  return rows;
}

// Winners' rows as one number each: 1000 · fragment + row, −1 for none. Checks the oracle's answer on the way.
std::vector<int64_t> Join(const EntityRows& rows, const std::vector<SourceColumns>& fragments,
                          const JoinOptions& options = {}) {
  std::vector<TypePointer> types;
  for (size_t key = 0; key < rows.keys.size(); ++key) types.push_back(fragments.at(0).keys[key]->type());
  const auto join = PointInTimeJoin::Make(rows, types, options).ValueOrDie();
  join->set_workers(1);
  for (size_t fragment = 0; fragment < fragments.size(); ++fragment) {
    const auto status = join->Observe(0, static_cast<int32_t>(fragment), fragments[fragment]);
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
  const auto numbers = [](const SourcePositions& positions) {
    std::vector<int64_t> numbers;
    for (const auto& at : positions) numbers.push_back(at.row < 0 ? -1 : 1000 * at.fragment + at.row);
    return numbers;
  };
  const auto actual = numbers(join->Finish().ValueOrDie());
  EXPECT_EQ(actual, numbers(ReferenceJoin(rows, fragments, options).ValueOrDie()));
  return actual;
}

std::vector<int64_t> List(std::initializer_list<int64_t> values) { return values; }

JoinOptions Ttl(int64_t ttl_us) {
  JoinOptions options;
  options.ttl_us = ttl_us;
  return options;
}

TEST(PointInTimeJoin, BothEndsOfTheWindowAreInclusive) {
  const SourceColumns source{{Keys({7})}, Times({100}), nullptr};
  const EntityRows rows = Rows({Keys({7, 7, 7, 7})}, Times({99, 100, 110, 111}));
  EXPECT_EQ(Join(rows, {source}, Ttl(10)), List({-1, 0, 0, -1}));
}

TEST(PointInTimeJoin, TtlThatIsNotPositiveIsNoBound) {
  const SourceColumns source{{Keys({7})}, Times({100}), nullptr};
  const EntityRows rows = Rows({Keys({7})}, Times({1'000'000'000'000}));
  EXPECT_EQ(Join(rows, {source}), List({0}));
  EXPECT_EQ(Join(rows, {source}, Ttl(0)), List({0}));
  EXPECT_EQ(Join(rows, {source}, Ttl(-1)), List({0}));
}

TEST(PointInTimeJoin, TiesGoToCreatedThenToPosition) {
  const SourceColumns first{{Keys({7, 7, 7})}, Times({100, 100, 100}), Times({5, 9, kNull})};
  const SourceColumns second{{Keys({7, 7})}, Times({100, 100}), Times({9, 8})};
  const EntityRows rows = Rows({Keys({7})}, Times({100}));
  EXPECT_EQ(Join(rows, {first, second}), List({1000}));
  EXPECT_EQ(Join(rows, {second, first}), List({1001}));
  EXPECT_EQ(Join(rows, {SourceColumns{{Keys({7, 7})}, Times({100, 100}), nullptr}}), List({1}));
}

TEST(PointInTimeJoin, KeepsDuplicatedRowsAndTheirOrder) {
  const SourceColumns source{{Keys({1, 2})}, Times({10, 20}), nullptr};
  const EntityRows rows = Rows({Keys({2, 1, 2, 3, 1})}, Times({20, 10, 20, 20, 9}));
  EXPECT_EQ(Join(rows, {source}), List({1, 0, 1, -1, -1}));
}

TEST(PointInTimeJoin, NullsMatchNothing) {
  const SourceColumns source{{Keys({kNull, 1, 1})}, Times({1, 2, kNull}), nullptr};
  const EntityRows rows = Rows({Keys({kNull, 1, 1})}, Times({5, 5, kNull}));
  EXPECT_EQ(Join(rows, {source}), List({-1, 1, -1}));
}

TEST(PointInTimeJoin, CreatedFilterLooksAtEachRowsOwnMoment) {
  // The newest row was only known at 50; before that, the older one was the newest known.
  const SourceColumns source{{Keys({7, 7})}, Times({10, 20}), Times({11, 50})};
  const EntityRows rows = Rows({Keys({7, 7, 7, 7})}, Times({10, 30, 49, 50}));
  JoinOptions options;
  options.filter_by_created = true;
  EXPECT_EQ(Join(rows, {source}, options), List({-1, 0, 0, 1}));
  EXPECT_EQ(Join(rows, {source}), List({0, 1, 1, 1}));
}

TEST(PointInTimeJoin, SourceStartLeavesOutOlderRows) {
  const SourceColumns source{{Keys({7, 7})}, Times({10, 20}), nullptr};
  JoinOptions options;
  options.source_start_ns = 11'000;
  EXPECT_EQ(Join(Rows({Keys({7, 7})}, Times({15, 25})), {source}, options), List({-1, 1}));
}

TEST(PointInTimeJoin, ViewsWithoutKeysOfferEveryRow) {
  const SourceColumns source{{}, Times({10, 20}), nullptr};
  EXPECT_EQ(Join(Rows({}, Times({25, 15, 5})), {source}), List({1, 0, -1}));
}

TEST(PointInTimeJoin, UnitsAndZonesAreBroughtTogether) {
  const auto seconds = arrow::timestamp(arrow::TimeUnit::SECOND, "Europe/Berlin");
  const SourceColumns source{{Keys({7, 7})}, Make(arrow::date32(), {1, 2}), Make(seconds, {5, 5})};
  const EntityRows rows = Rows({Keys({7, 7})}, Make(arrow::timestamp(arrow::TimeUnit::NANO, "UTC"),
                                                    {86'400'000'000'000, 2 * 86'400'000'000'000 - 1}));
  EXPECT_EQ(Join(rows, {source}), List({0, 0}));
}

TEST(PointInTimeJoin, MomentsBeyondNanosecondsSaturate) {
  const auto seconds = arrow::timestamp(arrow::TimeUnit::SECOND);
  const int64_t year_9999 = 253'402'214'400;
  const SourceColumns source{{Keys({7, 7})}, Make(seconds, {-year_9999, 100}), nullptr};
  const EntityRows rows = Rows({Keys({7, 7})}, Make(seconds, {year_9999, -year_9999}));
  EXPECT_EQ(Join(rows, {source}), List({1, 0}));
  EXPECT_EQ(Join(rows, {source}, Ttl(INT64_MAX)), List({1, 0}));
}

// So many keys, with so short a TTL beside the time between them, that most rows are dropped by their part of the time.
TEST(PointInTimeJoin, MomentsBeyondNanosecondsMatchWithinAWindowToo) {
  const auto seconds = arrow::timestamp(arrow::TimeUnit::SECOND);
  constexpr int64_t kKeys = 5000, kYear2020 = 1'600'000'000, kYear9999 = 253'402'214'400;
  for (const int64_t far : {kYear9999, -kYear9999}) {
    SmallNumbers keys, times(kKeys, kYear2020);
    for (int64_t key = 0; key < kKeys; ++key) keys.push_back(key);
    times[7] = far;
    const SourceColumns source{{Keys({7, 8})}, Make(seconds, {far, kYear2020}), nullptr};
    const std::vector<int64_t> winners =
        Join(Rows({Keys(keys)}, Make(seconds, times)), {source}, Ttl(int64_t{86'400} * 1'000'000));
    EXPECT_EQ(winners[7], 0);
    EXPECT_EQ(winners[8], 1);
  }
}

TEST(PointInTimeJoin, IntegersOfAnyWidthCompareByValue) {
  const SourceColumns source{{Make(arrow::int32(), {-1, 7})}, Times({1, 1}), nullptr};
  EXPECT_EQ(Join(Rows({Make(arrow::uint64(), {7, INT64_MAX})}, Times({5, 5})), {source}), List({1, -1}));
  EXPECT_EQ(Join(Rows({Make(arrow::int8(), {-1})}, Times({5})), {source}), List({0}));
  EXPECT_EQ(Join(Rows({Make(arrow::float64(), {7, 3})}, Times({5, 5})), {source}), List({1, -1}));
}

TEST(PointInTimeJoin, UnsignedAndNegativeNumbersWithTheSameBitsDiffer) {
  const Column all_ones =
      std::make_shared<arrow::ChunkedArray>(ArrayOf(arrow::int64(), {-1}, nullptr)->View(arrow::uint64()).ValueOrDie());
  const SourceColumns source{{all_ones}, Times({1}), nullptr};
  EXPECT_EQ(Join(Rows({Keys({-1})}, Times({5})), {source}), List({-1}));
  EXPECT_EQ(Join(Rows({all_ones}, Times({5})), {source}), List({0}));
}

TEST(PointInTimeJoin, CompositeKeysWithManyCombinations) {
  // 2^16 values in each of five columns. Were combinations numbered modulo 2^64, the first column would not count.
  constexpr int64_t kRows = 1 << 16;
  SmallNumbers up, down, moments(kRows, 1);
  for (int64_t i = 0; i < kRows; ++i) {
    up.emplace_back(i * 1'000'003);
    down.emplace_back((kRows - 1 - i) * 1'000'003);
  }
  const Column a = Keys(up), b = Keys(down);
  const EntityRows rows{{a, b, a, b, a}, {"a", "b", "c", "d", "e"}, Times(moments)};
  const auto join = PointInTimeJoin::Make(rows, {5, arrow::int64()}, {}).ValueOrDie();
  const SourceColumns same_keys_last_first{{b, a, b, a, b}, Times(moments), nullptr};
  const SourceColumns another_first_key{{a, a, b, a, b}, Times(moments), nullptr};
  ASSERT_TRUE(join->Observe(0, 0, same_keys_last_first).ok());
  ASSERT_TRUE(join->Observe(0, 1, another_first_key).ok());
  const auto winners = join->Finish().ValueOrDie();
  for (int64_t i = 0; i < kRows; ++i) {
    ASSERT_EQ(winners[i].fragment, 0);
    ASSERT_EQ(winners[i].row, kRows - 1 - i);
  }
}

// So many that each step takes several threads, and that ties fill several parts.
TEST(PointInTimeJoin, ManyRowsOnSeveralThreads) {
  constexpr int64_t kKeys = 100'000;
  SmallNumbers keys, times, earlier, later;
  for (int64_t key = 0; key < kKeys; ++key) {
    keys.push_back(key * 13 % kKeys);
    times.push_back(100 + key % 3);
    earlier.push_back(key % 5 == 0 ? kNull : std::optional<int64_t>(key % 5));
    later.push_back(key % 7 == 0 ? kNull : std::optional<int64_t>(key % 7));
  }
  const SmallNumbers hundred(kKeys, 100);
  const std::vector<SourceColumns> whole{{{Keys(keys)}, Times(hundred), Times(earlier)},
                                         {{Keys(keys)}, Times(hundred), Times(later)}};
  const EntityRows rows = Rows({Keys(keys)}, Times(times));
  const auto join = PointInTimeJoin::Make(rows, {arrow::int64()}, {}).ValueOrDie();
  join->set_workers(2);
  for (int32_t fragment = 0; fragment < 2; ++fragment) {
    SourceColumns columns = whole[fragment];
    columns.created = nullptr;
    columns.created_on_demand = true;
    ASSERT_TRUE(join->Observe(fragment, fragment, columns).ok());
  }
  join->Merge();
  const auto tied = join->TiedRows(0, 3);
  ASSERT_EQ(tied.size(), size_t{2 * kKeys});
  ASSERT_TRUE(std::is_sorted(tied.begin(), tied.end()));
  std::vector<int64_t> created;
  for (const SourcePosition& row : tied) {
    const auto& moments = row.fragment == 0 ? earlier : later;
    created.push_back(moments[row.row] ? *moments[row.row] * 1000 : kEarliest);
  }
  join->Decide(0, 3, tied, created);
  EXPECT_EQ(join->ties(0), 0);
  EXPECT_EQ(join->Finish().ValueOrDie(), ReferenceJoin(rows, whole, {}).ValueOrDie());
}

// Of hourly rows of each key in fragments of two hours, asked for the latest: more fragments than are told apart,
// seen by two workers.
TEST(PointInTimeJoin, NewerFragmentsCloseSlotsToOlderOnes) {
  constexpr int32_t kKeys = 1000, kFragments = 700;
  SmallNumbers keys, two_hours_of_keys;
  for (int32_t key = 0; key < kKeys; ++key) keys.push_back(key);
  for (int32_t row = 0; row < 2 * kKeys; ++row) two_hours_of_keys.push_back(row % kKeys);
  // The last key is in the last fragment but three only.
  const auto fragment_keys = [&](int32_t fragment) {
    SmallNumbers numbers = two_hours_of_keys;
    if (fragment != kFragments - 4) numbers[kKeys - 1] = numbers.back() = 0;
    return numbers;
  };
  std::vector<SourceColumns> fragments;
  std::vector<std::optional<MomentRange>> bounds;
  for (int32_t fragment = 0; fragment < kFragments; ++fragment) {
    SmallNumbers times;
    for (int32_t row = 0; row < 2 * kKeys; ++row) times.push_back(2 * fragment + row / kKeys);
    fragments.push_back({{Keys(fragment_keys(fragment))}, Times(times), nullptr});
    bounds.push_back(MomentRange{2000 * fragment, 2000 * fragment + 1000});
  }
  const EntityRows rows = Rows({Keys(keys)}, Times(SmallNumbers(kKeys, 2 * kFragments)));
  const auto expected = ReferenceJoin(rows, fragments, {}).ValueOrDie();
  for (const int64_t ttl_us : {0, 1 << 20}) {
    const auto join = PointInTimeJoin::Make(rows, {arrow::int64()}, Ttl(ttl_us)).ValueOrDie();
    join->set_workers(2);
    join->set_fragment_moments(bounds);
    int32_t observed = 0;
    for (int32_t fragment = kFragments - 1; fragment >= 0; --fragment) {
      if (!join->MayWin(fragment)) continue;
      ++observed;
      ASSERT_TRUE(join->Observe(fragment % 2, fragment, fragments[fragment]).ok());
    }
    EXPECT_EQ(join->Finish().ValueOrDie(), expected);
    // Six share a turn.
    EXPECT_GE(observed, 4);
    EXPECT_LE(observed, 4 + 2 * 6);
  }
  // Within a short TTL it is not worth asking.
  const auto join = PointInTimeJoin::Make(rows, {arrow::int64()}, Ttl(3)).ValueOrDie();
  join->set_fragment_moments(bounds);
  ASSERT_TRUE(join->Observe(0, kFragments - 1, fragments[kFragments - 1]).ok());
  EXPECT_TRUE(join->MayWin(0));
}

TEST(PointInTimeJoin, NothingInNothingOut) {
  const SourceColumns empty{{Keys({})}, Times({}), Times({})};
  EXPECT_EQ(Join(Rows({Keys({})}, Times({})), {empty}), List({}));
  EXPECT_EQ(Join(Rows({Keys({1})}, Times({5})), {empty}), List({-1}));
  EXPECT_EQ(Join(Rows({Keys({kNull})}, Times({5})), {{{Keys({1})}, Times({1}), nullptr}}), List({-1}));
  EXPECT_EQ(Join(Rows({Make(arrow::null(), {kNull})}, Times({5})), {{{Keys({1})}, Times({1}), nullptr}}), List({-1}));
  const auto unobserved = PointInTimeJoin::Make(Rows({Keys({1})}, Times({5})), {arrow::int64()}, {}).ValueOrDie();
  EXPECT_EQ(unobserved->Finish().ValueOrDie().at(0).row, -1);
}

TEST(PointInTimeJoin, SaysWhatItWantsToSee) {
  const EntityRows rows =
      Rows({Keys({5, kNull, -3, 9}), Make(arrow::utf8(), {1, 1, 1, 1})}, Times({100, 900, 50, kNull}));
  const auto join = PointInTimeJoin::Make(rows, {arrow::int32(), arrow::utf8()}, Ttl(20)).ValueOrDie();
  EXPECT_EQ(join->min_source_ns(), 30'000);
  EXPECT_EQ(join->max_source_ns(), 100'000);
  EXPECT_EQ(join->key_range(0), std::pair(int64_t{-3}, int64_t{9}));
  EXPECT_EQ(join->key_range(1), std::nullopt);
  const auto unbounded = PointInTimeJoin::Make(rows, {arrow::int32(), arrow::utf8()}, {}).ValueOrDie();
  EXPECT_EQ(unbounded->min_source_ns(), INT64_MIN);
  const auto none = PointInTimeJoin::Make(Rows({Keys({})}, Times({})), {arrow::int64()}, {}).ValueOrDie();
  EXPECT_GT(none->min_source_ns(), none->max_source_ns());
  EXPECT_EQ(none->key_range(0), std::nullopt);
}

std::string MakeError(const EntityRows& rows, const std::vector<TypePointer>& types) {
  return PointInTimeJoin::Make(rows, types, {}).status().ToString();
}

TEST(PointInTimeJoin, NamesKeysThatCannotBeCompared) {
  const EntityRows rows = Rows({Keys({1})}, Times({5}));
  EXPECT_EQ(
      MakeError(rows, {arrow::utf8()}),
      "Type error: Join key 'driver_id' is int64 in the entity rows but string in the source, and these cannot be "
      "compared. Cast one of them to the other's type.");
  for (const auto& type : {arrow::boolean(), arrow::timestamp(arrow::TimeUnit::SECOND), arrow::list(arrow::int64()),
                           arrow::struct_({}), arrow::binary()}) {
    EXPECT_TRUE(PointInTimeJoin::Make(rows, {type}, {}).status().IsTypeError()) << type->ToString();
  }
}

TEST(PointInTimeJoin, NamesMomentsOfTheWrongType) {
  const EntityRows rows = Rows({Keys({1})}, Make(arrow::utf8(), {5}));
  EXPECT_EQ(MakeError(rows, {arrow::int64()}),
            "Type error: Column 'event timestamp of the entity rows' must hold timestamps, but its type is string. "
            "Convert it to a timestamp or date type.");
  const auto join = PointInTimeJoin::Make(Rows({Keys({1})}, Times({5})), {arrow::int64()}, {}).ValueOrDie();
  EXPECT_TRUE(join->Observe(0, 0, {{Keys({1})}, Keys({1}), nullptr}).IsTypeError());
  EXPECT_TRUE(join->Observe(0, 0, {{Keys({1})}, Times({1}), Keys({1})}).IsTypeError());
}

TEST(PointInTimeJoin, RefusesColumnsThatDoNotFitTogether) {
  EXPECT_TRUE(PointInTimeJoin::Make(Rows({Keys({1, 2})}, Times({5})), {arrow::int64()}, {}).status().IsInvalid());
  EXPECT_TRUE(PointInTimeJoin::Make(Rows({Keys({1})}, Times({5})), {}, {}).status().IsInvalid());
  const auto join = PointInTimeJoin::Make(Rows({Keys({1})}, Times({5})), {arrow::int64()}, {}).ValueOrDie();
  EXPECT_TRUE(join->Observe(0, 0, {{Keys({1, 2})}, Times({1}), nullptr}).IsInvalid());
  EXPECT_TRUE(join->Observe(0, 0, {{}, Times({1}), nullptr}).IsInvalid());
  const auto status = join->Observe(0, 0, {{Make(arrow::int32(), {1})}, Times({1}), nullptr});
  EXPECT_EQ(
      status.ToString(),
      "Type error: Join key 'driver_id' is int32 in a part of the source, but int64 in its schema. Make all files "
      "of the source agree on its type.");
}

}  // namespace
}  // namespace feast::join
