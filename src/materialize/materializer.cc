#include "materialize/materializer.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <numeric>
#include <utility>

#include "arrow/array/array_binary.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/compute/api_vector.h"
#include "arrow/datum.h"
#include "arrow/record_batch.h"
#include "definitions/column_names.h"
#include "definitions/proto.h"
#include "definitions/wire_values.h"
#include "feast/errors.h"
#include "materialize/view_rows.h"
#include "offline/offline_store.h"
#include "online/online_batch.h"
#include "online/online_store.h"
#include "registry/registry.h"
#include "registry/registry_objects.h"
#include "retrieval/requested_views.h"
#include "retrieval/view_request_builder.h"

namespace feast {

namespace {

/// Rows that a store gets at a time. Two such batches are held: one is written while the next is read.
constexpr int64_t kBatchRows = 1 << 14;
/// Where Feast begins for a view whose values never expire and that was never materialized.
constexpr std::chrono::days kWithoutTtl{7 * 52};

/// Where an incremental run begins.
arrow::Result<Timestamp> StartOf(const FeatureView& view, Timestamp now) {
  std::optional<Timestamp> latest;
  for (const auto& [start, end] : view.materialization_intervals) latest = std::max(latest.value_or(end), end);
  if (latest) return *latest;
  if (!view.ttl) {
    return arrow::Status::Invalid(
        "Feature view has no TTL and was never materialized, so there is no start for an "
        "incremental run. Set a ttl, or materialize it once from a start to an end: '",
        view.name, "'");
  }
  return view.ttl->count() > 0 ? now - *view.ttl : now - kWithoutTtl;
}

template <typename View>
void AddInterval(const ViewInterval& interval, View* view) {
  auto* added = view->mutable_meta()->add_materialization_intervals();
  *added->mutable_start_time() = ToWire(interval.start);
  *added->mutable_end_time() = ToWire(interval.end);
  *view->mutable_meta()->mutable_last_updated_timestamp() = ToWire(std::chrono::system_clock::now());
}

template <typename T>
void Reorder(const std::vector<int64_t>& order, std::vector<T>* values) {
  if (values->empty()) return;
  std::vector<T> ordered;
  ordered.reserve(order.size());
  for (const int64_t i : order) ordered.push_back(std::move((*values)[static_cast<size_t>(i)]));
  *values = std::move(ordered);
}

/// So that of two rows of one key the later one stays, also within a second, which is all that stores tell apart.
arrow::Status SortByEventTime(OnlineRows* rows) {
  std::vector<int64_t> order(rows->keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return rows->event_times[static_cast<size_t>(a)] < rows->event_times[static_cast<size_t>(b)];
  });
  arrow::Int64Builder indices;
  ARROW_RETURN_NOT_OK(indices.AppendValues(order));
  ARROW_ASSIGN_OR_RAISE(const auto taken, indices.Finish());
  for (auto& values : rows->values) {
    ARROW_ASSIGN_OR_RAISE(const arrow::Datum sorted, arrow::compute::Take(arrow::Datum(values), arrow::Datum(taken)));
    values = std::static_pointer_cast<arrow::BinaryArray>(sorted.make_array());
  }
  Reorder(order, &rows->keys);
  Reorder(order, &rows->event_times);
  Reorder(order, &rows->created_times);
  return arrow::Status::OK();
}

/// Writes batches in another thread while the next one is read. Where no thread can be started, writes at once.
class BackgroundWriter {
 public:
  BackgroundWriter(OnlineStore& store, const FeatureView& view, const CallContext& context)
      : store_(store), view_(view), context_(context) {}
  ~BackgroundWriter() {
    if (pending_.valid()) pending_.wait();
  }

