// Whole requests against the oracle on random cases: files, row groups, key and feature types, views that share sources
// or keys, and memory limits so small that everything is set aside on disk. A failure prints its seed;
// FEAST_OFFLINE_SEED=n runs that case alone.
#include <atomic>
#include <cstdlib>

#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/util.h"
#include "arrow/compute/api_vector.h"
#include "feast/call_context.h"
#include "join/point_in_time_join.h"
#include "join/random_columns_test.h"
#include "join/reference_test.h"
#include "offline/file/historical_request_test.h"

namespace feast {
namespace {

using join::Between;
using join::OnceIn;
using TypePointer = std::shared_ptr<arrow::DataType>;

/// Key types that Parquet keeps; those in one list are comparable with each other.
const std::vector<std::vector<TypePointer>>& KeyTypes() {
  static const std::vector<std::vector<TypePointer>> kTypes = {
      {arrow::int64()},
      {arrow::int8(), arrow::int16(), arrow::int32(), arrow::int64(), arrow::uint32(), arrow::float64()},
      {arrow::utf8(), arrow::large_utf8(), arrow::binary(), arrow::dictionary(arrow::int32(), arrow::utf8())},
      {arrow::decimal128(20, 4), arrow::int32()},
      {arrow::boolean()},
      {arrow::date32(), arrow::timestamp(arrow::TimeUnit::MICRO, "UTC")},
  };
  return kTypes;
}

const std::vector<TypePointer>& FeatureTypes() {
  static const std::vector<TypePointer> kTypes = {
      arrow::int64(),
      arrow::int32(),
      arrow::int8(),
      arrow::float32(),
      arrow::float64(),
      arrow::boolean(),
      arrow::utf8(),
      arrow::large_utf8(),
      arrow::binary(),
      arrow::decimal128(20, 4),
      arrow::date32(),
      arrow::decimal256(40, 10),
      arrow::fixed_size_binary(2),
      arrow::uint64(),
      arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"),
      arrow::time64(arrow::TimeUnit::MICRO),
  };
  return kTypes;
}

struct Source {
  std::string path;
  /// One for each row group of each file, in order.
  std::vector<std::shared_ptr<arrow::Table>> fragments;
  bool has_created = false;
};

class RandomRequest {
 public:
  RandomRequest(uint64_t seed, const TemporaryFolder& folder) : random_(seed) {
    nulls_ = OnceIn(&random_, 3) ? 0 : static_cast<int>(Between(&random_, 3, 12));
    distinct_keys_ = OnceIn(&random_, 3) ? 60 : Between(&random_, 1, 6);
    families_ = {&OneOf(KeyTypes()), &OneOf(KeyTypes())};
    MakeEntityRows(folder / (std::to_string(seed) + "/entities.parquet"));
    const int64_t sources = Between(&random_, 1, 2);
    for (int64_t i = 0; i < sources; ++i) {
      MakeSource(folder, std::to_string(seed) + "/source_" + std::to_string(i));
    }
    const int64_t views = Between(&random_, 1, 4);
    for (int64_t i = 0; i < views; ++i) MakeView("view_" + std::to_string(i));
    request_.filter_by_created_timestamp = OnceIn(&random_, 4);
    request_.timestamp_column = "event_timestamp";
    // From a portion of a few rows to no portions at all.
    const std::vector<std::string> limits = {"1", "2000", "20 KB", "64MB", "1GB"};
    limit = OneOf(limits);
  }

