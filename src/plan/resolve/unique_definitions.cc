#include "plan/resolve/unique_definitions.h"

#include <memory>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "definitions/proto.h"
#include "feast/errors.h"
#include "plan/compare_stored.h"

namespace feast {

namespace {

std::string KindName(const BaseFeatureView& view) {
  switch (view.kind()) {
    case BaseFeatureView::Kind::kFeatureView:
      return "feature view";
    case BaseFeatureView::Kind::kBatch:
      return "batch feature view";
    case BaseFeatureView::Kind::kStream:
      return "stream feature view";
    case BaseFeatureView::Kind::kOnDemand:
      break;
  }
  return "on demand feature view";
}

std::string_view ClassName(const BaseFeatureView& view) {
  switch (view.kind()) {
    case BaseFeatureView::Kind::kFeatureView:
      return "FeatureView";
    case BaseFeatureView::Kind::kBatch:
      return "BatchFeatureView";
    case BaseFeatureView::Kind::kStream:
      return "StreamFeatureView";
    case BaseFeatureView::Kind::kOnDemand:
      break;
  }
  return "OnDemandFeatureView";
}

arrow::Status TwoOfOneName(const std::string& error_class, const std::string& kind, const std::string& name,
                           const Origin& first, const Origin& second) {
  // Feast's words, which programs look for.
  std::string message = error_class == "DataSourceRepeatNamesException"
                            ? "Multiple data sources share the same case-insensitive name '" + name + "' and differ"
                            : "Two " + kind + " definitions named '" + name + "' differ";
  const std::string a = first.ToString(), b = second.ToString();
  if (!a.empty() && !b.empty()) message += ": at " + a + " and at " + b;
  message += ". Rename one of them";
  if (error_class.empty()) return arrow::Status::Invalid(message);
  return NamedError(error_class, message);
}

/// In Feast's words.
arrow::Status TwoViewsOfOneName(const BaseFeatureView& first, const BaseFeatureView& second) {
  const std::string a = first.origin.ToString(), b = second.origin.ToString();
  return NamedError("ConflictingFeatureViewNames",
                    "Multiple " + std::string(ClassName(second)) + "s with name '" + second.name +
                        "' found. Feature view names must be case-insensitively unique. " +
                        (a.empty() || b.empty() ? "R" : "They are at " + a + " and at " + b + "; r") +
                        "ename one of them, or leave a file out by .feastignore");
}

/// Whether these are one definition, in a file that was loaded twice. A copy of it elsewhere is another, as in Feast.
bool AreOneDefinition(const Origin& a, const Origin& b) { return a.ToString() == b.ToString(); }

/// Objects of one kind, in order, those of one name merged when their stored forms are equal.
template <typename Object, typename Store>
class Unique {
 public:
  Unique(std::string kind, std::string error_class, bool fold_case, Store store)
      : kind_(std::move(kind)), error_class_(std::move(error_class)), fold_case_(fold_case), store_(std::move(store)) {}

  arrow::Status Add(const std::shared_ptr<Object>& object) {
    if (object->name.empty()) {
      return arrow::Status::Invalid("A ", kind_, " has no name", DefinedAt(object->origin),
                                    ". Give it one: name=\"…\"");
    }
    const std::string key = fold_case_ ? FoldCase(object->name) : object->name;
    const auto [found, added] = by_name_.try_emplace(key, object);
    if (added) {
      objects_.push_back(object);
      return arrow::Status::OK();
    }
    // The same object given twice, or two that would be stored alike, are one.
    const auto& known = found->second;
    if (known == object) return arrow::Status::OK();
    const bool is_equal = known->name == object->name && SameButMeta(store_(*known), store_(*object));
    if constexpr (std::is_base_of_v<BaseFeatureView, Object>) {
      const bool is_one = is_equal && AreOneDefinition(known->origin, object->origin);
      return is_one ? arrow::Status::OK() : TwoViewsOfOneName(*known, *object);
    } else {
      return is_equal ? arrow::Status::OK()
                      : TwoOfOneName(error_class_, kind_, object->name, known->origin, object->origin);
    }
  }

  std::vector<std::shared_ptr<Object>> Take() { return std::move(objects_); }

