#include "catalog/search.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <tuple>
#include <utility>
#include <vector>

#include "catalog/tagged_objects.h"
#include "plan/dependencies.h"
#include "registry/registry_objects.h"

namespace feast {

namespace {

/// Where a word is found; better first.
enum class Place { kName, kFeature, kTag, kOwner, kDescription, kNowhere };

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream stream(Lower(text));
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// What is said about an object, in lower case but for what is shown.
struct Described {
  ObjectKind kind;
  std::string name, description, owner;
  Tags tags;
  /// Name as shown, and all that is said about it.
  std::vector<std::pair<std::string, std::string>> features;
};

template <typename Map>
std::string TagsText(const Map& tags) {
  std::string text;
  for (const auto& [key, value] : tags) text.append(key).append(":").append(value).append("\n");
  return text;
}

template <typename Spec>
Described DescribedBy(ObjectKind kind, const Spec& spec) {
  Described object{kind, spec.name(), "", "", Tags(spec.tags().begin(), spec.tags().end()), {}};
  if constexpr (requires { spec.description(); }) object.description = spec.description();
  if constexpr (requires { spec.owner(); }) object.owner = spec.owner();
  if constexpr (requires { spec.features(0).feature_columns(); }) {
    for (const auto& projection : spec.features()) {
      for (const auto& feature : projection.feature_columns()) {
        object.features.emplace_back(projection.feature_view_name() + ":" + feature.name(), Lower(feature.name()));
      }
    }
  } else if constexpr (requires { spec.features(0).name(); }) {
    for (const auto& feature : spec.features()) {
      object.features.emplace_back(
          feature.name(), Lower(feature.name() + "\n" + feature.description() + "\n" + TagsText(feature.tags())));
    }
  } else if constexpr (requires { spec.features(); }) {
    for (const auto& reference : spec.features()) object.features.emplace_back(reference, Lower(reference));
  }
  return object;
}

Place PlaceOf(const std::string& word, const Described& object) {
  const auto has = [&](const std::string& text) { return text.find(word) != std::string::npos; };
  if (has(Lower(object.name))) return Place::kName;
  if (std::any_of(object.features.begin(), object.features.end(), [&](const auto& one) { return has(one.second); })) {
    return Place::kFeature;
  }
  if (has(Lower(TagsText(object.tags)))) return Place::kTag;
  if (has(Lower(object.owner))) return Place::kOwner;
  return has(Lower(object.description)) ? Place::kDescription : Place::kNowhere;
}

std::set<ObjectId> UsersOf(const Described& object, const Dependencies& dependencies) {
  switch (object.kind) {
    case ObjectKind::kDataSource:
      return dependencies.UsersOfSource(object.name);
    case ObjectKind::kEntity:
      return dependencies.UsersOfEntity(object.name);
    case ObjectKind::kFeatureView:
    case ObjectKind::kOnDemandFeatureView:
    case ObjectKind::kStreamFeatureView:
      return dependencies.UsersOfView(object.name, "");
    // It is one.
    case ObjectKind::kFeatureService:
      return {{object.kind, object.name}};
    default:
      return {};
  }
}

struct Match {
  bool is_named_so;
  int64_t services;
  Place place;
  ListedObject listed;

  auto Rank() const { return std::make_tuple(!is_named_so, -services, place); }
};

Match MatchOf(const Described& object, Place place, const std::vector<std::string>& words,
              const Dependencies& dependencies) {
  const std::set<ObjectId> users = UsersOf(object, dependencies);
  const int64_t services = std::count_if(
      users.begin(), users.end(), [](const ObjectId& user) { return user.first == ObjectKind::kFeatureService; });
  std::vector<std::string> features;
  std::string shown;
  for (const auto& [name, text] : object.features) {
    if (words.empty() || std::none_of(words.begin(), words.end(), [&text = text](const std::string& word) {
          return text.find(word) != std::string::npos;
        })) {
      continue;
    }
    features.push_back(name);
    shown += (shown.empty() ? "" : ", ") + name;
  }
  const std::string kind(ObjectKindName(object.kind));
  const bool is_named_so = words.size() == 1 && Lower(object.name) == words[0];
  return {is_named_so,
          services,
          place,
          {{kind, object.name, shown, std::to_string(services), object.description},
           {{"kind", kind},
            {"name", object.name},
            {"description", object.description},
            {"owner", object.owner},
            {"tags", TagsJson(object.tags)},
            {"features", features},
            {"services", services}}}};
}

template <typename Visit>
void ForEachDescribed(const Catalog& catalog, const SearchQuery& query, Visit&& visit) {
  const core::Registry& registry = catalog.snapshot().registry();
  const auto each = [&](ObjectKind kind, const auto& messages) {
    if (!query.kinds.empty() && query.kinds.count(kind) == 0) return;
    ForEachTagged(messages, catalog.project(), query.tags, [&](const auto& message) {
      if (SpecOf(message).name() != kDummyEntityName) visit(DescribedBy(kind, SpecOf(message)));
    });
  };
  each(ObjectKind::kDataSource, registry.data_sources());
  each(ObjectKind::kEntity, registry.entities());
  each(ObjectKind::kFeatureView, registry.feature_views());
  each(ObjectKind::kOnDemandFeatureView, registry.on_demand_feature_views());
  each(ObjectKind::kStreamFeatureView, registry.stream_feature_views());
  each(ObjectKind::kFeatureService, registry.feature_services());
  each(ObjectKind::kSavedDataset, registry.saved_datasets());
}

Dependencies DependenciesOf(const Catalog& catalog) {
  Dependencies dependencies;
  ForEachObject(catalog.snapshot().registry(),
                [&](ObjectKind kind, const std::string& project, const std::string& name, const auto& stored) {
                  if (project == catalog.project()) dependencies.Add(kind, name, stored);
                });
  return dependencies;
}

}  // namespace

Listing Search(const Catalog& catalog, const SearchQuery& query) {
  const std::vector<std::string> words = Words(query.words);
  const Dependencies dependencies = DependenciesOf(catalog);
  std::vector<Match> matches;
  ForEachDescribed(catalog, query, [&](const Described& object) {
    // Of the places of several words the worst.
    Place place = Place::kName;
    for (const std::string& word : words) place = std::max(place, PlaceOf(word, object));
    if (place != Place::kNowhere) matches.push_back(MatchOf(object, place, words, dependencies));
  });
  std::stable_sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) { return a.Rank() < b.Rank(); });
  if (matches.size() > query.results_max) matches.resize(query.results_max);
  Listing listing{{"KIND", "NAME", "FEATURES", "SERVICES", "DESCRIPTION"}, {}};
  for (Match& match : matches) listing.objects.push_back(std::move(match.listed));
  return listing;
}

}  // namespace feast
