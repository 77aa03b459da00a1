#include <algorithm>
#include <chrono>
#include <utility>

#include "definitions/proto.h"
#include "definitions/wire_values.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/time_util.h"
#include "online/online_store.h"
#include "plan/compare_stored.h"
#include "plan/infra_changes.h"
#include "plan/planner.h"
#include "plan/stored_forms.h"
#include "registry/registry_id.h"
#include "registry/registry_objects.h"

namespace feast {

namespace {

using google::protobuf::Message;

constexpr size_t kFieldsShownMax = 3;
constexpr size_t kCommitDigitsShown = 10;
/// How far back the history is searched for who made a conflicting change.
constexpr int64_t kRecordsSearchedMax = 20;

/// In whole microseconds, as Python's clock has them.
google::protobuf::Timestamp Now() {
  return ToWire(std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
}

/// Times, materialized windows and versions stay those of the stored object, but for the time of the update.
void SetMeta(const Message* stored, const google::protobuf::Timestamp& now, Message* object) {
  const auto* field = object->GetDescriptor()->FindFieldByName("meta");
  if (field == nullptr) return;
  Message* meta = object->GetReflection()->MutableMessage(object, field);
  const auto* created = meta->GetDescriptor()->FindFieldByName("created_timestamp");
  const auto* updated = meta->GetDescriptor()->FindFieldByName("last_updated_timestamp");
  if (stored != nullptr) meta->CopyFrom(stored->GetReflection()->GetMessage(*stored, field));
  const auto* reflection = meta->GetReflection();
  if (stored == nullptr || !reflection->HasField(*meta, created))
    reflection->MutableMessage(meta, created)->CopyFrom(now);
  reflection->MutableMessage(meta, updated)->CopyFrom(now);
}

std::string Described(const std::vector<FieldChange>& fields) {
  std::string text;
  for (size_t i = 0; i < fields.size() && i < kFieldsShownMax; ++i) {
    text += (i == 0 ? "" : "; ") + fields[i].path + ": '" + fields[i].before + "' -> '" + fields[i].after + "'";
  }
  if (fields.size() > kFieldsShownMax) text += "; and " + std::to_string(fields.size() - kFieldsShownMax) + " more";
  return text.empty() ? "derived fields" : text;
}

/// An object as the history's records name it.
std::string Named(ObjectKind kind, const std::string& name) { return std::string(ObjectKindName(kind)) + " " + name; }

/// One run of a plan's edits on one version of the registry.
/// It may happen several times, each on a newer registry. It looks at nothing but the plan and the registry it is
/// given, and what it changes is thrown away when the commit is refused.
class Rebase {
 public:
  /// `history`: where to look up who made a conflicting change; nullptr when none is kept.
  Rebase(const PlannedApply& planned, core::Registry* registry, History* history)
      : planned_(planned),
        project_(planned.plan.project),
        registry_(registry),
        history_(history),
        editor_(registry),
        now_(Now()) {}

  /// Whether anything changed.
  arrow::Result<bool> Run() {
    // What was reviewed is what this version becomes, not what another would.
    if (planned_.pinned && registry_->version_id() != planned_.base_version) {
      return arrow::Status::Invalid("The registry has changed since this plan was made (version ",
                                    planned_.base_version.empty() ? "none" : planned_.base_version, " then, ",
                                    registry_->version_id().empty() ? "none" : registry_->version_id(),
                                    " now); nothing was changed. Make a new plan and have that reviewed");
    }
    for (const auto& object : planned_.objects) ARROW_RETURN_NOT_OK(Edit(object));
    if (!planned_.infra.empty() || !planned_.infra_to_remove.empty()) {
      changed_ |= RecordInfra(planned_, registry_->mutable_infra());
    }
    if (changed_) EnsureProjectMetadata();
    return changed_;
  }

 private:
  arrow::Status Edit(const PlannedObject& object) {
    const Message* stored = editor_.Find(object.kind, project_, object.name);
    // The object is as the plan found it, whatever else the registry has become. Times and materialized windows do not
    // count: a materialization in between is no conflict.
    const bool as_planned =
        object.base == nullptr ? stored == nullptr : stored != nullptr && SameButMeta(*stored, *object.base);
    if (!as_planned) {
      // Someone else got there first. If they made the same change, well and good.
      const bool done =
          object.desired == nullptr
              ? stored == nullptr
              : stored != nullptr && SameButMeta(*NormalForm(object.kind, *stored, project_), *object.desired);
      // Derived objects follow from others, whose conflicts are told.
      if (done || object.derived) return arrow::Status::OK();
      return Conflict(object, stored);
    }
    changed_ = true;
    if (object.action == Action::kDelete) {
      editor_.Remove(object.kind, project_, object.name);
      return arrow::Status::OK();
    }
    std::unique_ptr<Message> message(object.desired->New());
    message->CopyFrom(*object.desired);
    // What the stored object has that this program does not know, and what was added to it since, goes on.
    if (stored != nullptr) KeepUnmodelled(*stored, *NormalForm(object.kind, *stored, project_), message.get());
    SetMeta(stored, now_, message.get());
    editor_.Put(object.kind, project_, object.name, *message);
    return arrow::Status::OK();
  }

  arrow::Status Conflict(const PlannedObject& object, const Message* stored) const {
    const auto side = [&](const Message* after) -> std::string {
      if (after == nullptr) return "deletes it";
      if (object.base == nullptr) return "creates it";
      return "changes " + Described(CompareStored(*object.base, *after));
    };
    std::string theirs = side(stored), ours = side(object.desired.get());
    if (object.base == nullptr && stored != nullptr && object.desired != nullptr) {
      ours += " with other values (theirs -> ours: " + Described(CompareStored(*stored, *object.desired)) + ")";
    }
    return arrow::Status::Invalid("Conflict: two applies change the ", ObjectKindName(object.kind), " '", object.name,
                                  "' of project '", project_, "'. The other, committed since this plan was made",
                                  CommittedBy(object), CommittedWhen(stored), ", ", theirs, "; this one ", ours,
                                  ". Nothing of this apply was registered. Settle which is right, then apply again");
  }

  /// " by octocat with 'feast apply', commit 0123456789"; "" when the history does not tell. The registry itself keeps
  /// no author.
  std::string CommittedBy(const PlannedObject& object) const {
    if (history_ == nullptr) return {};
    const auto log = history_->Log(registry_->version_id(), kRecordsSearchedMax);
    // What went wrong with the history is not what went wrong with the apply.
    if (!log.ok()) return {};
    const std::string what = Named(object.kind, object.name);
    for (const auto& record : *log) {
      if (record.id == planned_.base_version) break;
      const auto concerns = [&](const std::string& change) {
        return change.ends_with(" " + what) || change.find(" " + what + " (") != std::string::npos;
      };
      const auto& changes = record.entry.changes;
      if (record.entry.project != project_ || std::none_of(changes.begin(), changes.end(), concerns)) continue;
      return " by " + record.actor + " with '" + record.entry.command + "'" +
             (record.commit.empty() ? "" : ", commit " + record.commit.substr(0, kCommitDigitsShown)) +
             (record.run.empty() ? "" : ", run " + record.run);
    }
    return {};
  }

  /// When the other side's change was made, and what the registry is now.
  std::string CommittedWhen(const Message* stored) const {
    google::protobuf::Timestamp time = registry_->last_updated();
    const auto* field = stored == nullptr ? nullptr : stored->GetDescriptor()->FindFieldByName("meta");
    if (field != nullptr) {
      const Message& meta = stored->GetReflection()->GetMessage(*stored, field);
      const auto* updated = meta.GetDescriptor()->FindFieldByName("last_updated_timestamp");
      if (meta.GetReflection()->HasField(meta, updated)) {
        time.CopyFrom(meta.GetReflection()->GetMessage(meta, updated));
      }
    }
    return " (at " + google::protobuf::util::TimeUtil::ToString(time) + "; the registry is now at version " +
           registry_->version_id() + ")";
  }

  void EnsureProjectMetadata() {
    for (const auto& metadata : registry_->project_metadata()) {
      if (metadata.project() == project_) return;
    }
    auto* metadata = registry_->add_project_metadata();
    metadata->set_project(project_);
    metadata->set_project_uuid(NewUuid());
  }

  const PlannedApply& planned_;
  const std::string& project_;
  core::Registry* registry_;
  History* history_;
  RegistryEditor editor_;
  google::protobuf::Timestamp now_;
  bool changed_ = false;
};

void Describe(const Plan& plan, HistoryEntry* entry) {
  entry->project = plan.project;
  entry->summary = plan.Summary();
  for (const auto& change : plan.changes) {
    const char* action = change.action == Action::kCreate   ? "create "
                         : change.action == Action::kUpdate ? "update "
                                                            : "delete ";
    std::string line = action + Named(change.kind, change.name);
    if (change.severity != Severity::kSafe) line += " (" + std::string(SeverityName(change.severity)) + ")";
    entry->changes.push_back(std::move(line));
  }
}

/// What is asked of the online store, but for what it is to remove.
OnlineUpdate UpdateOf(const PlannedApply& planned) {
  OnlineUpdate update{.keep = planned.views_to_keep, .partial = planned.partial};
  update.entities_to_keep = planned.resolved.entities;
  for (const auto& object : planned.objects) {
    if (object.action != Action::kDelete || object.kind != ObjectKind::kEntity) continue;
    update.entities_to_remove.push_back(
        std::make_shared<Entity>(FromProto(static_cast<const core::Entity&>(*object.base))));
  }
  return update;
}

}  // namespace

// The steps, and what a crash between two of them leaves:
// 1. Online tables are made or given new columns. A crash leaves tables that no registered view has; the next apply
//    finds them there.
// 2. The registry is committed: all of the plan or nothing.
// 3. Tables of deleted views are dropped. A crash leaves them behind, with nothing that leads to them; so does a
//    failure, which is a warning, for the apply has been done.
arrow::Status CommitPlan(const PlannedApply& planned, Registry& registry, OnlineStore* online, HistoryEntry entry,
                         std::vector<std::string>* warnings) {
  ARROW_RETURN_NOT_OK(registry.CheckWritable());
  if (planned.pinned) {
    // Before the tables are touched; the commit itself asks again.
    ARROW_ASSIGN_OR_RAISE(const auto current, registry.Current(/*allow_cache=*/false));
    // An empty registry with the id alone: Run compares ids before it looks at anything else, and fails.
    core::Registry version;
    version.set_version_id(current->registry().version_id());
    if (version.version_id() != planned.base_version)
      return Rebase(planned, &version, registry.history()).Run().status();
  }
  // Tables first: whoever sees a new view in the registry finds its table. Old tables go last, for the same reason.
  OnlineUpdate update = UpdateOf(planned);
  if (online != nullptr) ARROW_RETURN_NOT_OK(online->Update(update, CallContext::OfThread()));
  if (!planned.plan.empty()) {
    Describe(planned.plan, &entry);
    const auto change = [&](core::Registry& edited) { return Rebase(planned, &edited, registry.history()).Run(); };
    ARROW_RETURN_NOT_OK(registry.Commit(change, std::move(entry)));
  }
  if (online == nullptr || planned.views_to_remove.empty()) return arrow::Status::OK();
  update.remove = planned.views_to_remove;
  const arrow::Status removed = online->Update(update, CallContext::OfThread());
  if (!removed.ok() && warnings != nullptr) {
    std::string views;
    for (const auto& view : planned.views_to_remove) views += (views.empty() ? "'" : ", '") + view->name + "'";
    warnings->push_back("The registry is updated, but the online tables of deleted views are left, of " + views + ": " +
                        removed.message());
  }
  return arrow::Status::OK();
}

}  // namespace feast
