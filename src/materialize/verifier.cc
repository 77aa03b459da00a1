#include "materialize/verifier.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <queue>
#include <string>
#include <utility>

#include "arrow/array/array_binary.h"
#include "arrow/array/util.h"
#include "arrow/record_batch.h"
#include "arrow/scalar.h"
#include "feast/types/Value.pb.h"
#include "google/protobuf/util/message_differencer.h"
#include "offline/offline_store.h"
#include "online/entity_key.h"
#include "online/online_store.h"
#include "online/value_column.h"
#include "registry/registry.h"
#include "retrieval/requested_views.h"
#include "retrieval/view_request_builder.h"

namespace feast {

namespace {

constexpr int64_t kRowsAtATime = 1 << 12;
constexpr size_t kExamplesMax = 5;
constexpr const char* kNothing = "nothing";

/// A row as the online store should have it.
struct ExpectedRow {
  std::string key;
  /// "driver_id=1001".
  std::string shown_key;
  Timestamp event_time;
  std::vector<std::string> values;
};

/// Online stores keep whole seconds.
std::chrono::sys_seconds Second(Timestamp moment) { return std::chrono::floor<std::chrono::seconds>(moment); }

/// Keeps those of the keys whose ids are the smallest: ids are hashes, so they are drawn evenly, and the next run draws
/// them again.
class Sample {
 public:
  explicit Sample(size_t size) : size_(size) {}

  bool Wants(const std::string& id) const { return rows_.size() < size_ || id < rows_.top().first; }
  void Add(std::string id, ExpectedRow row) {
    rows_.emplace(std::move(id), std::move(row));
    if (rows_.size() > size_) rows_.pop();
  }
  std::vector<ExpectedRow> Take() {
    std::vector<ExpectedRow> rows;
    for (; !rows_.empty(); rows_.pop()) rows.push_back(rows_.top().second);
    std::reverse(rows.begin(), rows.end());
    return rows;
  }

 private:
  using Entry = std::pair<std::string, ExpectedRow>;
  struct ById {
    bool operator()(const Entry& a, const Entry& b) const { return a.first < b.first; }
  };

  const size_t size_;
  std::priority_queue<Entry, std::vector<Entry>, ById> rows_;
};

std::string ShownKey(const OnlineColumns& columns, const arrow::RecordBatch& batch, int64_t row) {
  std::string shown;
  for (size_t i = 0; i < columns.keys.size(); ++i) {
    const auto column = batch.GetColumnByName(columns.key_columns[i]);
    const auto value = column ? column->GetScalar(row) : arrow::Status::KeyError("");
    if (!shown.empty()) shown += ", ";
    shown += columns.keys[i].name + "=" + (value.ok() ? (*value)->ToString() : "?");
  }
  return shown;
}

/// Compares rows of one view and counts.
class Comparison {
 public:
  Comparison(OnlineStore& store, std::shared_ptr<const FeatureView> view, ViewVerification* result)
      : store_(store), view_(std::move(view)), result_(*result) {
    for (const Field& feature : view_->features) result_.features.push_back({feature.name, 0, 0});
  }

  arrow::Status Compare(const std::vector<ExpectedRow>& rows, const CallContext& context) {
    for (size_t begin = 0; begin < rows.size(); begin += kRowsAtATime) {
      const size_t end = std::min(rows.size(), begin + kRowsAtATime);
      OnlineLookup lookup{view_, {}, {}};
      for (const Field& feature : view_->features) lookup.features.push_back(feature.name);
      for (size_t i = begin; i < end; ++i) lookup.keys.push_back(rows[i].key);
      ARROW_ASSIGN_OR_RAISE(const auto answers, store_.Read({std::move(lookup)}, context));
      for (size_t i = begin; i < end; ++i) ARROW_RETURN_NOT_OK(CompareRow(rows[i], answers[0], i - begin));
    }
    return arrow::Status::OK();
  }

 private:
  arrow::Status CompareRow(const ExpectedRow& row, const OnlineAnswer& answer, size_t key) {
    ++result_.keys;
    const auto& moment = answer.event_time(key);
    if (!moment) ++result_.keys_missing;
    if (moment && Second(*moment) > Second(row.event_time)) {
      ++result_.keys_newer;
      return arrow::Status::OK();
    }
    for (size_t i = 0; i < view_->features.size(); ++i) {
      const auto online = moment ? answer.value(key, i) : std::nullopt;
      ARROW_ASSIGN_OR_RAISE(const bool same,
                            IsSame(view_->features[i].type, online, moment.has_value(), row.values[i]));
      ++(same ? result_.features[i].agreeing : result_.features[i].differing);
      if (same || result_.examples.size() == kExamplesMax) continue;
      ARROW_ASSIGN_OR_RAISE(std::string shown_online, Show(view_->features[i].type, online));
      ARROW_ASSIGN_OR_RAISE(std::string shown_offline, Show(view_->features[i].type, row.values[i]));
      result_.examples.push_back({row.shown_key, view_->features[i].name, std::move(shown_online),
                                  std::move(shown_offline), moment, row.event_time});
    }
    return arrow::Status::OK();
  }

