// Materializing, writing to the online store and reading from it.
#include "online.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <functional>
#include <optional>
#include <tuple>
#include <utility>

#include "arrow/array/array_binary.h"
#include "arrow/record_batch.h"
#include "arrow/table.h"
#include "arrow_exchange.h"
#include "bindings.h"
#include "config/python_class.h"
#include "datetimes.h"
#include "feast/serving/ServingService.pb.h"
#include "interruptible.h"
#include "online/value_bytes.h"

namespace feast::python {

namespace {

using Store = std::shared_ptr<FeatureStore>;

/// Long work of `store`. Classes of the user's own run on the caller's thread, as in Feast, and see Ctrl-C themselves.
template <typename T>
T RunFor(const Store& store, std::function<arrow::Result<T>()> work) {
  return HasPythonClass(store->config()) ? RunReleased(std::move(work)) : RunForResult<T>(std::move(work));
}

/// Of the store's call: one batch, for online requests are small.
std::shared_ptr<arrow::RecordBatch> BatchOf(nb::handle rows) {
  const auto table = Checked(TableFromPython(rows));
  return Checked(table->CombineChunksToBatch());
}

std::optional<Timestamp> MomentOf(nb::handle moment) {
  return moment.is_none() ? std::nullopt : std::optional<Timestamp>(FromDatetime(moment));
}

nb::list PlanMaterialization(const Store& store, const std::vector<std::string>& views, nb::handle start,
                             nb::handle end) {
  MaterializeRequest request{.views = views, .start = MomentOf(start), .end = FromDatetime(end)};
  const auto intervals =
      RunFor<std::vector<ViewInterval>>(store, [store, request] { return store->PlanMaterialization(request); });
  nb::list planned;
  for (const ViewInterval& interval : intervals) {
    planned.append(nb::make_tuple(interval.view, ToDatetime(interval.start, TimeZone::kUtc),
                                  ToDatetime(interval.end, TimeZone::kUtc)));
  }
  return planned;
}

/// Returns how many keys were written.
int64_t Materialize(const Store& store, const std::string& view, nb::handle start, nb::handle end, bool any_time) {
  const std::vector<ViewInterval> intervals = {{view, FromDatetime(start), FromDatetime(end)}};
  const MaterializeRequest request{.views = {}, .end = intervals[0].end, .any_time = any_time};
  return RunFor<int64_t>(store, [store, intervals, request]() -> arrow::Result<int64_t> {
    int64_t keys = 0;
    ARROW_RETURN_NOT_OK(store->Materialize(intervals, request,
                                           [&](const MaterializeProgress& progress) { keys = progress.keys_written; }));
    return keys;
  });
}

void WriteToOnlineStore(const Store& store, const std::string& view, nb::handle rows) {
  const auto batch = BatchOf(rows);
  RunFor<bool>(store, [store, view, batch]() -> arrow::Result<bool> {
    ARROW_RETURN_NOT_OK(store->WriteToOnlineStore(view, *batch));
    return true;
  });
}

serving::FieldStatus StatusOf(FeatureStatus status) {
  switch (status) {
    case FeatureStatus::kPresent:
      return serving::PRESENT;
    case FeatureStatus::kNullValue:
      return serving::NULL_VALUE;
    case FeatureStatus::kNotFound:
      return serving::NOT_FOUND;
    case FeatureStatus::kOutsideMaxAge:
      break;
  }
  return serving::OUTSIDE_MAX_AGE;
}

arrow::Result<std::string> ResponseOf(const std::vector<AnsweredFeature>& features) {
  serving::GetOnlineFeaturesResponse response;
  for (const AnsweredFeature& feature : features) {
    response.mutable_metadata()->mutable_feature_names()->add_val(feature.name);
    auto* vector = response.add_results();
    ARROW_ASSIGN_OR_RAISE(const auto values, ValueBytesOf(*feature.values, feature.type));
    for (int64_t row = 0; row < values->length(); ++row) {
      const auto i = static_cast<size_t>(row);
      const auto bytes = values->GetView(row);
      if (!vector->add_values()->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return arrow::Status::UnknownError("A value that was just made cannot be read: ", feature.name);
      }
      vector->add_statuses(StatusOf(feature.statuses[i]));
      const auto moment = feature.event_timestamps[i];
      const auto seconds = std::chrono::floor<std::chrono::seconds>(moment);
      auto* time = vector->add_event_timestamps();
      time->set_seconds(seconds.time_since_epoch().count());
      time->set_nanos(static_cast<int32_t>((moment - seconds).count()));
    }
  }
  return response.SerializeAsString();
}

/// A serialized feast.serving.GetOnlineFeaturesResponse.
nb::bytes GetOnlineFeatures(const Store& store, nb::handle rows, const std::vector<std::string>& features,
                            const std::string& service, bool full_feature_names) {
  const OnlineRequest request{BatchOf(rows), features, service, full_feature_names};
  const auto response = RunFor<std::string>(store, [store, request]() -> arrow::Result<std::string> {
    ARROW_ASSIGN_OR_RAISE(const auto answered, store->GetOnlineFeatures(request));
    return ResponseOf(answered);
  });
  return nb::bytes(response.data(), response.size());
}

}  // namespace

void BindOnline(nb::class_<FeatureStore>& store) {
  store
      .def("plan_materialization", &PlanMaterialization, nb::arg("views"), nb::arg("start").none(), nb::arg("end"),
           "[(view, start, end)]")
      .def("materialize", &Materialize, nb::arg("view"), nb::arg("start"), nb::arg("end"), nb::arg("any_time"))
      .def("write_to_online_store", &WriteToOnlineStore, nb::arg("view"), nb::arg("rows"))
      .def("get_online_features", &GetOnlineFeatures, nb::arg("rows"), nb::arg("features"), nb::arg("service"),
           nb::arg("full_feature_names"));
}

}  // namespace feast::python
