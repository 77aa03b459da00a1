// The built-in stores as Python's store classes use them: classes of the user's own derive from those and call up.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "arrow/type.h"
#include "arrow_exchange.h"
#include "bindings.h"
#include "datetimes.h"
#include "feast/core/InfraObject.pb.h"
#include "files/places/endpoint_policy.h"
#include "historical_request.h"
#include "interruptible.h"
#include "offline/file/file_offline_store.h"
#include "online/online_store.h"
#include "online_rows_exchange.h"
#include "plugin_source.h"
#include "python_offline_store.h"
#include "retrieval/historical_retriever.h"
#include "retrieval/retrieval_steps.h"
#include "wire.h"

namespace feast::python {

namespace {

using Views = std::vector<std::shared_ptr<FeatureView>>;
using OnDemandViews = std::vector<std::shared_ptr<OnDemandFeatureView>>;

/// The built-in source underneath `object`, as a subclass may have changed it by overriding `path`.
std::shared_ptr<DataSource> BuiltIn(nb::handle object) {
  std::shared_ptr<DataSource> source;
  if (!nb::try_cast(object, source) || !source) ThrowTypeError("A source must be a DataSource.");
  const auto* files = dynamic_cast<const FileSource*>(source.get());
  if (!files) return source;
  auto copy = std::make_shared<FileSource>(*files);
  nb::object path = object.attr("path");
  if (!path.is_none()) copy->path = nb::cast<std::string>(nb::str(path));
  return copy;
}

/// Views with the built-in sources that are underneath theirs.
Views WithBuiltInSources(nb::handle views) {
  Views result;
  for (nb::handle object : views) {
    auto view = nb::cast<std::shared_ptr<FeatureView>>(object);
    nb::object source = object.attr("batch_source");
    if (source.is_none() || view->kind() == BaseFeatureView::Kind::kStream) {
      result.push_back(std::move(view));
      continue;
    }
    auto copy = std::make_shared<FeatureView>(*view);
    copy->batch_source = BuiltIn(source);
    result.push_back(std::move(copy));
  }
  return result;
}

/// A registry of nothing but the views given, and a service that asks for `references` of them under their projections'
/// names.
core::Registry RegistryOf(const Views& views, const OnDemandViews& on_demand,
                          const std::vector<std::string>& references, const std::string& project,
                          FeatureService* service) {
  core::Registry registry;
  std::vector<std::string> names;
  for (const auto& view : views) {
    if (std::find(names.begin(), names.end(), view->name) != names.end()) continue;
    names.push_back(view->name);
    if (view->kind() == BaseFeatureView::Kind::kStream) {
      *registry.add_stream_feature_views() = ToProto(static_cast<const StreamFeatureView&>(*view), project);
    } else {
      *registry.add_feature_views() = ToProto(*view, project);
    }
  }
  for (const auto& view : on_demand) *registry.add_on_demand_feature_views() = ToProto(*view, project);
  const auto ask = [&](const BaseFeatureView& view) {
    FeatureViewProjection projection = ProjectionOf(view);
    projection.name_alias = view.projection.name_alias;
    projection.join_key_map = view.projection.join_key_map;
    projection.features.clear();
    for (const std::string& reference : references) {
      const size_t colon = reference.find(':');
      if (colon == std::string::npos || reference.substr(0, colon) != view.projection.name_to_use()) continue;
      projection.features.push_back(Field{reference.substr(colon + 1)});
    }
    if (!projection.features.empty()) service->features.push_back(std::move(projection));
  };
  for (const auto& view : views) ask(*view);
  for (const auto& view : on_demand) ask(*view);
  service->name = "request";
  *registry.add_feature_services() = ToProto(*service, project);
  return registry;
}

/// get_historical_features of the file store, for the views given rather than those of a registry.
std::shared_ptr<RetrievalJob> FileHistoricalFeatures(const RepoConfig& config, nb::handle views,
                                                     const OnDemandViews& on_demand,
                                                     const std::vector<std::string>& references, nb::handle entity_rows,
                                                     bool full_feature_names, nb::handle start, nb::handle end,
                                                     bool filter_by_created_timestamp) {
  HistoricalRequest request = RequestFor(entity_rows, start, end);
  request.full_feature_names = full_feature_names;
  request.filter_by_created_timestamp = filter_by_created_timestamp;
  request.feature_service = std::make_shared<FeatureService>();
  const core::Registry registry =
      RegistryOf(WithBuiltInSources(views), on_demand, references, config.project, request.feature_service.get());
  return RunReleased([&]() -> arrow::Result<std::shared_ptr<RetrievalJob>> {
    ARROW_ASSIGN_OR_RAISE(auto offline, MakeFileOfflineStore(config));
    const Snapshot snapshot(registry, "");
    return StoreRetriever(std::move(offline), config)
        .Retrieve(request, snapshot, config.project, CallContext::OfThread());
  });
}

std::shared_ptr<RetrievalJob> FilePullAll(const RepoConfig& config, nb::handle source,
                                          const std::vector<std::string>& columns, const std::string& timestamp_column,
                                          nb::handle start, nb::handle end) {
  std::optional<Timestamp> from, to;
  if (!start.is_none()) from = FromDatetime(start);
  if (!end.is_none()) to = FromDatetime(end);
  const std::shared_ptr<DataSource> files = BuiltIn(source);
  return RunReleased([&]() -> arrow::Result<std::shared_ptr<RetrievalJob>> {
    auto steps = std::make_shared<RetrievalSteps>();
    ARROW_ASSIGN_OR_RAISE(steps->offline, MakeFileOfflineStore(config));
    steps->allowed_endpoints = scan::AllowedEndpoints(config);
    ARROW_ASSIGN_OR_RAISE(
        steps->query,
        steps->offline->Pull(
            {.source = files, .columns = columns, .timestamp_column = timestamp_column, .start = from, .end = to}));
    return MakeRetrievalJob(std::move(steps));
  });
}

/// (column, Arrow type as text) of a source of files.
std::vector<std::pair<std::string, std::string>> FileColumns(const RepoConfig& config, nb::handle source) {
  const std::shared_ptr<DataSource> files = BuiltIn(source);
  const auto schema = RunReleased([&]() -> arrow::Result<std::shared_ptr<arrow::Schema>> {
    ARROW_ASSIGN_OR_RAISE(const auto offline, MakeFileOfflineStore(config));
    return offline->SourceSchema(*files, CallContext::OfThread());
  });
  std::vector<std::pair<std::string, std::string>> columns;
  for (const auto& field : schema->fields()) columns.emplace_back(field->name(), field->type()->ToString());
  return columns;
}

/// The built-in online store of a configuration; ValueError for `online_store: null`.
std::unique_ptr<OnlineStore> OnlineStoreOf(const RepoConfig& config) {
  auto store = Checked(MakeOnlineStore(config));
  if (!store) ThrowValueError("The configuration has no online store; set `online_store` in feature_store.yaml.");
  return store;
}

}  // namespace

void BindNativeStores(nb::module_& module) {
  module.def("file_historical_features", &FileHistoricalFeatures, nb::arg("config"), nb::arg("feature_views"),
             nb::arg("on_demand_feature_views"), nb::arg("references"), nb::arg("entity_rows").none(),
             nb::arg("full_feature_names"), nb::arg("start").none(), nb::arg("end").none(),
             nb::arg("filter_by_created_timestamp"));
  module.def("file_pull_all", &FilePullAll, nb::arg("config"), nb::arg("source"), nb::arg("columns"),
             nb::arg("timestamp_column"), nb::arg("start").none(), nb::arg("end").none());
  module.def("file_columns", &FileColumns, nb::arg("config"), nb::arg("source"));
  module.def("compute_on_demand", &ComputeOnDemand, nb::arg("config"), nb::arg("view"), nb::arg("rows"),
             nb::arg("full_feature_names"), nb::arg("outputs").none());
  module.def("online_infra", [](const RepoConfig& config, const Views& views) {
    nb::list messages;
    const auto objects = Checked(OnlineStoreOf(config)->InfraFor(views));
    for (const core::InfraObject& object : objects) messages.append(ToBytes(object));
    return messages;
  });
  module.def("online_update", [](const RepoConfig& config, const Views& remove, const Views& keep) {
    const auto store = OnlineStoreOf(config);
    RunReleased([&] { return store->Update({.keep = keep, .remove = remove}, CallContext::OfThread()); });
  });
  module.def("online_write", [](const RepoConfig& config, const std::shared_ptr<FeatureView>& view,
                                const std::vector<std::string>& features, nb::handle keys, nb::handle columns,
                                nb::handle times, nb::handle created) {
    const auto store = OnlineStoreOf(config);
    const OnlineRows rows = Checked(RowsFromPython(features, keys, columns, times, created));
    RunReleased([&] { return store->Write(*view, rows, CallContext::OfThread()); });
  });
  module.def("online_read", [](const RepoConfig& config, const std::shared_ptr<FeatureView>& view,
                               const std::vector<std::string>& features, nb::handle keys) {
    const auto store = OnlineStoreOf(config);
    OnlineLookup lookup{view, features, {}};
    for (nb::handle key : keys) {
      const auto bytes = nb::cast<nb::bytes>(key);
      lookup.keys.emplace_back(bytes.c_str(), bytes.size());
    }
    std::vector<OnlineAnswer> answers;
    RunReleased([&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(answers, store->Read({lookup}, CallContext::OfThread()));
      return arrow::Status::OK();
    });
    return AnswerToPython(answers.front(), lookup.keys.size(), features.size());
  });
  module.def("online_teardown", [](const RepoConfig& config, const Views& views) {
    const auto store = OnlineStoreOf(config);
    RunReleased([&] { return store->Teardown(views, CallContext::OfThread()); });
  });
}

}  // namespace feast::python