  void Check() {
    setenv("FEAST_MEMORY_LIMIT", limit.c_str(), 1);
    const auto query = FileStore()->PointInTime(request_).ValueOrDie();
    const auto read = ToTable(*query, Between(&random_, 1, 400));
    unsetenv("FEAST_MEMORY_LIMIT");
    ASSERT_TRUE(read.ok()) << read.status().ToString();
    const arrow::Table& result = **read;
    ASSERT_TRUE(result.ValidateFull().ok()) << result.ValidateFull().ToString();
    ASSERT_EQ(result.num_rows(), entities_->num_rows());
    ASSERT_EQ(Values(result, "row"), Values(*entities_, "row"));
    int column = entities_->num_columns();
    for (size_t view = 0; view < request_.views.size(); ++view) {
      const auto winners = Winners(view);
      for (const FeatureColumn& feature : request_.views[view].features) {
        const auto expected = Expected(*sources_[source_of_view_[view]], winners, feature.source_column);
        const auto actual = arrow::Concatenate(result.column(column)->chunks()).ValueOr(expected->Slice(0, 0));
        ASSERT_TRUE(actual->Equals(*expected)) << feature.output_name << "\n"
                                               << actual->ToString() << "\nexpected\n"
                                               << expected->ToString();
        matches += expected->length() - expected->null_count();
        ++column;
      }
    }
  }

  /// Ends the request at a random moment; it must not leave files or answer wrongly.
  void Cancel() {
    setenv("FEAST_MEMORY_LIMIT", limit.c_str(), 1);
    std::stop_source stop;
    const int64_t at = Between(&random_, 0, 600);
    const auto query = FileStore()->PointInTime(request_).ValueOrDie();
    const auto reader = query->Run({.batch_rows = 50,
                                    .progress =
                                        [&](int64_t done, int64_t) {
                                          if (done >= at) stop.request_stop();
                                        },
                                    .context = {.stop = stop.get_token()}});
    unsetenv("FEAST_MEMORY_LIMIT");
    const auto table = reader.ok() ? (*reader)->ToTable() : reader.status();
    if (table.ok()) {
      ASSERT_EQ((*table)->num_rows(), entities_->num_rows());
    } else {
      ASSERT_TRUE(table.status().IsCancelled()) << table.status().ToString();
      ++cancelled;
    }
  }

  std::string limit;
  int64_t matches = 0, cancelled = 0;

 private:
  template <class T>
  const T& OneOf(const std::vector<T>& choices) {
    return choices[Between(&random_, 0, static_cast<int64_t>(choices.size()) - 1)];
  }

  std::shared_ptr<arrow::ChunkedArray> Column(const TypePointer& type, int64_t rows, int64_t greatest, int nulls) {
    join::SmallNumbers numbers(rows);
    for (auto& number : numbers) {
      if (nulls == 0 || !OnceIn(&random_, nulls)) number = Between(&random_, 0, greatest);
    }
    return join::ColumnOf(type, numbers, &random_);
  }

  void MakeEntityRows(const std::string& path) {
    const int64_t rows = OnceIn(&random_, 8) ? Between(&random_, 0, 700) : Between(&random_, 0, 60);
    arrow::Int64Builder builder;
    for (int64_t row = 0; row < rows; ++row) ASSERT_TRUE(builder.Append(row).ok());
    const auto numbers = builder.Finish().ValueOrDie();
    const TypePointer types[] = {OneOf(*families_[0]), OneOf(*families_[1])};
    entities_ = arrow::Table::Make(
        arrow::schema({arrow::field("row", arrow::int64()), arrow::field("a", types[0]), arrow::field("b", types[1]),
                       arrow::field("event_timestamp", kSeconds)}),
        {std::make_shared<arrow::ChunkedArray>(numbers), Column(types[0], rows, distinct_keys_, nulls_),
         Column(types[1], rows, distinct_keys_, nulls_), Column(kSeconds, rows, 50, nulls_)});
    // Parquet does not take dictionaries that hold nulls.
    const bool has_dictionary = types[0]->id() == arrow::Type::DICTIONARY || types[1]->id() == arrow::Type::DICTIONARY;
    if (OnceIn(&random_, 2) || rows == 0 || has_dictionary) {
      request_.entity_rows = entities_;
      return;
    }
    WriteParquetTable(*entities_, path, Between(&random_, 1, rows));
    request_.entity_rows = EntityFile{path};
  }

