// Which store serves a configuration. A built-in store is one file here and one line in MakeOnlineStore.
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/python_class.h"
#include "feast/core/InfraObject.pb.h"
#include "online/online_store.h"
#include "online/sqlite.h"

namespace feast {

namespace {

/// Stands for a type this version has no code for, so that configurations load everywhere.
class UnavailableOnlineStore : public OnlineStore {
 public:
  explicit UnavailableOnlineStore(std::string type) : type_(std::move(type)) {}

  std::vector<core::InfraObject> InfraFor(const std::vector<std::shared_ptr<FeatureView>>&) const override {
    return {};
  }
  std::string infra_type() const override { return type_ + " table"; }
  arrow::Status Check(const OnlineUpdate& update) override { return Update(update); }
  arrow::Status Update(const OnlineUpdate& update) override {
    return Refuse(!update.keep.empty()     ? update.keep.front()
                  : !update.remove.empty() ? update.remove.front()
                                           : nullptr);
  }
  arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views) override {
    return Refuse(views.empty() ? nullptr : views.front());
  }

 private:
  /// Without views there is nothing to do, and so nothing to refuse.
  arrow::Status Refuse(const std::shared_ptr<FeatureView>& view) const {
    if (!view) return arrow::Status::OK();
    return arrow::Status::NotImplemented(
        "This version has no online store of type '", type_,
        "'. Set `online_store: null` or `online_store: {type: sqlite}` in feature_store.yaml, or declare "
        "the views with online=False. First view: ",
        view->name);
  }

  std::string type_;
};

/// Stands for a class of the user's own in a program without Python.
class PythonlessOnlineStore : public OnlineStore {
 public:
  explicit PythonlessOnlineStore(std::string type) : type_(std::move(type)) {}

  std::vector<core::InfraObject> InfraFor(const std::vector<std::shared_ptr<FeatureView>>&) const override {
    return {};
  }
  std::string infra_type() const override { return "online table"; }
  arrow::Status Update(const OnlineUpdate&) override { return NeedsPython("online store", type_); }
  arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>&) override {
    return NeedsPython("online store", type_);
  }

 private:
  std::string type_;
};

OnlineStorePlugin& Plugin() {
  static OnlineStorePlugin plugin;
  return plugin;
}

}  // namespace

void SetOnlineStorePlugin(OnlineStorePlugin make) { Plugin() = std::move(make); }

arrow::Status OnlineStore::Check(const OnlineUpdate&) { return arrow::Status::OK(); }

bool OnlineStore::IsSame(const core::InfraObject& recorded, const core::InfraObject& wanted) const {
  return recorded.SerializeAsString() == wanted.SerializeAsString();
}

arrow::Result<std::vector<OnlineTableState>> OnlineStore::Inspect(const std::vector<std::shared_ptr<FeatureView>>&) {
  return arrow::Status::NotImplemented("This version cannot look into a ", infra_type());
}

arrow::Result<std::unique_ptr<OnlineStore>> MakeOnlineStore(const RepoConfig& config) {
  if (!config.online_store) return nullptr;
  const ComponentConfig& store = *config.online_store;
  if (store.type == "sqlite") {
    std::string path = store.GetString("path");
    if (path.empty()) path = "data/online.db";
    return std::make_unique<SqliteOnlineStore>(std::filesystem::absolute(config.Resolve(path)).string(), config.project,
                                               store.GetBool("enable_openai_compatible_store").value_or(false), path);
  }
  if (IsPythonClass(store.type, "OnlineStore")) {
    if (Plugin()) return Plugin()(config);
    return std::make_unique<PythonlessOnlineStore>(store.type);
  }
  return std::make_unique<UnavailableOnlineStore>(store.type);
}

}  // namespace feast
