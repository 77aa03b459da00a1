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
#include "datetimes.h"
#include "definitions/wire_values.h"
#include "feast/serving/ServingService.pb.h"
#include "online/value_bytes.h"
#include "store_calls.h"

namespace feast::python {

namespace {

std::optional<Timestamp> MomentOf(nb::handle moment) {
  return moment.is_none() ? std::nullopt : std::optional<Timestamp>(FromDatetime(moment));
}

/// (what is told of the run, [(interval, what is told of it)])
nb::tuple PlanMaterialization(const Store& store, const std::vector<std::string>& views, nb::handle start,
                              nb::handle end, bool any_time) {
  const MaterializeRequest request{views, MomentOf(start), FromDatetime(end), any_time};
  const auto intervals =
      Run<std::vector<ViewInterval>>(store, [store, request] { return store->PlanMaterialization(request); });
  nb::list planned;
  for (const ViewInterval& interval : intervals) {
    planned.append(nb::make_tuple(interval, Announcement(request, interval)));
  }
  const auto& online = store->config().online_store;
  return nb::make_tuple(Announcement(request, intervals.size(), online ? online->type : "null"), planned);
}

/// Returns what is told of it.
std::string Materialize(const Store& store, const ViewInterval& interval) {
  return Run<std::string>(store, [store, interval]() -> arrow::Result<std::string> {
    int64_t keys = 0;
    ARROW_RETURN_NOT_OK(
        store->Materialize({interval}, [&](const MaterializeProgress& progress) { keys = progress.keys_written; }));
    return KeysWritten(keys);
  });
}

void WriteToOnlineStore(const Store& store, const std::string& view, nb::handle rows) {
  const auto batch = Checked(BatchFromPython(rows));
  Run<bool>(store, [store, view, batch]() -> arrow::Result<bool> {
    ARROW_RETURN_NOT_OK(store->WriteToOnlineStore(view, *batch));
    return true;
  });
}

std::vector<ViewVerification> VerifyOnline(const Store& store, const std::vector<std::string>& views, int64_t sample) {
  const VerifyRequest request{views, sample};
  return Run<std::vector<ViewVerification>>(store, [store, request] { return store->VerifyOnline(request); });
}

/// {feature: (agreeing, differing)}
nb::dict FeaturesOf(const ViewVerification& view) {
  nb::dict features;
  for (const FeatureVerification& feature : view.features) {
    features[feature.feature.c_str()] = nb::make_tuple(feature.agreeing, feature.differing);
  }
  return features;
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
      *vector->add_event_timestamps() = ToWire(feature.event_timestamps[i]);
    }
  }
  return response.SerializeAsString();
}

/// A serialized feast.serving.GetOnlineFeaturesResponse.
nb::bytes GetOnlineFeatures(const Store& store, nb::handle rows, const std::vector<std::string>& features,
                            const std::string& service, bool full_feature_names) {
  const OnlineRequest request{Checked(BatchFromPython(rows)), features, service, full_feature_names};
  const auto response = Run<std::string>(store, [store, request]() -> arrow::Result<std::string> {
    ARROW_ASSIGN_OR_RAISE(const auto answered, store->GetOnlineFeatures(request));
    return ResponseOf(answered);
  });
  return nb::bytes(response.data(), response.size());
}

}  // namespace

void BindOnline(nb::module_& module, nb::class_<FeatureStore>& store) {
  nb::class_<ViewInterval>(module, "ViewInterval").def_prop_ro("is_behind", &ViewInterval::is_behind);
  nb::class_<ViewVerification>(module, "ViewVerification")
      .def_ro("view", &ViewVerification::view)
      .def_ro("keys", &ViewVerification::keys)
      .def_ro("keys_missing", &ViewVerification::keys_missing)
      .def_ro("keys_newer", &ViewVerification::keys_newer)
      .def_prop_ro("features", &FeaturesOf)
      .def_prop_ro("agrees", &ViewVerification::agrees)
      .def("__str__", &VerificationText);
  store
      .def("plan_materialization", &PlanMaterialization, nb::arg("views"), nb::arg("start").none(), nb::arg("end"),
           nb::arg("any_time"))
      .def("materialize", &Materialize, nb::arg("interval"))
      .def("verify_online", &VerifyOnline, nb::arg("views"), nb::arg("sample"))
      .def("write_to_online_store", &WriteToOnlineStore, nb::arg("view"), nb::arg("rows"))
      .def("get_online_features", &GetOnlineFeatures, nb::arg("rows"), nb::arg("features"), nb::arg("service"),
           nb::arg("full_feature_names"));
}

}  // namespace feast::python