  void MakeSource(const TemporaryFolder& folder, const std::string& name) {
    auto source = std::make_unique<Source>();
    source->has_created = OnceIn(&random_, 2);
    arrow::FieldVector fields = {arrow::field("a", PlainKey(*families_[0])), arrow::field("b", PlainKey(*families_[1])),
                                 arrow::field("t", kSeconds), arrow::field("created", kSeconds)};
    const int64_t features = Between(&random_, 1, 5);
    for (int64_t i = 0; i < features; ++i) {
      fields.push_back(arrow::field("f" + std::to_string(i), OneOf(FeatureTypes())));
    }
    source->path = folder.path() + "/" + name;
    const int64_t files = Between(&random_, 1, 3);
    for (int64_t file = 0; file < files; ++file) {
      const int64_t rows = OnceIn(&random_, 10) ? Between(&random_, 0, 900) : Between(&random_, 0, 60);
      arrow::ChunkedArrayVector columns;
      for (const auto& field : fields) {
        const bool time = field->name() == "t" || field->name() == "created";
        const bool key = field->name() == "a" || field->name() == "b";
        columns.push_back(Column(field->type(), rows, time ? 50 : key ? distinct_keys_ : 90, nulls_));
      }
      const auto table = arrow::Table::Make(arrow::schema(fields), columns, rows);
      const int64_t group_rows = rows < 2 || OnceIn(&random_, 3) ? 1 << 20 : Between(&random_, rows / 8 + 1, rows);
      WriteParquetTable(*table, folder / (name + "/part_" + std::to_string(file) + ".parquet"), group_rows,
                        scan::AnyProperties(&random_, *table->schema()));
      for (int64_t first = 0; first < rows; first += group_rows) {
        source->fragments.push_back(table->Slice(first, group_rows));
      }
    }
    sources_.push_back(std::move(source));
  }

  /// Sources have no dictionaries.
  TypePointer PlainKey(const std::vector<TypePointer>& family) {
    const TypePointer& type = OneOf(family);
    return type->id() == arrow::Type::DICTIONARY ? arrow::utf8() : type;
  }

  void MakeView(const std::string& name) {
    source_of_view_.push_back(Between(&random_, 0, static_cast<int64_t>(sources_.size()) - 1));
    const Source& source = *sources_[source_of_view_.back()];
    const std::vector<std::vector<std::string>> key_sets = {{"a"}, {"b"}, {"a", "b"}, {}};
    ViewRequest view = ViewOf(source.path, "", {});
    view.name = name;
    for (const std::string& key : OneOf(key_sets)) view.join_keys.push_back({key, key, key, Type()});
    if (source.has_created) view.created_column = "created";
    if (OnceIn(&random_, 2)) view.ttl = std::chrono::seconds(Between(&random_, 0, 30));
    const std::vector<std::string> columns = SchemaOf(source)->field_names();
    for (size_t i = 4; i < columns.size(); ++i) {
      if (OnceIn(&random_, 2)) view.features.push_back({columns[i], name + "_" + columns[i], Type()});
    }
    request_.views.push_back(std::move(view));
  }

  std::shared_ptr<arrow::Schema> SchemaOf(const Source& source) {
    const auto query = FileStore()->SourceSchema(*SourceAt(source.path), {});
    return query.ValueOrDie();
  }

  join::SourcePositions Winners(size_t view) {
    const ViewRequest& asked = request_.views[view];
    join::EntityRows rows;
    for (const JoinKeyColumn& key : asked.join_keys) {
      rows.keys.push_back(entities_->GetColumnByName(key.entity_column));
      rows.key_names.push_back(key.entity_column);
    }
    rows.event_timestamp = entities_->GetColumnByName("event_timestamp");
    std::vector<join::SourceColumns> fragments;
    for (const auto& table : sources_[source_of_view_[view]]->fragments) {
      join::SourceColumns columns;
      for (const JoinKeyColumn& key : asked.join_keys)
        columns.keys.push_back(table->GetColumnByName(key.source_column));
      columns.event_timestamp = table->GetColumnByName("t");
      if (!asked.created_column.empty()) columns.created = table->GetColumnByName("created");
      fragments.push_back(std::move(columns));
    }
    join::JoinOptions options;
    if (asked.ttl) options.ttl_us = asked.ttl->count();
    options.filter_by_created = request_.filter_by_created_timestamp;
    return join::ReferenceJoin(rows, fragments, options).ValueOrDie();
  }