 private:
  std::string kind_, error_class_;
  bool fold_case_;
  Store store_;
  std::vector<std::shared_ptr<Object>> objects_;
  std::unordered_map<std::string, std::shared_ptr<Object>> by_name_;
};

template <typename Sources>
arrow::Status AddSource(const std::shared_ptr<DataSource>& source, Sources* sources) {
  if (!source) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(sources->Add(source));
  const auto batch = BatchSourceOf(source);
  return batch != source ? AddSource(batch, sources) : arrow::Status::OK();
}

/// Views of all kinds share one namespace.
class ViewNames {
 public:
  arrow::Status Add(const BaseFeatureView& view) {
    if (view.name.find_first_of("@:") != std::string::npos) {
      return arrow::Status::Invalid("The name of a feature view cannot contain '@' or ':', which references use",
                                    DefinedAt(view.origin), ". Rename feature view '", view.name, "'");
    }
    const auto [found, added] = views_.try_emplace(FoldCase(view.name), &view);
    if (added) return arrow::Status::OK();
    const BaseFeatureView& known = *found->second;
    if (known.kind() == view.kind() && known.name == view.name) return arrow::Status::OK();
    return NamedError(
        "ConflictingFeatureViewNames",
        "The name '" + view.name + "' is used twice: by the " + KindName(known) + " '" + known.name + "'" +
            DefinedAt(known.origin) + " and by the " + KindName(view) + " '" + view.name + "'" +
            DefinedAt(view.origin) +
            ". Feature view names must be case-insensitively unique across all kinds; rename one of them");
  }

 private:
  std::unordered_map<std::string, const BaseFeatureView*> views_;
};

}  // namespace

std::string DefinedAt(const Origin& origin) {
  const std::string place = origin.ToString();
  return place.empty() ? place : " (" + place + ")";
}

std::string QuotedList(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += "'" + names[i] + "'";
  }
  return text.empty() ? "none" : text;
}

std::string FoldCase(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

arrow::Result<Definitions> WithUniqueNames(const Definitions& definitions) {
  const auto store = [](const auto& object) { return ToProto(object); };
  // A message that holds a view of either kind, so that both compare alike.
  const auto store_view = [](const FeatureView& view) {
    core::Registry holder;
    if (view.kind() == BaseFeatureView::Kind::kStream) {
      *holder.add_stream_feature_views() = ToProto(static_cast<const StreamFeatureView&>(view));
    } else {
      *holder.add_feature_views() = ToProto(view);
    }
    return holder;
  };

  ViewNames names;
  for (const auto& view : definitions.feature_views) ARROW_RETURN_NOT_OK(names.Add(*view));
  for (const auto& view : definitions.on_demand_feature_views) ARROW_RETURN_NOT_OK(names.Add(*view));

  Unique<Entity, decltype(store)> entities("entity", "", false, store);
  for (const auto& entity : definitions.entities) ARROW_RETURN_NOT_OK(entities.Add(entity));
  Unique<FeatureView, decltype(store_view)> views("feature view", "", true, store_view);
  for (const auto& view : definitions.feature_views) ARROW_RETURN_NOT_OK(views.Add(view));
  Unique<OnDemandFeatureView, decltype(store)> on_demand("on demand feature view", "", true, store);
  for (const auto& view : definitions.on_demand_feature_views) ARROW_RETURN_NOT_OK(on_demand.Add(view));
  Unique<FeatureService, decltype(store)> services("feature service", "", false, store);
  for (const auto& service : definitions.feature_services) ARROW_RETURN_NOT_OK(services.Add(service));
  Unique<SavedDataset, decltype(store)> datasets("saved dataset", "", false, store);
  for (const auto& dataset : definitions.saved_datasets) ARROW_RETURN_NOT_OK(datasets.Add(dataset));

  std::vector<std::shared_ptr<CarriedObject>> carried;
  for (const auto& object : definitions.carried_objects) {
    const auto same = std::find_if(carried.begin(), carried.end(), [&](const auto& other) {
      return other->kind == object->kind && other->name == object->name;
    });
    if (same == carried.end()) {
      carried.push_back(object);
    } else if ((*same)->serialized != object->serialized) {
      return arrow::Status::Invalid("Two objects of one kind have the name '", object->name, "'. Rename one of them");
    }
  }

  Unique<DataSource, decltype(store)> sources("data source", "DataSourceRepeatNamesException", true, store);
  for (const auto& source : definitions.data_sources) ARROW_RETURN_NOT_OK(AddSource(source, &sources));
  for (const auto& view : definitions.feature_views) {
    ARROW_RETURN_NOT_OK(AddSource(view->stream_source, &sources));
    ARROW_RETURN_NOT_OK(AddSource(view->batch_source, &sources));
  }
  for (const auto& view : definitions.on_demand_feature_views) {
    for (const auto& [name, source] : view->sources) {
      if (const auto* request = std::get_if<std::shared_ptr<RequestSource>>(&source)) {
        ARROW_RETURN_NOT_OK(AddSource(*request, &sources));
      }
    }
  }

  Definitions unique;
  unique.project = definitions.project;
  unique.entities = entities.Take();
  unique.data_sources = sources.Take();
  unique.feature_views = views.Take();
  unique.on_demand_feature_views = on_demand.Take();
  unique.feature_services = services.Take();
  unique.saved_datasets = datasets.Take();
  unique.carried_objects = carried;
  return unique;
}

}  // namespace feast
