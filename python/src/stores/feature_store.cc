// The engine behind feast.FeatureStore, plans, and the functions of on-demand views that run in this process.
#include "feast/feature_store.h"

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cctype>

#include "arguments.h"
#include "arrow/table.h"
#include "arrow_exchange.h"
#include "bindings.h"
#include "config/python_class.h"
#include "definitions.h"
#include "feast/errors.h"
#include "feature_server.h"
#include "feature_store/feature_store_parts.h"
#include "historical_request.h"
#include "interruptible.h"
#include "online.h"
#include "plan/render/render_json.h"
#include "plan/render/render_markdown.h"
#include "plan/render/render_text.h"
#include "plugin_source.h"
#include "python_offline_store.h"
#include "saved_dataset.h"
#include "store_calls.h"
#include "text/redaction.h"
#include "transform/runner.h"
#include "transformation.h"
#include "wire.h"

namespace feast::python {

namespace {

ApplyOptions MakeOptions(bool whole_project, bool skip_sources, bool skip_views, nb::handle to_delete) {
  ApplyOptions options;
  options.whole_project = whole_project;
  options.skip_source_validation = skip_sources;
  options.skip_feature_view_validation = skip_views;
  options.leave_out_uri_credentials = !whole_project;
  if (!to_delete.is_none()) options.to_delete = DefinitionsFromPython(to_delete);
  return options;
}

WriteOptions MakeWriteOptions(const std::string& project_confirm, const std::string& command) {
  WriteOptions options;
  options.project_confirm = project_confirm;
  options.command = command;
  return options;
}

Plan MakePlan(const Store& store, nb::handle objects, bool whole, bool skip_sources, bool skip_views,
              nb::handle to_delete) {
  return Run<Plan>(store, [store, definitions = DefinitionsFromPython(objects),
                           options = MakeOptions(whole, skip_sources, skip_views, to_delete)] {
    return store->MakePlan(definitions, options);
  });
}

template <typename T>
std::shared_ptr<T> Find(const std::vector<std::shared_ptr<T>>& objects, const std::string& name) {
  for (const auto& object : objects) {
    if (object->name == name) return object;
  }
  return nullptr;
}

/// Gives the caller's objects what applying filled in, as Feast does: inferred columns and types, and timestamps.
void TakeOver(const Definitions& stored, Definitions& declared) {
  auto take_times = [](const auto& from, auto& to) {
    to.created_timestamp = from.created_timestamp;
    to.last_updated_timestamp = from.last_updated_timestamp;
  };
  for (const auto& entity : declared.entities) {
    auto found = Find(stored.entities, entity->name);
    if (!found) continue;
    entity->value_type = found->value_type;
    take_times(*found, *entity);
  }
  for (const auto& view : declared.feature_views) {
    auto found = Find(stored.feature_views, view->name);
    if (!found) continue;
    bool whole = view->projection.features == view->features;
    view->entity_columns = found->entity_columns;
    view->features = found->features;
    if (whole) view->projection.features = view->features;
    take_times(*found, *view);
  }
  for (const auto& view : declared.on_demand_feature_views) {
    auto found = Find(stored.on_demand_feature_views, view->name);
    if (found) take_times(*found, *view);
  }
  for (const auto& service : declared.feature_services) {
    auto found = Find(stored.feature_services, service->name);
    if (!found) continue;
    service->features = found->features;
    take_times(*found, *service);
  }
}

/// Whether every view says which columns it has, so that no source needs to be looked at.
bool DeclaresAllColumns(const Definitions& definitions) {
  for (const auto& view : definitions.feature_views) {
    if (view->features.empty()) return false;
    for (const Field& field : view->features) {
      if (!field.type.is_valid()) return false;
    }
  }
  return true;
}

nb::object ViewFunctions() { return nb::module_::import_("feast._view_functions"); }

nb::bytes BytesOf(const std::string& text) { return nb::bytes(text.data(), text.size()); }

/// From now on the views of this store have the functions that were applied, as they were then.
void RememberApplied(const RepoConfig& config, const Definitions& definitions) {
  for (const auto& view : definitions.on_demand_feature_views) {
    const auto* function = dynamic_cast<const PythonFunction*>(view->transformation.get());
    if (!function) continue;
    ViewFunctions().attr("applied")(PathText(StoreKey(config)), view->name, function->source_text,
                                    BytesOf(function->pickled_body), function->function());
  }
}

/// Feast applies views with a schema whether or not their sources can be read here; so do we, with a word.
arrow::Result<Plan> ApplyAsFeast(FeatureStore& store, const Definitions& definitions, ApplyOptions options,
                                 std::string* warning) {
  arrow::Result<Plan> plan = store.Apply(definitions, options);
  if (plan.ok() || options.skip_source_validation || !DeclaresAllColumns(definitions)) return plan;
  std::string message = plan.status().message();
  if (!WhyUnreadable(plan.status())) return plan;
  options.skip_source_validation = true;
  ARROW_ASSIGN_OR_RAISE(plan, store.Apply(definitions, options));
  *warning = "Applied without looking at the sources. " + message;
  return plan;
}

Plan Apply(const Store& store, nb::handle objects, bool whole, bool skip_sources, bool skip_views, nb::handle to_delete,
           bool allow_breaking, const std::string& project_confirm, const std::string& command,
           bool references_may_be_missing) {
  Definitions definitions = DefinitionsFromPython(objects);
  ApplyOptions all_options = MakeOptions(whole, skip_sources, skip_views, to_delete);
  all_options.allow_breaking = allow_breaking;
  all_options.project_confirm = project_confirm;
  all_options.command = command;
  all_options.references_may_be_missing = references_may_be_missing;
  auto warning = std::make_shared<std::string>();
  Plan plan = Run<Plan>(store, [store, definitions, warning, options = all_options] {
    return ApplyAsFeast(*store, definitions, options, warning.get());
  });
  if (!warning->empty()) plan.warnings.push_back(*warning);
  for (const std::string& each : plan.warnings) {
    if (PyErr_WarnEx(PyExc_UserWarning, Redacted(each).c_str(), 2) != 0) throw nb::python_error();
  }
  RememberApplied(store->config(), definitions);
  TakeOver(RunReleased([&] { return store->List(true); }), definitions);
  return plan;
}

/// `given_rows` is what the caller gave as entity rows, which classes of the user's own get as it is.
nb::object GetHistoricalFeatures(const Store& store, nb::handle entity_rows, std::vector<std::string> features,
                                 std::shared_ptr<FeatureService> service, bool full_feature_names, nb::handle start,
                                 nb::handle end, bool filter_by_created_timestamp, nb::handle given_rows) {
  HistoricalRequest request = RequestFor(entity_rows, start, end);
  request.features = std::move(features);
  request.feature_service = std::move(service);
  request.full_feature_names = full_feature_names;
  request.filter_by_created_timestamp = filter_by_created_timestamp;
  if (auto* own = dynamic_cast<PythonRetriever*>(store->parts().retriever.get())) {
    return JobToPython(RunReleased([&]() -> arrow::Result<std::shared_ptr<RetrievalJob>> {
      ARROW_ASSIGN_OR_RAISE(const auto snapshot, store->parts().registry->Current(true));
      return own->RetrieveFor(given_rows, request, *snapshot, store->project(), CallContext::OfThread());
    }));
  }
  return JobToPython(
      Run<std::shared_ptr<RetrievalJob>>(store, [store, request] { return store->GetHistoricalFeatures(request); }));
}

/// Definitions as the lists `feast.repo_contents` and the store's list_* methods have.
nb::dict ToPython(const Definitions& definitions) {
  nb::dict lists;
  std::vector<std::string> unreadable = definitions.unreadable;
  nb::list plain, stream;
  for (const auto& view : definitions.feature_views) {
    (view->kind() == BaseFeatureView::Kind::kStream ? stream : plain).append(nb::cast(view));
  }
  lists["entities"] = nb::cast(definitions.entities);
  nb::list sources;
  for (const auto& source : definitions.data_sources) sources.append(SourceToPython(source));
  lists["data_sources"] = sources;
  lists["feature_views"] = plain;
  lists["stream_feature_views"] = stream;
  lists["on_demand_feature_views"] = nb::cast(definitions.on_demand_feature_views);
  lists["feature_services"] = nb::cast(definitions.feature_services);
  lists["saved_datasets"] = nb::cast(definitions.saved_datasets);
  nb::list carried[3];
  for (const auto& object : definitions.carried_objects) {
    try {
      carried[static_cast<size_t>(object->kind)].append(
          nb::module_::import_("feast._carried").attr("restore")(nb::cast(object)));
    } catch (nb::python_error& error) {
      if (!error.matches(PyExc_Exception)) throw;
      unreadable.push_back("'" + object->name + "': " + error.what());
    }
  }
  lists["label_views"] = carried[0];
  lists["permissions"] = carried[1];
  lists["validation_references"] = carried[2];
  for (const std::string& text : unreadable) {
    const std::string warning = "An object of the registry cannot be read and is not listed. " + text;
    if (PyErr_WarnEx(PyExc_UserWarning, warning.c_str(), 2) != 0) throw nb::python_error();
  }
  return lists;
}

Store OpenStore(const RepoConfig& config) {
  if (HasPythonClass(config) || TrustsRegistryCode(config) || config.extra.contains("data_source_classes")) {
    nb::module_::import_("feast._plugins").attr("allow_classes")(config);
  }
  return Checked(FeatureStore::Open(config));
}

template <auto method>
auto Getter() {
  return [](const Store& store, const std::string& name, bool allow_cache) {
    return RunReleased([&] { return ((*store).*method)(name, allow_cache); });
  };
}

/// The function of a view in this process.
arrow::Result<std::shared_ptr<Transformation>> RunHere(const OnDemandFeatureView& view, const RepoConfig& config,
                                                       FunctionPlace place) {
  const Transformation& stored = *view.transformation;
  nb::gil_scoped_acquire gil;
  try {
    nb::object function = ViewFunctions().attr("find")(FunctionPlaceName(place), view.name, stored.name,
                                                       stored.source_text, PathText(config.repo_path.string()),
                                                       PathText(StoreKey(config)), BytesOf(stored.pickled_body));
    if (function.is_none()) return nullptr;
    auto result = std::make_shared<PythonFunction>(function);
    result->name = stored.name;
    result->source_text = stored.source_text;
    result->mode = stored.mode.empty() ? view.mode : stored.mode;
    result->singleton = view.singleton;
    return result;
  } catch (nb::python_error& error) {
    return StatusFromPython(std::move(error));
  }
}

/// "CREATE", as Feast has it.
std::string TransitionName(Action action) {
  std::string name(ActionName(action));
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

void BindPlan(nb::module_& module) {
  nb::class_<FieldChange>(module, "FieldChange")
      .def_ro("path", &FieldChange::path)
      .def_ro("before", &FieldChange::before)
      .def_ro("after", &FieldChange::after);
  nb::class_<Affected>(module, "Affected", "What is built on a changed object.")
      .def_prop_ro("kind", [](const Affected& self) { return std::string(ObjectKindName(self.kind)); })
      .def_ro("name", &Affected::name)
      .def_ro("tags", &Affected::tags)
      .def_ro("owner", &Affected::owner);
  nb::class_<Impact>(module, "Impact", "One reason why a change is not safe.")
      .def_prop_ro("severity", [](const Impact& self) { return std::string(SeverityName(self.severity)); })
      .def_ro("reason", &Impact::reason)
      .def_ro("affected", &Impact::affected);
  nb::class_<ObjectChange>(module, "ObjectChange")
      .def_prop_ro("severity", [](const ObjectChange& self) { return std::string(SeverityName(self.severity)); })
      .def_ro("impacts", &ObjectChange::impacts)
      .def_ro("looks_like", &ObjectChange::looks_like)
      .def_prop_ro("action", [](const ObjectChange& self) { return TransitionName(self.action); })
      .def_prop_ro("kind", [](const ObjectChange& self) { return std::string(ObjectKindName(self.kind)); })
      .def_ro("name", &ObjectChange::name)
      .def_ro("fields", &ObjectChange::fields);
  nb::class_<InfraChange>(module, "InfraChange")
      .def_prop_ro("action", [](const InfraChange& self) { return TransitionName(self.action); })
      .def_ro("type", &InfraChange::type)
      .def_ro("name", &InfraChange::name);
  nb::class_<Plan>(module, "Plan", "What an apply would do.")
      .def_ro("project", &Plan::project)
      .def_ro("changes", &Plan::changes)
      .def_ro("infra_changes", &Plan::infra_changes)
      .def_prop_ro("empty", &Plan::empty)
      .def("to_string", [](const Plan& self) { return RenderPlanText(self, false); })
      .def("objects_text",
           [](const Plan& self) { return self.changes.empty() ? std::string() : RenderObjectsText(self, false); })
      .def("infra_text",
           [](const Plan& self) { return self.infra_changes.empty() ? std::string() : RenderInfraText(self, false); })
      .def_prop_ro("severity", [](const Plan& self) { return std::string(SeverityName(self.severity())); })
      .def_prop_ro("summary", &Plan::Summary)
      .def_ro("warnings", &Plan::warnings)
      .def("to_markdown", &RenderPlanMarkdown)
      .def("to_json", &RenderPlanJson)
      .def("__str__", [](const Plan& self) { return RenderPlanText(self, false); });
}

}  // namespace

void BindFeatureStore(nb::module_& module) {
  BindPlan(module);
  SetTransformationRunner(&RunHere);
  auto store = nb::class_<FeatureStore>(module, "Store", "A feature store.", nb::is_weak_referenceable());
  BindOnline(module, store);
  BindFeatureServer(module, store);
  store.def(nb::new_(&OpenStore), nb::arg("config"))
      .def_prop_ro("config", [](const FeatureStore& self) { return self.config(); })
      .def_prop_ro("project", [](const FeatureStore& self) { return self.project(); })
      .def("plan", &MakePlan, nb::arg("objects"), nb::kw_only(), nb::arg("whole_project") = false,
           nb::arg("skip_source_validation") = false, nb::arg("skip_feature_view_validation") = false,
           nb::arg("to_delete") = nb::none())
      .def("apply", &Apply, nb::arg("objects"), nb::kw_only(), nb::arg("whole_project") = false,
           nb::arg("skip_source_validation") = false, nb::arg("skip_feature_view_validation") = false,
           nb::arg("to_delete") = nb::none(), nb::arg("allow_breaking") = true, nb::arg("project_confirm") = "",
           nb::arg("command") = "", nb::arg("references_may_be_missing") = false)
      .def(
          "teardown",
          [](const Store& store, const std::string& project_confirm, const std::string& command) {
            Run<bool>(store, [store, options = MakeWriteOptions(project_confirm, command)]() -> arrow::Result<bool> {
              ARROW_RETURN_NOT_OK(store->Teardown(options));
              return true;
            });
          },
          nb::kw_only(), nb::arg("project_confirm") = "", nb::arg("command") = "")
      .def(
          "delete_feature_view",
          [](const Store& store, const std::string& name, const std::string& project_confirm,
             const std::string& command) {
            RunReleased([&] { return store->DeleteFeatureView(name, MakeWriteOptions(project_confirm, command)); });
          },
          nb::arg("name"), nb::kw_only(), nb::arg("project_confirm") = "", nb::arg("command") = "")
      .def(
          "delete_feature_service",
          [](const Store& store, const std::string& name, const std::string& project_confirm,
             const std::string& command) {
            RunReleased([&] { return store->DeleteFeatureService(name, MakeWriteOptions(project_confirm, command)); });
          },
          nb::arg("name"), nb::kw_only(), nb::arg("project_confirm") = "", nb::arg("command") = "")
      .def("get_entity", Getter<&FeatureStore::GetEntity>(), nb::arg("name"), nb::arg("allow_cache"))
      .def(
          "get_data_source",
          [](const Store& store, const std::string& name, bool allow_cache) {
            return SourceToPython(RunReleased([&] { return store->GetDataSource(name, allow_cache); }));
          },
          nb::arg("name"), nb::arg("allow_cache"))
      .def("get_feature_view", Getter<&FeatureStore::GetFeatureView>(), nb::arg("name"), nb::arg("allow_cache"))
      .def("get_stream_feature_view", Getter<&FeatureStore::GetStreamFeatureView>(), nb::arg("name"),
           nb::arg("allow_cache"))
      .def("get_on_demand_feature_view", Getter<&FeatureStore::GetOnDemandFeatureView>(), nb::arg("name"),
           nb::arg("allow_cache"))
      .def("get_feature_service", Getter<&FeatureStore::GetFeatureService>(), nb::arg("name"), nb::arg("allow_cache"))
      .def("get_saved_dataset", Getter<&FeatureStore::GetSavedDataset>(), nb::arg("name"), nb::arg("allow_cache"))
      .def("get_project", Getter<&FeatureStore::GetProject>(), nb::arg("name"), nb::arg("allow_cache"))
      .def(
          "list",
          [](const Store& store, bool allow_cache, const Tags& tags) {
            return ToPython(RunReleased([&] { return store->List(allow_cache, tags); }));
          },
          nb::arg("allow_cache") = false, nb::arg("tags") = Tags{})
      .def(
          "list_projects",
          [](const Store& store, bool allow_cache, const Tags& tags) {
            return RunReleased([&] { return store->ListProjects(allow_cache, tags); });
          },
          nb::arg("allow_cache") = false, nb::arg("tags") = Tags{})
      .def("refresh_registry", [](const Store& store) { RunReleased([&] { return store->RefreshRegistry(); }); })
      .def(
          "registry_proto",
          [](const Store& store, bool allow_cache) {
            auto snapshot = RunReleased([&] { return store->parts().registry->Current(allow_cache); });
            return ToPythonMessage(snapshot->registry());
          },
          nb::arg("allow_cache") = false)
      .def_prop_ro("registry_location",
                   [](const Store& store) { return PathText(store->parts().registry->location()); })
      .def("get_historical_features", &GetHistoricalFeatures, nb::arg("entity_rows").none(), nb::arg("features"),
           nb::arg("feature_service").none(), nb::arg("full_feature_names"), nb::arg("start").none(),
           nb::arg("end").none(), nb::arg("filter_by_created_timestamp"), nb::arg("given_rows").none())
      .def(
          "create_saved_dataset",
          [](const Store& store, const std::shared_ptr<RetrievalJob>& job, const SavedDataset& dataset,
             bool allow_overwrite) {
            return RunForResult<std::shared_ptr<SavedDataset>>(
                [=] { return store->CreateSavedDataset(*job, dataset, allow_overwrite); });
          },
          nb::arg("job"), nb::arg("dataset"), nb::arg("allow_overwrite"))
      .def("read_saved_dataset", [](const Store& store, const SavedDataset& dataset) {
        return JobToPython(Run<std::shared_ptr<RetrievalJob>>(store, [=] { return store->ReadSavedDataset(dataset); }));
      });
  WaitForWorkAtExit();
}

}  // namespace feast::python
