// The streaming join against the oracle on random cases. A failure prints its seed; FEAST_JOIN_SEED=n runs that case
// alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "arrow/array/array_base.h"
#include "arrow/array/data.h"
#include "arrow/array/util.h"
#include "arrow/buffer.h"
#include "arrow/chunked_array.h"
#include "arrow/type.h"
#include "join/join_survey.h"
#include "join/point_in_time_join.h"
#include "join/random_columns_test.h"
#include "join/reference_test.h"
#include "join/whole_moments.h"

namespace feast::join {

void PrintTo(const SourcePosition& position, std::ostream* out) { *out << position.fragment << ":" << position.row; }

namespace {

using TypePointer = std::shared_ptr<arrow::DataType>;

// Types in one list are comparable with each other.
const std::vector<std::vector<TypePointer>>& ComparableTypes() {
  static const std::vector<std::vector<TypePointer>> kTypes = {
      {arrow::int64()},
      {arrow::int8(), arrow::int16(), arrow::int32(), arrow::int64(), arrow::uint8(), arrow::uint16(), arrow::uint32(),
       arrow::uint64(), arrow::float32(), arrow::float64(), arrow::dictionary(arrow::int8(), arrow::int32())},
      {arrow::int32(), arrow::uint64(), arrow::decimal128(20, 0), arrow::decimal128(20, 4), arrow::decimal256(40, 10)},
      {arrow::utf8(), arrow::large_utf8(), arrow::utf8_view(), arrow::binary(), arrow::large_binary(),
       arrow::binary_view(), arrow::fixed_size_binary(2), arrow::dictionary(arrow::int32(), arrow::utf8()),
       arrow::dictionary(arrow::uint16(), arrow::large_utf8())},
      {arrow::boolean()},
      {arrow::timestamp(arrow::TimeUnit::NANO), arrow::timestamp(arrow::TimeUnit::SECOND, "UTC"),
       arrow::timestamp(arrow::TimeUnit::MICRO, "Europe/Berlin"), arrow::date32(), arrow::date64()},
      {arrow::time32(arrow::TimeUnit::SECOND), arrow::time64(arrow::TimeUnit::MICRO)},
      {arrow::duration(arrow::TimeUnit::MILLI), arrow::duration(arrow::TimeUnit::NANO)},
  };
  return kTypes;
}

struct MomentType {
  TypePointer type;
  int64_t ticks_per_day;
};

const std::vector<MomentType>& MomentTypes() {
  static const std::vector<MomentType> kTypes = {
      {arrow::timestamp(arrow::TimeUnit::SECOND), 86'400},
      {arrow::timestamp(arrow::TimeUnit::MILLI, "UTC"), 86'400'000},
      {arrow::timestamp(arrow::TimeUnit::MICRO, "Asia/Tokyo"), 86'400'000'000},
      {arrow::timestamp(arrow::TimeUnit::NANO), 86'400'000'000'000},
      {arrow::date32(), 1},
      {arrow::date64(), 86'400'000},
  };
  return kTypes;
}

template <class Visit>
void ForEachKnownMoment(const arrow::ChunkedArray& column, Visit visit) {
  std::vector<bool> is_null(column.length());
  ForEachNull(column, [&](int64_t row) { is_null[row] = true; });
  const std::vector<int64_t> moments = WholeMoments(column);
  for (size_t row = 0; row < moments.size(); ++row) {
    if (!is_null[row]) visit(moments[row]);
  }
}

// One random case: the distributions are narrow, so that ties, duplicates and matches abound.
class RandomCase {
 public:
  explicit RandomCase(uint64_t seed) : random_(seed) {
    days_ = Between(&random_, 1, 40);
    distinct_keys_ = OnceIn(&random_, 3) ? 100 : Between(&random_, 1, 6);
    // The dense table of small numbers is left for hashing when one key is far from the others.
    far_keys_ = OnceIn(&random_, 3);
    nulls_ = OnceIn(&random_, 3) ? 0 : static_cast<int>(Between(&random_, 2, 12));
    const int key_count = OnceIn(&random_, 8) ? 0 : static_cast<int>(Between(&random_, 1, 3));
    for (int key = 0; key < key_count; ++key) families_.push_back(&OneOf(ComparableTypes()));
    is_now_ = OnceIn(&random_, 3);
    is_sorted_ = OnceIn(&random_, 3);
    MakeEntityRows();
    MakeSource();
    MakeOptions();
  }

  void Check() {
    auto made = PointInTimeJoin::Make(entities, key_types_, options_);
    ASSERT_TRUE(made.ok()) << made.status().ToString();
    PointInTimeJoin& join = **made;
    Observe(&join);
    const auto expected = ReferenceJoin(entities, fragments_, options_).ValueOrDie();
    const auto actual = join.Finish().ValueOrDie();
    ASSERT_EQ(expected.size(), actual.size());
    for (size_t row = 0; row < actual.size(); ++row) {
      ASSERT_EQ(expected[row], actual[row]) << "entity row " << row << Describe();
      matches += actual[row].row >= 0;
    }
    CheckSurvey(actual);
  }

  int64_t matches = 0;
  std::atomic<int64_t> tied_rows{0}, spared_parts{0};
  JoinFindings found;
  EntityRows entities;

 private:
  template <class T>
  const T& OneOf(const std::vector<T>& choices) {
    return choices[Between(&random_, 0, static_cast<int64_t>(choices.size()) - 1)];
  }

  std::string Describe() const {
    std::string text = "; keys";
    for (size_t key = 0; key < key_types_.size(); ++key) {
      text += " " + entities.keys[key]->type()->ToString() + "=" + key_types_[key]->ToString();
    }
    text += "; moments " + entities.event_timestamp->type()->ToString();
    for (const auto& columns : fragments_) text += " " + columns.event_timestamp->type()->ToString();
    return text + "; ttl " + (options_.ttl_us ? std::to_string(*options_.ttl_us) : "unset") +
           (options_.filter_by_created ? "; filtered by created" : "") +
           (options_.source_start_ns ? "; with start" : "");
  }

  int64_t RowCount(int64_t usual) {
    return OnceIn(&random_, 10) ? Between(&random_, 0, 1300) : Between(&random_, 0, usual);
  }

  std::shared_ptr<arrow::ChunkedArray> Keys(const TypePointer& type, int64_t rows) {
    const bool wide = far_keys_ && type->id() == arrow::Type::INT64;
    SmallNumbers numbers(rows);
    for (auto& number : numbers) {
      if (nulls_ > 0 && OnceIn(&random_, nulls_)) continue;
      number = Between(&random_, 0, distinct_keys_);
      if (wide) *number = *number * 0x0123456789ABCDEF % (int64_t{1} << 60) - (*number % 2 << 59);
    }
    return ColumnOf(type, numbers, &random_);
  }

  // Of these days, both inclusive.
  std::shared_ptr<arrow::ChunkedArray> Moments(int64_t rows, int64_t first_day, int64_t last_day) {
    const MomentType& moment = OneOf(MomentTypes());
    // Odd nanoseconds tell apart what whole days do not.
    const int64_t fine = moment.ticks_per_day > 1 && !date_like(moment) && OnceIn(&random_, 3) ? 3 : 0;
    SmallNumbers numbers(rows);
    for (auto& number : numbers) {
      if (nulls_ > 0 && OnceIn(&random_, nulls_)) continue;
      number =
          (20'000 + Between(&random_, first_day, last_day)) * moment.ticks_per_day + Between(&random_, -fine, fine);
      if (extremes_ && OnceIn(&random_, 10)) {
        const int64_t limit = moment.ticks_per_day == 1 ? INT32_MAX : INT64_MAX;
        number = OnceIn(&random_, 2) ? limit : -limit;
      }
    }
    return ColumnOf(moment.type, numbers, &random_);
  }

  static bool date_like(const MomentType& moment) { return moment.type->id() == arrow::Type::DATE64; }

  void MakeEntityRows() {
    extremes_ = OnceIn(&random_, 4);
    const int64_t rows = RowCount(30);
    for (size_t key = 0; key < families_.size(); ++key) {
      entities.keys.push_back(Keys(OneOf(*families_[key]), rows));
      entities.key_names.push_back("key_" + std::to_string(key));
    }
    entities.event_timestamp = Moments(rows, is_now_ ? days_ : 0, days_);
  }

  void MakeSource() {
    for (const auto* family : families_) key_types_.push_back(OneOf(*family));
    const int64_t count = OnceIn(&random_, 5) || is_sorted_ ? Between(&random_, 5, 9) : Between(&random_, 0, 4);
    const bool has_created = !OnceIn(&random_, 3);
    for (int64_t fragment = 0; fragment < count; ++fragment) {
      const int64_t rows = RowCount(60);
      SourceColumns columns;
      for (const auto& type : key_types_) columns.keys.push_back(Keys(type, rows));
      columns.event_timestamp = is_sorted_ ? Moments(rows, days_ * fragment / count, days_ * (fragment + 1) / count)
                                           : Moments(rows, 0, days_);
      if (has_created) columns.created = Moments(rows, 0, days_);
      fragments_.push_back(std::move(columns));
    }
  }

  void MakeOptions() {
    constexpr int64_t kDay = 86'400'000'000;
    const std::vector<std::optional<int64_t>> ttls = {std::nullopt, 0, -1, 1, kDay, 3 * kDay, 20 * kDay, INT64_MAX};
    options_.ttl_us = OneOf(ttls);
    options_.filter_by_created = OnceIn(&random_, 3);
    if (OnceIn(&random_, 4)) options_.source_start_ns = (20'000 + Between(&random_, 0, days_)) * kDay * 1000;
  }

  struct Part {
    int32_t fragment;
    SourceColumns columns;
  };

  // A fragment, some of the time in slices.
  std::vector<Part> Slices(int32_t fragment) {
    const SourceColumns& whole = fragments_[fragment];
    const int64_t rows = whole.event_timestamp->length();
    std::vector<Part> parts;
    for (int64_t first = 0; first == 0 || first < rows;) {
      const int64_t length = OnceIn(&random_, 3) ? Between(&random_, 1, std::max<int64_t>(1, rows)) : rows;
      Part part{fragment, {}};
      part.columns.event_timestamp = whole.event_timestamp->Slice(first, length);
      part.columns.first_row = first;
      for (const auto& key : whole.keys) part.columns.keys.push_back(key->Slice(first, length));
      if (whole.created != nullptr) part.columns.created = whole.created->Slice(first, length);
      parts.push_back(std::move(part));
      first += std::max<int64_t>(1, length);
    }
    return parts;
  }

  // What statistics would tell of each fragment: nothing of some.
  std::vector<std::optional<MomentRange>> Bounds() {
    std::vector<std::optional<MomentRange>> bounds;
    for (const SourceColumns& columns : fragments_) {
      MomentRange range{INT64_MIN, INT64_MAX};
      if (!OnceIn(&random_, 8)) {
        range = {INT64_MAX, INT64_MIN};
        ForEachKnownMoment(*columns.event_timestamp, [&](int64_t moment) {
          range = {std::min(range.first, moment), std::max(range.last, moment)};
        });
      }
      bounds.emplace_back(range);
    }
    return bounds;
  }

  // Fragments in any order on any worker, some of the time on threads at once.
  void Observe(PointInTimeJoin* join) {
    // More workers than have winners of their own share them.
    const int workers = static_cast<int>(OnceIn(&random_, 4) ? Between(&random_, 4, 9) : Between(&random_, 1, 3));
    join->set_workers(workers);
    if (OnceIn(&random_, 2)) join->set_fragment_moments(Bounds());
    std::vector<std::vector<Part>> shares(workers);
    for (size_t fragment = 0; fragment < fragments_.size(); ++fragment) {
      for (Part& part : Slices(static_cast<int32_t>(fragment))) {
        auto& share = shares[Between(&random_, 0, workers - 1)];
        share.insert(share.begin() + Between(&random_, 0, static_cast<int64_t>(share.size())), std::move(part));
      }
    }
    LeaveCreatedForLater(&shares);
    const uint64_t decide_once_in = OnceIn(&random_, 2) ? 2 : 1000;
    const auto run = [&](int worker) {
      Random random(worker);
      for (const Part& part : shares[worker]) {
        if (!join->MayWin(part.fragment)) {
          ++spared_parts;
          continue;
        }
        const auto status = join->Observe(worker, part.fragment, part.columns);
        ASSERT_TRUE(status.ok()) << status.ToString();
        if (OnceIn(&random, decide_once_in)) DecideTies(join, worker);
      }
    };
    std::vector<std::thread> threads;
    const bool at_once = OnceIn(&random_, 10);
    for (int worker = 0; worker < workers; ++worker) {
      if (at_once) {
        threads.emplace_back(run, worker);
      } else {
        run(worker);
      }
    }
    for (auto& thread : threads) thread.join();
    join->Merge();
    DecideTies(join, 0);
  }

  // Some of the time, of all parts or of some, the created column is not offered.
  void LeaveCreatedForLater(std::vector<std::vector<Part>>* shares) {
    if (options_.filter_by_created || OnceIn(&random_, 3)) return;
    const bool of_all = OnceIn(&random_, 2);
    for (auto& share : *shares) {
      for (Part& part : share) {
        if (part.columns.created == nullptr || !(of_all || OnceIn(&random_, 2))) continue;
        part.columns.created = nullptr;
        part.columns.created_on_demand = true;
      }
    }
  }

  void DecideTies(PointInTimeJoin* join, int worker) {
    const std::vector<SourcePosition> rows = join->TiedRows(worker, 1 + worker % 2);
    ASSERT_TRUE(std::is_sorted(rows.begin(), rows.end()));
    std::vector<int64_t> created;
    for (const SourcePosition& row : rows) {
      const auto value = fragments_[row.fragment].created->Slice(row.row, 1);
      created.push_back(WholeMoments(*value)[0]);
      if (value->null_count() > 0) created.back() = kEarliest;
    }
    join->Decide(worker, 1 + worker % 2, rows, created);
    tied_rows += static_cast<int64_t>(rows.size());
  }

  void CheckSurvey(const SourcePositions& winners) {
    const auto expected = ReferenceSurvey(entities, fragments_, options_).ValueOrDie();
    const auto survey = JoinSurvey::Make(entities, key_types_, options_, winners).ValueOrDie();
    for (int32_t fragment = 0; fragment < static_cast<int32_t>(fragments_.size()); ++fragment) {
      std::vector<uint32_t> rows;
      for (uint32_t row = 0; row < winners.size(); ++row) {
        if (winners[row].fragment == fragment) rows.push_back(row);
      }
      ASSERT_TRUE(survey->ObserveWinners(rows, fragments_[fragment]).ok());
    }
    survey->Prepare();
    std::vector<Part> parts;
    for (size_t fragment = 0; fragment < fragments_.size(); ++fragment) {
      for (Part& part : Slices(static_cast<int32_t>(fragment))) parts.push_back(std::move(part));
    }
    const auto observe = [&](size_t first, size_t step) {
      for (size_t i = first; i < parts.size(); i += step) {
        ASSERT_TRUE(survey->ObserveSource(parts[i].columns).ok());
      }
    };
    if (OnceIn(&random_, 10)) {
      std::thread other(observe, 0, 2);
      observe(1, 2);
      other.join();
    } else {
      observe(0, 1);
    }
    found = survey->Finish();
    ASSERT_EQ(expected.no_entity, found.no_entity) << Describe();
    ASSERT_EQ(expected.nothing_before, found.nothing_before) << Describe();
    ASSERT_EQ(expected.outside_window, found.outside_window) << Describe();
    ASSERT_EQ(expected.created_later, found.created_later) << Describe();
    ASSERT_EQ(expected.ties_by_created, found.ties_by_created) << Describe();
    ASSERT_EQ(expected.ties_by_position, found.ties_by_position) << Describe();
    ASSERT_EQ(expected.duplicate_rows, found.duplicate_rows) << Describe();
    ASSERT_EQ(expected.age_ns, found.age_ns) << Describe();
  }

  Random random_;
  int64_t days_, distinct_keys_;
  bool far_keys_, extremes_ = false;
  /// All entity rows are of the last day; fragments are of one day after another.
  bool is_now_, is_sorted_;
  int nulls_;
  std::vector<const std::vector<TypePointer>*> families_;
  std::vector<TypePointer> key_types_;
  std::vector<SourceColumns> fragments_;
  JoinOptions options_;
};

TEST(PointInTimeJoinRandom, AgreesWithTheReference) {
  // Fewer where each takes ten times as long (tools/test).
  const char* fewer = std::getenv("FEAST_JOIN_CASES");
  const uint64_t cases = fewer != nullptr ? std::strtoull(fewer, nullptr, 10) : 5000;
  const char* chosen = std::getenv("FEAST_JOIN_SEED");
  const uint64_t first = chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 1;
  int64_t rows = 0, matches = 0, tied_rows = 0, spared_parts = 0;
  JoinFindings found;
  for (uint64_t seed = first; seed < first + (chosen != nullptr ? 1 : cases); ++seed) {
    SCOPED_TRACE("FEAST_JOIN_SEED=" + std::to_string(seed));
    RandomCase random_case(seed);
    random_case.Check();
    if (HasFatalFailure()) return;
    rows += random_case.entities.event_timestamp->length();
    matches += random_case.matches;
    tied_rows += random_case.tied_rows;
    spared_parts += random_case.spared_parts;
    found.no_entity += random_case.found.no_entity;
    found.nothing_before += random_case.found.nothing_before;
    found.outside_window += random_case.found.outside_window;
    found.created_later += random_case.found.created_later;
    found.ties_by_created += random_case.found.ties_by_created;
    found.ties_by_position += random_case.found.ties_by_position;
  }
  // Cases in which nothing matches would prove nothing.
  if (chosen == nullptr) {
    EXPECT_GT(matches, rows / 6) << matches << " of " << rows;
    EXPECT_GT(tied_rows, rows / 100) << rows;
    EXPECT_GT(spared_parts, cases / 100);
    for (const int64_t count : {found.no_entity, found.nothing_before, found.outside_window, found.created_later,
                                found.ties_by_created, found.ties_by_position}) {
      EXPECT_GT(count, rows / 100) << rows;
    }
  }
}

// Enough entity rows that the entity side is built, and winners carried forward, in several pieces; and so few that
// hardly any key of the source is wanted. Where keys are `apart`, each has its own time, so that where a moment lies
// among all slots says nothing about where it lies among those of its key.
TEST(PointInTimeJoinRandom, ManyAndFewEntityRowsAgreeWithTheReference) {
  struct Size {
    int64_t keys, entity_rows, source_rows, ttl_us;
    bool apart = false;
  };
  // Few source rows for few keys: the reference looks at every pair.
  for (const auto& [keys, entity_rows, source_rows, ttl_us, apart] :
       {Size{3, 150'000, 300, 30'000}, Size{40'000, 150'000, 50'000, 30'000}, Size{100'000, 200, 50'000, 30'000},
        // Whose windows are far apart.
        Size{20'000, 20'000, 50'000, 5'000}, Size{90, 100'000, 20'000, 300, true}}) {
    Random random(keys);
    const auto numbers = [&](int64_t rows, int64_t greatest) {
      std::vector<int64_t> values(rows);
      for (int64_t& value : values) value = Between(&random, 0, greatest);
      return values;
    };
    const auto moments_of = [&, apart = apart](const std::vector<int64_t>& key_of_row) {
      std::vector<int64_t> values = numbers(static_cast<int64_t>(key_of_row.size()), apart ? 2'000 : 100'000);
      for (size_t i = 0; apart && i < values.size(); ++i) values[i] += key_of_row[i] * 1'000;
      return values;
    };
    const auto column = [](std::vector<int64_t> values, const TypePointer& type) {
      const auto rows = static_cast<int64_t>(values.size());
      auto data = arrow::ArrayData::Make(type, rows, {nullptr, arrow::Buffer::FromVector(std::move(values))}, 0);
      return std::make_shared<arrow::ChunkedArray>(arrow::MakeArray(data));
    };
    const auto moments = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    const std::vector<int64_t> entity_keys = numbers(entity_rows, keys), source_keys = numbers(source_rows, keys);
    const EntityRows rows{{column(entity_keys, arrow::int64())}, {"k"}, column(moments_of(entity_keys), moments)};
    const std::vector<SourceColumns> fragments = {{.keys = {column(source_keys, arrow::int64())},
                                                   .event_timestamp = column(moments_of(source_keys), moments),
                                                   .created = column(numbers(source_rows, 10), moments)}};
    JoinOptions options;
    options.ttl_us = ttl_us;
    auto join = PointInTimeJoin::Make(rows, {arrow::int64()}, options).ValueOrDie();
    ASSERT_TRUE(join->Observe(0, 0, fragments[0]).ok());
    const auto expected = ReferenceJoin(rows, fragments, options).ValueOrDie();
    const auto actual = join->Finish().ValueOrDie();
    int64_t matches = 0;
    for (int64_t i = 0; i < entity_rows; ++i) {
      ASSERT_EQ(actual[i].row, expected[i].row) << "entity row " << i << " of " << keys << " keys";
      matches += actual[i].fragment >= 0;
    }
    EXPECT_GT(matches, entity_rows / 20);
  }
}

}  // namespace
}  // namespace feast::join
