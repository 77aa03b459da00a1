// The built-in online stores by the names that feature_store.yaml uses.
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/python_class.h"
#include "feast/core/InfraObject.pb.h"
#include "online/dynamodb/dynamodb_online_store.h"
#include "online/online_store.h"
#include "online/postgres/postgres_online_store.h"
#include "online/redis/redis_online_store.h"
#include "online/sqlite.h"

namespace feast {

namespace {

/// Stands for a type this version has no code for, so that configurations load everywhere.
class UnavailableOnlineStore : public OnlineStore {
 public:
  explicit UnavailableOnlineStore(std::string type) : type_(std::move(type)) {}

  arrow::Result<std::vector<core::InfraObject>> InfraFor(
      const std::vector<std::shared_ptr<FeatureView>>&) const override {
    return std::vector<core::InfraObject>();
  }
  std::string infra_type() const override { return type_ + " table"; }
  arrow::Status Check(const OnlineUpdate& update, const CallContext& context) override {
    return Update(update, context);
  }
  arrow::Status Update(const OnlineUpdate& update, const CallContext&) override {
    return Refuse(!update.keep.empty()     ? update.keep.front()
                  : !update.remove.empty() ? update.remove.front()
                                           : nullptr);
  }
  arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>& views, const CallContext&) override {
    return Refuse(views.empty() ? nullptr : views.front());
  }
  arrow::Status Write(const FeatureView& view, const OnlineRows&, const CallContext&) override {
    return Refuse(std::make_shared<FeatureView>(view));
  }
  arrow::Result<std::vector<OnlineAnswer>> Read(const std::vector<OnlineLookup>& lookups, const CallContext&) override {
    if (lookups.empty()) return std::vector<OnlineAnswer>();
    return Refuse(std::make_shared<FeatureView>(*lookups.front().view));
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

  arrow::Result<std::vector<core::InfraObject>> InfraFor(
      const std::vector<std::shared_ptr<FeatureView>>&) const override {
    return std::vector<core::InfraObject>();
  }
  std::string infra_type() const override { return "online table"; }
  arrow::Status Update(const OnlineUpdate&, const CallContext&) override { return NeedsPython("online store", type_); }
  arrow::Status Teardown(const std::vector<std::shared_ptr<FeatureView>>&, const CallContext&) override {
    return NeedsPython("online store", type_);
  }

 private:
  std::string type_;
};

/// A store's line.
constexpr std::array<std::pair<std::string_view, OnlineStoreFactory>, 4> kOnlineStores = {{
    {"dynamodb", &MakeDynamodbOnlineStore},
    {"postgres", &MakePostgresOnlineStore},
    {"redis", &MakeRedisOnlineStore},
    {"sqlite", &MakeSqliteOnlineStore},
}};

}  // namespace

arrow::Status OnlineStore::Check(const OnlineUpdate&, const CallContext&) { return arrow::Status::OK(); }

bool OnlineStore::IsSame(const core::InfraObject& recorded, const core::InfraObject& wanted) const {
  return recorded.SerializeAsString() == wanted.SerializeAsString();
}

arrow::Result<std::vector<OnlineTableState>> OnlineStore::Inspect(const std::vector<std::shared_ptr<FeatureView>>&,
                                                                  const CallContext&) {
  return arrow::Status::NotImplemented("This version cannot look into a ", infra_type());
}

arrow::Status OnlineStore::Write(const FeatureView&, const OnlineRows&, const CallContext&) {
  return arrow::Status::NotImplemented("This version cannot write to a store with a ", infra_type());
}

arrow::Result<std::vector<OnlineAnswer>> OnlineStore::Read(const std::vector<OnlineLookup>&, const CallContext&) {
  return arrow::Status::NotImplemented("This version cannot read from a store with a ", infra_type());
}

arrow::Result<std::unique_ptr<OnlineStore>> MakeOnlineStore(const RepoConfig& config) {
  if (!config.online_store) return nullptr;
  const std::string& type = config.online_store->type;
  for (const auto& [name, make] : kOnlineStores) {
    if (name == type) return make(config);
  }
  if (IsPythonClass(type, "OnlineStore")) return std::make_unique<PythonlessOnlineStore>(type);
  return std::make_unique<UnavailableOnlineStore>(type);
}

}  // namespace feast
