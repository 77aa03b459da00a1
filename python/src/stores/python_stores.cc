// Online stores, registry stores and providers written in Python for Feast, and how all of them are hooked into the
// engine.
#include <nanobind/nanobind.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <functional>
#include <string>

#include "bindings.h"
#include "definitions/definition_copies.h"
#include "feast/core/InfraObject.pb.h"
#include "feature_store/stores.h"
#include "online/online_store.h"
#include "online_rows_exchange.h"
#include "plugin.h"
#include "python_offline_store.h"
#include "registry/registry_store.h"
#include "wire.h"

namespace feast::python {

namespace {

using Views = std::vector<std::shared_ptr<FeatureView>>;

nb::object Plugins() { return nb::module_::import_("feast._plugins"); }

/// An online store, or a provider in the place of one: both have the same adapter.
class PythonOnlineStore : public OnlineStore {
 public:
  PythonOnlineStore(nb::object adapter, std::string what, std::string infra_type)
      : adapter_(std::move(adapter), std::move(what)), infra_type_(std::move(infra_type)) {}

  arrow::Result<std::vector<core::InfraObject>> InfraFor(const Views& views) const override {
    return adapter_.Call("plan", [&](const nb::object& adapter) -> arrow::Result<std::vector<core::InfraObject>> {
      std::vector<core::InfraObject> objects;
      for (nb::handle bytes : nb::object(adapter.attr("plan")(views)))
        FromPythonMessage(bytes, &objects.emplace_back());
      return objects;
    });
  }
  std::string infra_type() const override { return infra_type_; }
  arrow::Status Update(const OnlineUpdate& update, const CallContext&) override {
    return adapter_.Call("update", [&](const nb::object& adapter) {
      adapter.attr("update")(update.remove, update.keep, update.entities_to_remove, update.entities_to_keep,
                             update.partial);
      return arrow::Status::OK();
    });
  }
  arrow::Status Write(const FeatureView& view, const OnlineRows& rows, const CallContext& context) override {
    ARROW_RETURN_NOT_OK(context.Check());
    if (rows.keys.empty()) return arrow::Status::OK();
    return adapter_.Call("online_write_batch", [&](const nb::object& adapter) {
      const nb::tuple given = RowsToPython(rows);
      adapter.attr("write")(CopyOf(view), rows.features, given[0], given[1], given[2], given[3]);
      return arrow::Status::OK();
    });
  }
  arrow::Result<std::vector<OnlineAnswer>> Read(const std::vector<OnlineLookup>& lookups,
                                                const CallContext& context) override {
    std::vector<OnlineAnswer> answers;
    for (const OnlineLookup& lookup : lookups) {
      ARROW_RETURN_NOT_OK(context.Check());
      answers.emplace_back(lookup.keys.size(), lookup.features.size());
      ARROW_RETURN_NOT_OK(adapter_.Call("online_read", [&](const nb::object& adapter) {
        const nb::object rows = adapter.attr("read")(CopyOf(*lookup.view), lookup.features, BytesList(lookup.keys));
        AnswerFromPython(rows, lookup.features.size(), &answers.back());
        return arrow::Status::OK();
      }));
    }
    return answers;
  }
  bool keeps_to_callers_thread() const override { return true; }
  arrow::Status Teardown(const Views& views, const CallContext&) override {
    return adapter_.Call("teardown", [&](const nb::object& adapter) {
      adapter.attr("teardown")(views);
      return arrow::Status::OK();
    });
  }

 private:
  Plugin adapter_;
  std::string infra_type_;
};

/// Feast's interface has no conditional write: what another process commits between our look and our write is
/// overwritten. The look narrows that to an instant.
class PythonRegistryStore : public RegistryStore {
 public:
  PythonRegistryStore(nb::object adapter, std::string what, std::string location)
      : adapter_(std::move(adapter), std::move(what)), location_(std::move(location)) {}