  std::shared_ptr<arrow::Array> Expected(const Source& source, const join::SourcePositions& winners,
                                         const std::string& column) {
    std::vector<int64_t> starts;
    arrow::ArrayVector chunks;
    int64_t rows = 0;
    for (const auto& fragment : source.fragments) {
      starts.push_back(rows);
      rows += fragment->num_rows();
      for (const auto& chunk : fragment->GetColumnByName(column)->chunks()) chunks.push_back(chunk);
    }
    const auto type = SchemaOf(source)->GetFieldByName(column)->type();
    arrow::Int64Builder indices;
    for (const join::SourcePosition& winner : winners) {
      EXPECT_TRUE(
          (winner.fragment < 0 ? indices.AppendNull() : indices.Append(starts[winner.fragment] + winner.row)).ok());
    }
    if (chunks.empty()) return arrow::MakeArrayOfNull(type, static_cast<int64_t>(winners.size())).ValueOrDie();
    const auto values = arrow::Concatenate(chunks).ValueOrDie();
    return arrow::compute::Take(*values, *indices.Finish().ValueOrDie()).ValueOrDie();
  }

  join::Random random_;
  int nulls_;
  int64_t distinct_keys_;
  std::vector<const std::vector<TypePointer>*> families_;
  std::shared_ptr<arrow::Table> entities_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<int64_t> source_of_view_;
  ResolvedRequest request_;
};

/// Thousands of small files: in memory where there is such a folder.
class InMemoryFiles {
 public:
  InMemoryFiles() {
    if (std::filesystem::is_directory("/dev/shm")) setenv("TMPDIR", "/dev/shm", 1);
  }
  ~InMemoryFiles() { unsetenv("TMPDIR"); }
  InMemoryFiles(const InMemoryFiles&) = delete;
};

std::pair<uint64_t, uint64_t> Seeds(uint64_t cases) {
  const char* chosen = std::getenv("FEAST_OFFLINE_SEED");
  const uint64_t first = chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 1;
  return {first, first + (chosen != nullptr ? 1 : cases)};
}

TEST(HistoricalQueryRandom, AgreesWithTheReference) {
  const InMemoryFiles in_memory;
  const auto [first, last] = Seeds(1000);
  int64_t matches = 0;
  for (uint64_t seed = first; seed < last; ++seed) {
    TemporaryFolder folder;
    RandomRequest request(seed, folder);
    SCOPED_TRACE("FEAST_OFFLINE_SEED=" + std::to_string(seed) + " FEAST_MEMORY_LIMIT=" + request.limit);
    request.Check();
    if (HasFatalFailure()) return;
    matches += request.matches;
  }
  // Cases in which nothing matches would prove nothing.
  if (last - first > 1) {
    EXPECT_GT(matches, static_cast<int64_t>(last - first) * 10);
  }
}

TEST(HistoricalQueryRandom, CancelledRunsLeaveNothing) {
  const auto [first, last] = Seeds(200);
  const TemporaryFolder spill;
  int64_t cancelled = 0;
  for (uint64_t seed = first; seed < last; ++seed) {
    const InMemoryFiles in_memory;
    const TemporaryFolder folder;
    RandomRequest request(seed, folder);
    SCOPED_TRACE("FEAST_OFFLINE_SEED=" + std::to_string(seed) + " FEAST_MEMORY_LIMIT=" + request.limit);
    setenv("TMPDIR", spill.path().c_str(), 1);
    request.Cancel();
    if (HasFatalFailure()) return;
    ASSERT_TRUE(std::filesystem::is_empty(spill.path()));
    cancelled += request.cancelled;
  }
  if (last - first > 1) {
    EXPECT_GT(cancelled, 20);
  }
}

}  // namespace
}  // namespace feast