  static arrow::Result<std::shared_ptr<arrow::Array>> Decode(const Type& type,
                                                             const std::vector<std::string_view>& values) {
    ARROW_ASSIGN_OR_RAISE(const auto column, ValueColumn::Make(type));
    for (const std::string_view value : values) ARROW_RETURN_NOT_OK(column->Append(value));
    return column->Finish();
  }

  /// An empty value is a null, which a row without the value says too.
  static arrow::Result<bool> IsSame(const Type& type, std::optional<std::string_view> online, bool has_row,
                                    std::string_view offline) {
    if (!online) return has_row && offline.empty();
    if (*online == offline) return true;
    // The same value can be written in several ways: entries of a map have no order, and an older definition of the
    // feature had another type.
    types::Value a, b;
    if (a.ParseFromArray(online->data(), static_cast<int>(online->size())) &&
        b.ParseFromArray(offline.data(), static_cast<int>(offline.size())) &&
        google::protobuf::util::MessageDifferencer::Equals(a, b)) {
      return true;
    }
    const auto both = Decode(type, {*online, offline});
    if (!both.ok()) return false;
    return (*both)->RangeEquals(0, 1, 1, **both, arrow::EqualOptions::Defaults().nans_equal(true));
  }

  static arrow::Result<std::string> Show(const Type& type, std::optional<std::string_view> value) {
    if (!value) return kNothing;
    const auto decoded = Decode(type, {*value});
    if (!decoded.ok()) return "of another type";
    ARROW_ASSIGN_OR_RAISE(const auto scalar, (*decoded)->GetScalar(0));
    return scalar->is_valid ? scalar->ToString() : "null";
  }

  OnlineStore& store_;
  const std::shared_ptr<const FeatureView> view_;
  ViewVerification& result_;
};

}  // namespace

arrow::Result<ViewVerification> Verifier::RunView(const ViewRequest& request, int64_t sample_size,
                                                  const CallContext& context) {
  ViewVerification result;
  result.view = request.view->name;
  std::optional<Timestamp> first;
  for (const auto& [start, end] : request.view->materialization_intervals) {
    first = std::min(first.value_or(start), start);
    result.as_of = std::max(result.as_of.value_or(end), end);
  }
  if (!result.as_of) return result;
  const OnlineColumns columns = OnlineColumnsOf(request);
  ARROW_ASSIGN_OR_RAISE(const auto query, offline_.Pull(LatestRowsOf(request, columns, first, result.as_of)));
  ARROW_ASSIGN_OR_RAISE(const auto maker, OnlineBatchMaker::Make(columns, config_.entity_key_serialization_version));
  ARROW_ASSIGN_OR_RAISE(const auto batches, query->Run({.batch_rows = kRowsAtATime, .context = context}));
  Comparison comparison(*online_, request.view, &result);
  Sample sample(static_cast<size_t>(sample_size));
  for (;;) {
    ARROW_RETURN_NOT_OK(context.Check());
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(batches->ReadNext(&batch));
    if (!batch) break;
    ARROW_ASSIGN_OR_RAISE(const OnlineRows rows, maker.RowsOf(*batch));
    // Rows with a null in their key or time would have been left out; the offline store gives none.
    const bool rows_match = static_cast<int64_t>(rows.keys.size()) == batch->num_rows();
    std::vector<ExpectedRow> expected;
    for (size_t i = 0; i < rows.keys.size(); ++i) {
      std::string id = sample_size > 0 ? EntityId(rows.keys[i]) : "";
      if (sample_size > 0 && !sample.Wants(id)) continue;
      const auto row = static_cast<int64_t>(i);
      ExpectedRow wanted{rows.keys[i], rows_match ? ShownKey(columns, *batch, row) : "", rows.event_times[i], {}};
      for (const auto& values : rows.values) wanted.values.emplace_back(values->GetView(row));
      if (sample_size > 0) {
        sample.Add(std::move(id), std::move(wanted));
      } else {
        expected.push_back(std::move(wanted));
      }
    }
    ARROW_RETURN_NOT_OK(comparison.Compare(expected, context));
  }
  ARROW_RETURN_NOT_OK(comparison.Compare(sample.Take(), context));
  return result;
}

arrow::Result<std::vector<ViewVerification>> Verifier::Run(const VerifyRequest& request, const CallContext& context) {
  if (online_ == nullptr) {
    return arrow::Status::Invalid(
        "There is no online store to verify. Configure `online_store` in feature_store.yaml, "
        "for example `online_store: {type: sqlite}`, then apply and materialize");
  }
  if (request.sample < 0) {
    return arrow::Status::Invalid("There cannot be ", request.sample, " keys in a sample; give 0 for all keys");
  }
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_.Current(false));
  ARROW_ASSIGN_OR_RAISE(const auto views, OnlineViews(request.views, *snapshot, config_.project));
  std::vector<ViewVerification> results;
  for (const ViewPointer& view : views) {
    ARROW_ASSIGN_OR_RAISE(const ViewRequest rows,
                          StartViewRequest(view, ProjectionOf(*view), *snapshot, config_.project));
    auto result = RunView(rows, request.sample, context);
    if (!result.ok()) {
      return result.status().WithMessage("Feature view '", view->name, "' cannot be verified. ",
                                         result.status().message());
    }
    results.push_back(*std::move(result));
  }
  return results;
}

}  // namespace feast
