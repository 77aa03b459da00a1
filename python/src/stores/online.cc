// Materializing, writing to the online store and reading from it.
#include "online.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <functional>
#include <optional>
#include <tuple>
#include <utility>

#include "arrow/record_batch.h"
#include "arrow_exchange.h"
#include "bindings.h"
#include "datetimes.h"
#include "feature_store/feature_store_parts.h"
#include "served_answer.h"
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

/// An answer that Python looks at in the one way or the other.
class ServedAnswer {
 public:
  explicit ServedAnswer(ServedRows served) : served_(std::move(served)) {}

  nb::dict ToDict(bool timestamps) const { return DictOf(served_, timestamps); }
  nb::bytes Message() const {
    const std::string message = Checked(MessageOf(served_));
    return nb::bytes(message.data(), message.size());
  }

 private:
  ServedRows served_;
};

/// Of an Arrow table.
ServedAnswer AnswerTable(const Store& store, nb::handle rows, const std::vector<std::string>& features,
                         const std::string& service, bool full_feature_names) {
  const auto batch = Checked(BatchFromPython(rows));
  const RequestShape shape{features, service, batch->schema()->field_names(), full_feature_names};
  return ServedAnswer(Run<ServedRows>(store, [store, batch, shape]() -> arrow::Result<ServedRows> {
    ARROW_ASSIGN_OR_RAISE(const auto plan, PlanServing(*store, shape));
    ARROW_ASSIGN_OR_RAISE(const auto answered, plan->Answer(*batch, CallContext::OfThread()));
    return ToServedRows(answered, static_cast<size_t>(batch->num_rows()));
  }));
}

/// Of Python's own values; None for those that only Arrow understands.
nb::object AnswerRows(const Store& store, nb::handle rows, const std::vector<std::string>& features,
                      const std::string& service, bool full_feature_names) {
  auto taken = RowsFromPython(rows);
  if (!taken) return nb::none();
  RequestShape shape{features, service, {}, full_feature_names};
  for (const GivenColumn& column : taken->rows.columns) shape.columns.push_back(column.name);
  auto plan = RunReleased([&]() -> arrow::Result<std::shared_ptr<const ServingPlan>> {
    const auto& planner = store->parts().planner;
    return planner ? planner->KnownPlanFor(shape) : nullptr;
  });
  if (!plan) {
    plan = Run<std::shared_ptr<const ServingPlan>>(store, [store, shape] { return PlanServing(*store, shape); });
  }
  // Moments need no thread that Ctrl-C could end.
  if (plan->answers_at_once()) {
    return nb::cast(ServedAnswer(RunReleased([&] { return plan->AnswerRows(taken->rows, CallContext::OfThread()); })));
  }
  const auto shared = std::make_shared<PythonRows>(*std::move(taken));
  auto served =
      Run<ServedRows>(store, [plan, shared] { return plan->AnswerRows(shared->rows, CallContext::OfThread()); });
  return nb::cast(ServedAnswer(std::move(served)));
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
  nb::class_<ServedAnswer>(module, "ServedAnswer")
      .def("to_dict", &ServedAnswer::ToDict, nb::arg("timestamps"))
      .def("message", &ServedAnswer::Message);
  store
      .def("plan_materialization", &PlanMaterialization, nb::arg("views"), nb::arg("start").none(), nb::arg("end"),
           nb::arg("any_time"))
      .def("materialize", &Materialize, nb::arg("interval"))
      .def("verify_online", &VerifyOnline, nb::arg("views"), nb::arg("sample"))
      .def("write_to_online_store", &WriteToOnlineStore, nb::arg("view"), nb::arg("rows"))
      .def("answer_table", &AnswerTable, nb::arg("rows"), nb::arg("features"), nb::arg("service"),
           nb::arg("full_feature_names"))
      .def("answer_rows", &AnswerRows, nb::arg("rows"), nb::arg("features"), nb::arg("service"),
           nb::arg("full_feature_names"));
}

}  // namespace feast::python