  arrow::Status Write(OnlineRows rows) {
    ARROW_RETURN_NOT_OK(Finish());
    if (store_.keeps_to_callers_thread()) return store_.Write(view_, rows, context_);
    auto shared = std::make_shared<OnlineRows>(std::move(rows));
    try {
      pending_ = std::async(std::launch::async, [this, shared] { return store_.Write(view_, *shared, context_); });
    } catch (const std::system_error&) {
      return store_.Write(view_, *shared, context_);
    }
    return arrow::Status::OK();
  }
  arrow::Status Finish() { return pending_.valid() ? pending_.get() : arrow::Status::OK(); }

 private:
  OnlineStore& store_;
  const FeatureView& view_;
  const CallContext& context_;
  std::future<arrow::Status> pending_;
};

}  // namespace

arrow::Result<std::vector<ViewInterval>> Materializer::Plan(const MaterializeRequest& request) {
  if (request.start && *request.start > request.end) {
    return arrow::Status::Invalid("The start of what is to be materialized lies behind its end; swap them");
  }
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_.Current(false));
  ARROW_ASSIGN_OR_RAISE(const auto views, OnlineViews(request.views, *snapshot, config_.project));
  const Timestamp now = std::chrono::system_clock::now();
  std::vector<ViewInterval> intervals;
  for (const ViewPointer& view : views) {
    ViewInterval interval{view->name, request.start.value_or(Timestamp{}), request.end, request.any_time};
    if (!request.start) {
      ARROW_ASSIGN_OR_RAISE(interval.start, StartOf(*view, now));
    }
    intervals.push_back(std::move(interval));
  }
  return intervals;
}

arrow::Status Materializer::CheckStore() const {
  if (online_ != nullptr) return arrow::Status::OK();
  return arrow::Status::Invalid(
      "There is no online store to write to. Configure `online_store` in feature_store.yaml, "
      "for example `online_store: {type: sqlite}`");
}

arrow::Status Materializer::Run(const std::vector<ViewInterval>& intervals, const MaterializeListener& listener,
                                const CallContext& context) {
  if (online_ == nullptr) {
    return arrow::Status::Invalid(
        "There is no online store to materialize to. Configure `online_store` in "
        "feature_store.yaml, for example `online_store: {type: sqlite}`");
  }
  std::string done;
  for (const ViewInterval& interval : intervals) {
    if (interval.is_behind()) continue;
    const arrow::Status status = RunView(interval, listener, context);
    if (!status.ok()) {
      return status.WithMessage("Feature view '", interval.view, "' was not materialized",
                                done.empty() ? "" : " (done before it: " + done + ")", ". ", status.message());
    }
    done += (done.empty() ? "" : ", ") + interval.view;
  }
  return arrow::Status::OK();
}

arrow::Result<ViewRequest> Materializer::Resolve(const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const auto snapshot, registry_.Current(true));
  ARROW_ASSIGN_OR_RAISE(const ViewPointer view, FindMaterializedView(*snapshot, config_.project, name));
  return StartViewRequest(view, ProjectionOf(*view), *snapshot, config_.project);
}