  arrow::Result<RegistryBytes> Load() override {
    return adapter_.Call("get_registry_proto", [](const nb::object& adapter) -> arrow::Result<RegistryBytes> {
      nb::object loaded = adapter.attr("load")();
      if (loaded.is_none()) return RegistryBytes{};
      const auto bytes = nb::cast<nb::bytes>(loaded);
      std::string text(bytes.c_str(), bytes.size());
      std::string version = std::to_string(std::hash<std::string>{}(text)) + "-" + std::to_string(text.size());
      return RegistryBytes{true, std::move(text), std::move(version)};
    });
  }
  arrow::Result<RegistryBytes> LoadIfChanged(const std::string& known_version) override {
    ARROW_ASSIGN_OR_RAISE(RegistryBytes loaded, Load());
    if (loaded.exists && loaded.version == known_version) loaded.bytes.clear();
    return loaded;
  }
  arrow::Result<CommitResult> Commit(const std::string& bytes, const std::string& expected_version) override {
    ARROW_ASSIGN_OR_RAISE(const RegistryBytes current, Load());
    if (current.version != expected_version) return CommitResult{CommitOutcome::kConflict, {}};
    return adapter_.Call("update_registry_proto", [&](const nb::object& adapter) -> arrow::Result<CommitResult> {
      adapter.attr("commit")(nb::bytes(bytes.data(), bytes.size()));
      return CommitResult{CommitOutcome::kCommitted, {}};
    });
  }
  arrow::Result<CommitOutcome> Remove(const std::string& expected_version) override {
    ARROW_ASSIGN_OR_RAISE(const RegistryBytes current, Load());
    if (current.exists && current.version != expected_version) return CommitOutcome::kConflict;
    return adapter_.Call("teardown", [](const nb::object& adapter) -> arrow::Result<CommitOutcome> {
      adapter.attr("teardown")();
      return CommitOutcome::kCommitted;
    });
  }
  std::string location() const override { return location_; }

 private:
  Plugin adapter_;
  std::string location_;
};

/// Runs `make`, which imports a class of the user's own and may throw; errors of the import are complete as they are.
template <typename Result, typename Make>
Result Loading(const std::string& what, Make make) {
  nb::gil_scoped_acquire gil;
  try {
    return make();
  } catch (nb::python_error& error) {
    return PluginFailure(std::move(error), what);
  }
}

std::string Named(const char* what, const std::string& type) { return std::string(what) + " '" + type + "'"; }

arrow::Status MakeOffline(const RepoConfig& config, Stores* stores) {
  const std::string what = Named("offline store", config.offline_store.type);
  return Loading<arrow::Status>(what, [&] {
    SetPythonOfflineStore(Plugins().attr("OfflineStoreAdapter")(nb::cast(config)), what, stores);
    return arrow::Status::OK();
  });
}

arrow::Status MakeOnline(const RepoConfig& config, Stores* stores) {
  const std::string what = Named("online store", config.online_store->type);
  return Loading<arrow::Status>(what, [&] {
    stores->online = std::make_unique<PythonOnlineStore>(Plugins().attr("OnlineStoreAdapter")(nb::cast(config)), what,
                                                         "online table");
    return arrow::Status::OK();
  });
}

arrow::Result<std::unique_ptr<RegistryStore>> MakeRegistry(const RepoConfig& config) {
  const std::string what = Named("registry store", config.registry.registry_store_type);
  return Loading<arrow::Result<std::unique_ptr<RegistryStore>>>(what, [&] {
    return std::make_unique<PythonRegistryStore>(Plugins().attr("RegistryStoreAdapter")(nb::cast(config)), what,
                                                 config.registry.path);
  });
}

arrow::Status MakeProvider(const RepoConfig& config, Stores* stores) {
  const std::string what = Named("provider", config.provider);
  return Loading<arrow::Status>(what, [&] {
    nb::object adapter = Plugins().attr("ProviderAdapter")(nb::cast(config));
    const bool sqlite = config.online_store && config.online_store->type == "sqlite";
    SetPythonOfflineStore(adapter, what, stores);
    stores->online = std::make_unique<PythonOnlineStore>(adapter, what, sqlite ? "sqlite table" : "online table");
    return arrow::Status::OK();
  });
}

}  // namespace

void InstallPythonStores() {
  SetStorePlugins({.offline = &MakeOffline, .online = &MakeOnline, .provider = &MakeProvider});
  SetRegistryStorePlugin(&MakeRegistry);
}

}  // namespace feast::python
