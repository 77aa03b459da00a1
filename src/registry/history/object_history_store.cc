#include "registry/history/object_history_store.h"

#include "registry/registry_object.h"

namespace feast {

namespace {

constexpr const char* kAdvice = " (`feast registry policy` prints what CI and readers need)";

}  // namespace

arrow::Status ObjectHistoryStore::Put(const std::string& name, const std::string& bytes) {
  // No two writers choose one name for different bytes, and "latest" may be replaced: no condition is needed.
  const auto written = objects_->Put(KeyOf(name), bytes, WriteCondition::None());
  return written.ok() ? arrow::Status::OK() : HistoryError(written.status(), "written", kAdvice);
}

arrow::Result<std::optional<std::string>> ObjectHistoryStore::Get(const std::string& name) {
  auto fetched = objects_->Get(KeyOf(name), {});
  if (!fetched.ok()) return HistoryError(fetched.status(), "read", kAdvice);
  if (fetched->state != FetchedObject::State::kFound) return std::nullopt;
  return std::move(fetched->bytes);
}

arrow::Result<std::unique_ptr<HistoryStore>> MakeS3HistoryStore(const RegistryConfig& config) {
  ARROW_ASSIGN_OR_RAISE(auto opened, OpenS3RegistryObject(config, DeniedRead::kMeansAbsent));
  return std::make_unique<ObjectHistoryStore>(std::move(opened.objects), std::move(opened.key));
}

arrow::Result<std::unique_ptr<HistoryStore>> MakeGcsHistoryStore(const RegistryConfig& config) {
  ARROW_ASSIGN_OR_RAISE(auto opened, OpenGcsRegistryObject(config));
  return std::make_unique<ObjectHistoryStore>(std::move(opened.objects), std::move(opened.key));
}

}  // namespace feast
