#include "plan/resolve/known_objects.h"

#include <utility>

#include "feast/errors.h"
#include "text/did_you_mean.h"

namespace feast {

namespace {

template <typename Objects>
std::vector<std::string> NamesOf(const Objects& objects) {
  std::vector<std::string> names;
  for (const auto& [name, object] : objects) names.push_back(name);
  return names;
}

void Append(std::vector<std::string>* to, std::vector<std::string> more) {
  to->insert(to->end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

KnownObjects::KnownObjects(const Snapshot* registered, std::string project, bool may_be_missing)
    : registered_(registered), project_(std::move(project)), may_be_missing_(may_be_missing) {}

arrow::Result<std::shared_ptr<const Entity>> KnownObjects::FindEntity(const std::string& name,
                                                                      const std::string& user) const {
  const auto found = entities_.find(name);
  if (found != entities_.end()) return found->second;
  std::vector<std::string> candidates = NamesOf(entities_);
  if (registered_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(auto entity, registered_->GetEntity(project_, name));
    if (entity != nullptr) return entity;
    Append(&candidates, registered_->Names(ObjectKind::kEntity, project_));
  }
  if (may_be_missing_) return nullptr;
  return NamedError("EntityNotFoundException", user + " uses entity '" + name + "', which is not defined." +
                                                   DidYouMean(name, candidates) +
                                                   " Define it in the feature repo, or apply it along");
}

arrow::Result<std::shared_ptr<const BaseFeatureView>> KnownObjects::FindView(const std::string& name,
                                                                             const std::string& user) const {
  const auto found = views_.find(name);
  if (found != views_.end()) return found->second;
  std::vector<std::string> candidates = NamesOf(views_);
  if (registered_ != nullptr) {
    ARROW_ASSIGN_OR_RAISE(const auto view, registered_->GetFeatureView(project_, name));
    if (view != nullptr) return view;
    ARROW_ASSIGN_OR_RAISE(const auto on_demand, registered_->GetOnDemandFeatureView(project_, name));
    if (on_demand != nullptr) return on_demand;
    ARROW_ASSIGN_OR_RAISE(const auto stream, registered_->GetStreamFeatureView(project_, name));
    if (stream != nullptr) return stream;
    for (const auto kind :
         {ObjectKind::kFeatureView, ObjectKind::kOnDemandFeatureView, ObjectKind::kStreamFeatureView}) {
      Append(&candidates, registered_->Names(kind, project_));
    }
  }
  if (may_be_missing_) return nullptr;
  return NamedError("FeatureViewNotFoundException", user + " uses feature view '" + name + "', which is not defined." +
                                                        DidYouMean(name, candidates) +
                                                        " Define it in the feature repo, or apply it along");
}

}  // namespace feast
