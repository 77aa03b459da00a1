#include "wanted_views.h"

#include <algorithm>
#include <utility>

#include "definitions/definition_copies.h"
#include "retrieval/requested_views.h"

namespace feast::python {

namespace {

using Views = std::vector<std::shared_ptr<FeatureView>>;

/// Whether `views` has the one that `projection` is of, with its join keys; with its name too where that matters.
bool Has(const Views& views, const FeatureViewProjection& projection, bool by_name) {
  return std::any_of(views.begin(), views.end(), [&](const auto& view) {
    return view->name == projection.name && view->projection.join_key_map == projection.join_key_map &&
           (!by_name || view->projection.name_to_use() == projection.name_to_use());
  });
}

void Add(const BaseFeatureView& view, const FeatureViewProjection& projection, Views* views) {
  const auto* feature_view = dynamic_cast<const FeatureView*>(&view);
  if (!feature_view) return;
  auto wanted = OwnCopyOf(*feature_view);
  wanted->projection = ProjectionOf(*feature_view);
  wanted->projection.name_alias = projection.name_alias;
  wanted->projection.join_key_map = projection.join_key_map;
  views->push_back(std::move(wanted));
}

}  // namespace

arrow::Result<Views> WantedViews(const HistoricalRequest& request, const Snapshot& snapshot,
                                 const std::string& project) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<RequestedView> requested, FindRequestedViews(request, snapshot, project));
  Views views;
  for (const RequestedView& wanted : requested) {
    if (!Has(views, wanted.projection, /*by_name=*/true)) Add(*wanted.view, wanted.projection, &views);
  }
  for (const RequestedView& wanted : requested) {
    const auto* on_demand = dynamic_cast<const OnDemandFeatureView*>(wanted.view.get());
    if (!on_demand) continue;
    for (const auto& [name, source] : on_demand->sources) {
      const auto* projection = std::get_if<FeatureViewProjection>(&source);
      if (!projection || Has(views, *projection, /*by_name=*/false)) continue;
      ARROW_ASSIGN_OR_RAISE(const auto input, FindAnyView(snapshot, project, projection->name));
      Add(*input, *projection, &views);
    }
  }
  return views;
}

}  // namespace feast::python
