#include "plan/renames.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "definitions/proto.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "plan/stored_forms.h"

namespace feast {

namespace {

using google::protobuf::Message;

/// The file's name alone: a source whose file moved to another folder is the same source.
void KeepFileNameOnly(core::DataSource* source) {
  source->clear_name();
  if (!source->has_file_options()) return;
  const std::string uri = source->file_options().uri();
  const size_t slash = uri.rfind('/');
  if (slash != std::string::npos) source->mutable_file_options()->set_uri(uri.substr(slash + 1));
}

/// When a source was made is no part of what it is, also inside views.
void ClearTimesOfSources(Message* message) {
  const auto* reflection = message->GetReflection();
  if (message->GetDescriptor() == core::DataSource::descriptor()) static_cast<core::DataSource*>(message)->clear_meta();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(*message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      ClearTimesOfSources(reflection->MutableMessage(message, field));
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(*message, field); ++i) {
      ClearTimesOfSources(reflection->MutableRepeatedMessage(message, field, i));
    }
  }
}

/// An object's bytes without its name and what merely describes it.
std::string ContentOf(ObjectKind kind, const Message& stored) {
  std::unique_ptr<Message> copy(stored.New());
  copy->CopyFrom(stored);
  Message* described = copy.get();
  if (const auto* spec = copy->GetDescriptor()->FindFieldByName("spec")) {
    described = copy->GetReflection()->MutableMessage(copy.get(), spec);
  }
  // An on-demand view's function has the view's name in its text.
  for (const char* name : {"name", "description", "tags", "owner", "user_defined_function"}) {
    if (const auto* field = described->GetDescriptor()->FindFieldByName(name)) {
      described->GetReflection()->ClearField(described, field);
    }
  }
  if (kind == ObjectKind::kOnDemandFeatureView) {
    static_cast<core::OnDemandFeatureView*>(copy.get())->mutable_spec()->clear_feature_transformation();
  }
  if (const auto* meta = copy->GetDescriptor()->FindFieldByName("meta")) {
    copy->GetReflection()->ClearField(copy.get(), meta);
  }
  ClearTimesOfSources(copy.get());
  if (kind == ObjectKind::kDataSource) KeepFileNameOnly(static_cast<core::DataSource*>(copy.get()));
  return ToBytes(*copy);
}

struct Feature {
  std::string name;
  int type = 0;
};

std::vector<Feature> FeaturesOf(const Message& view) {
  std::vector<Feature> features;
  const auto* spec_field = view.GetDescriptor()->FindFieldByName("spec");
  const Message& spec = view.GetReflection()->GetMessage(view, spec_field);
  const auto* field = spec.GetDescriptor()->FindFieldByName("features");
  for (int i = 0; i < spec.GetReflection()->FieldSize(spec, field); ++i) {
    const auto& feature =
        static_cast<const core::FeatureSpecV2&>(spec.GetReflection()->GetRepeatedMessage(spec, field, i));
    features.push_back({feature.name(), feature.value_type()});
  }
  return features;
}

}  // namespace

void SuggestRenames(PlannedApply* planned) {
  std::multimap<std::pair<ObjectKind, std::string>, std::string> deleted;
  const std::string& project = planned->plan.project;
  for (const auto& object : planned->objects) {
    if (object.action != Action::kDelete) continue;
    deleted.emplace(std::pair(object.kind, ContentOf(object.kind, *NormalForm(object.kind, *object.base, project))),
                    object.name);
  }
  if (deleted.empty()) return;
  std::map<std::pair<ObjectKind, std::string>, std::string> looks_like;
  for (const auto& object : planned->objects) {
    if (object.action != Action::kCreate || object.derived) continue;
    const auto [first, last] = deleted.equal_range({object.kind, ContentOf(object.kind, *object.desired)});
    // Of several that were deleted with this content none is the likelier: nothing is said. It is a hint, and the plan
    // still deletes one object and creates another.
    if (first != last && std::next(first) == last) looks_like[{object.kind, object.name}] = first->second;
  }
  for (auto& change : planned->plan.changes) {
    const auto found = looks_like.find({change.kind, change.name});
    if (change.action == Action::kCreate && found != looks_like.end()) change.looks_like = found->second;
  }
}

std::string RenamedFeature(const Message& before, const Message& after, const std::string& feature) {
  const auto old_features = FeaturesOf(before), new_features = FeaturesOf(after);
  std::set<std::string> old_names;
  for (const auto& its : old_features) old_names.insert(its.name);
  size_t position = old_features.size();
  for (size_t i = 0; i < old_features.size(); ++i) {
    if (old_features[i].name == feature) position = i;
  }
  if (position == old_features.size()) return {};
  // A feature of another type is no renamed one: it would break its users by its type alone.
  const int type = old_features[position].type;
  std::vector<std::string> added;
  for (const auto& its : new_features) {
    if (its.type == type && old_names.count(its.name) == 0) added.push_back(its.name);
  }
  // The only new feature of that type. Otherwise the one that took its place, if that is new.
  if (added.size() == 1) return added.front();
  if (position >= new_features.size() || new_features[position].type != type) return {};
  const std::string& there = new_features[position].name;
  return old_names.count(there) == 0 ? there : std::string();
}

}  // namespace feast
