#include "registry/stores/condition_probe.h"

#include <mutex>
#include <set>
#include <utility>

#include "registry/registry_id.h"

namespace feast {

namespace {

constexpr const char* kFirstText = "Written to see whether this server heeds conditions. It may be deleted.\n";
/// Another text, so that a refused write is never taken for the first one.
constexpr const char* kRefusedText = "This server does not heed conditions. It may be deleted.\n";
/// A version that no object has: it looks like an ETag, and like no generation.
constexpr const char* kNoSuchEtag = "\"00000000000000000000000000000000\"";
constexpr const char* kNoSuchGeneration = "1";

arrow::Status Ignored(const ObjectStore& objects, const std::string& key) {
  return arrow::Status::Invalid(
      "This server ignores the conditions of writes (If-Match, If-None-Match), so two people applying at once would "
      "lose "
      "one's changes. Keep the registry on a server that heeds them, or accept the risk with "
      "`allow_unconditional_writes: true` under `registry` in feature_store.yaml. Registry: ",
      objects.Uri(key), ", endpoint ", objects.custom_endpoint());
}

/// Whether a write that must not happen is refused. One that happens all the same is undone.
arrow::Result<bool> IsRefused(ObjectStore& objects, const std::string& probe, const WriteCondition& condition) {
  auto written = objects.Put(probe, kRefusedText, condition);
  if (!written.ok()) {
    return written.status().WithMessage("Cannot find out whether this server heeds the conditions of writes: ",
                                        written.status().message());
  }
  if (!written->conflict) ARROW_UNUSED(objects.Delete(probe));
  return written->conflict;
}

arrow::Result<bool> HeedsConditions(ObjectStore& objects, const std::string& key, bool registry_exists) {
  const std::string probe = key + ".probe-" + NewUuid();
  if (registry_exists) {
    // Nothing is there, so it cannot have this version: a good server writes nothing.
    const bool is_gcs = objects.Uri(key).starts_with("gs://");
    return IsRefused(objects, probe, WriteCondition::Version(is_gcs ? kNoSuchGeneration : kNoSuchEtag));
  }
  ARROW_ASSIGN_OR_RAISE(const WrittenObject first, objects.Put(probe, kFirstText, WriteCondition::Absent()));
  if (first.conflict) return true;
  ARROW_ASSIGN_OR_RAISE(const bool refused, IsRefused(objects, probe, WriteCondition::Absent()));
  // Who may write but not delete leaves it there: no reason to fail.
  if (refused) ARROW_UNUSED(objects.Delete(probe));
  return refused;
}

}  // namespace

arrow::Status CheckWriteConditions(ObjectStore& objects, const std::string& key, bool registry_exists) {
  static std::mutex mutex;
  static std::set<std::pair<std::string, bool>> good;
  if (objects.custom_endpoint().empty()) return arrow::Status::OK();
  const std::pair<std::string, bool> checked(objects.custom_endpoint() + " " + objects.Uri(""), registry_exists);
  {
    const std::lock_guard lock(mutex);
    if (good.contains(checked)) return arrow::Status::OK();
  }
  // Without the lock: two threads may probe at once, each with an object of its own. Only a good answer is remembered,
  // since a server may be mended.
  ARROW_ASSIGN_OR_RAISE(const bool heeds, HeedsConditions(objects, key, registry_exists));
  if (!heeds) return Ignored(objects, key);
  const std::lock_guard lock(mutex);
  good.insert(checked);
  return arrow::Status::OK();
}

}  // namespace feast
