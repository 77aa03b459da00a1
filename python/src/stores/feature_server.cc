// FeatureStore.serve: the feature server inside a Python program.
#include "feature_server.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "bindings.h"
#include "server/server.h"
#include "store_calls.h"

namespace feast::python {

namespace {

/// A server and the store that it serves: one of its own, whose registry no request reads again.
class FeatureServer {
 public:
  FeatureServer(Store store, std::unique_ptr<Server> server) : store_(std::move(store)), server_(std::move(server)) {}

  int port() const { return server_->port(); }
  void Stop(double patience_seconds) {
    const nb::gil_scoped_release release;
    server_->Stop(std::chrono::milliseconds(static_cast<int64_t>(patience_seconds * 1000)));
  }

 private:
  Store store_;
  std::unique_ptr<Server> server_;
};

std::shared_ptr<FeatureServer> StartServer(const Store& store, const std::string& host, int port, bool no_access_log,
                                           int workers, int keep_alive_seconds, int registry_ttl_seconds,
                                           const std::string& key, const std::string& certificate, int metrics_port) {
  ServerOptions options;
  options.host = host;
  options.port = static_cast<uint16_t>(port);
  options.access_log = !no_access_log;
  options.workers = workers;
  options.keep_alive_timeout = std::chrono::seconds(keep_alive_seconds);
  options.registry_ttl = std::chrono::seconds(registry_ttl_seconds);
  options.tls_key_path = key;
  options.tls_certificate_path = certificate;
  options.metrics_port = static_cast<uint16_t>(metrics_port);
  return RunReleased([&]() -> arrow::Result<std::shared_ptr<FeatureServer>> {
    RepoConfig config = store->config();
    config.registry.cache_ttl_seconds = 0;
    ARROW_ASSIGN_OR_RAISE(auto served, FeatureStore::Open(std::move(config)));
    ARROW_ASSIGN_OR_RAISE(auto server, MakeHttpServer(*served, options));
    ARROW_RETURN_NOT_OK(server->Start());
    return std::make_shared<FeatureServer>(std::move(served), std::move(server));
  });
}

}  // namespace

void BindFeatureServer(nb::module_& module, nb::class_<FeatureStore>& store) {
  nb::class_<FeatureServer>(module, "FeatureServer")
      .def_prop_ro("port", &FeatureServer::port)
      .def("stop", &FeatureServer::Stop, nb::arg("patience"));
  store.def("start_server", &StartServer, nb::arg("host"), nb::arg("port"), nb::arg("no_access_log"),
            nb::arg("workers"), nb::arg("keep_alive_timeout"), nb::arg("registry_ttl_sec"), nb::arg("key"),
            nb::arg("cert"), nb::arg("metrics_port"));
}

}  // namespace feast::python