arrow::Status Materializer::RunView(const ViewInterval& interval, const MaterializeListener& listener,
                                    const CallContext& context) {
  ARROW_ASSIGN_OR_RAISE(const ViewRequest request, Resolve(interval.view));
  OnlineColumns columns = OnlineColumnsOf(request);
  const auto start = interval.any_time ? std::nullopt : std::optional(interval.start);
  const auto end = interval.any_time ? std::nullopt : std::optional(interval.end);
  ARROW_ASSIGN_OR_RAISE(const auto query, offline_.Pull(LatestRowsOf(request, columns, start, end)));
  ARROW_ASSIGN_OR_RAISE(const auto maker,
                        OnlineBatchMaker::Make(std::move(columns), config_.entity_key_serialization_version));
  ARROW_ASSIGN_OR_RAISE(const auto rows, query->Run({.batch_rows = kBatchRows, .context = context}));
  MaterializeProgress progress{interval.view, 0, 0, false};
  BackgroundWriter writer(*online_, *request.view, context);
  const Timestamp now = std::chrono::system_clock::now();
  for (;;) {
    ARROW_RETURN_NOT_OK(context.Check());
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(rows->ReadNext(&batch));
    if (!batch) break;
    ARROW_ASSIGN_OR_RAISE(OnlineRows chunk, maker.RowsOf(*batch));
    if (interval.any_time) std::fill(chunk.event_times.begin(), chunk.event_times.end(), now);
    progress.rows_read += batch->num_rows();
    progress.keys_written += static_cast<int64_t>(chunk.keys.size());
    ARROW_RETURN_NOT_OK(writer.Write(std::move(chunk)));
    if (listener) listener(progress);
  }
  ARROW_RETURN_NOT_OK(writer.Finish());
  // Of no rows: a store that is not there is found out before the interval counts as served.
  ARROW_RETURN_NOT_OK(online_->Write(*request.view, {}, context));
  ARROW_RETURN_NOT_OK(Record(interval));
  progress.is_done = true;
  if (listener) listener(progress);
  return arrow::Status::OK();
}

arrow::Status Materializer::Write(const std::string& view, const arrow::RecordBatch& rows, const CallContext& context) {
  ARROW_RETURN_NOT_OK(CheckStore());
  ARROW_ASSIGN_OR_RAISE(const ViewRequest request, Resolve(view));
  OnlineColumns columns = OnlineColumnsOf(request);
  // People give the view's names as well as the source's.
  const auto choose = [&](std::string* column, const std::string& name) {
    if (!column->empty() && rows.schema()->GetFieldIndex(*column) < 0 && rows.schema()->GetFieldIndex(name) >= 0) {
      *column = name;
    }
  };
  for (size_t i = 0; i < columns.keys.size(); ++i) choose(&columns.key_columns[i], columns.keys[i].name);
  for (size_t i = 0; i < columns.features.size(); ++i) choose(&columns.feature_columns[i], columns.features[i].name);
  choose(&columns.timestamp_column, request.source->timestamp_field);
  choose(&columns.created_column, request.source->created_timestamp_column);
  ARROW_ASSIGN_OR_RAISE(const auto maker,
                        OnlineBatchMaker::Make(std::move(columns), config_.entity_key_serialization_version));
  auto online = maker.RowsOf(rows);
  if (!online.ok()) {
    return online.status().WithMessage("Cannot write rows of feature view '", view, "' to the online store. ",
                                       online.status().message());
  }
  if (static_cast<int64_t>(online->keys.size()) != rows.num_rows()) {
    return arrow::Status::Invalid("Cannot write rows of feature view '", view, "' to the online store: ",
                                  rows.num_rows() - static_cast<int64_t>(online->keys.size()),
                                  " of them have a null in a join key or in the event timestamp. Leave them out");
  }
  ARROW_RETURN_NOT_OK(SortByEventTime(&*online));
  return online_->Write(*request.view, *online, context);
}

arrow::Status Materializer::Record(const ViewInterval& interval) {
  HistoryEntry entry;
  entry.command = "feast materialize";
  entry.project = config_.project;
  entry.summary = "materialized " + interval.view;
  return registry_.Commit(
      [&](core::Registry& registry) -> arrow::Result<bool> {
        for (core::FeatureView& view : *registry.mutable_feature_views()) {
          if (view.spec().project() != config_.project || view.spec().name() != interval.view) continue;
          AddInterval(interval, &view);
          return true;
        }
        for (core::StreamFeatureView& view : *registry.mutable_stream_feature_views()) {
          if (view.spec().project() != config_.project || view.spec().name() != interval.view) continue;
          AddInterval(interval, &view);
          return true;
        }
        return NamedError("FeatureViewNotFoundException", "Its rows are written, but feature view '" + interval.view +
                                                              "' was deleted meanwhile; its interval is not recorded.");
      },
      std::move(entry));
}

}  // namespace feast
