#include "feast/definitions.h"

namespace feast {

bool FeatureViewProjection::operator==(const FeatureViewProjection& other) const {
  return name == other.name && name_alias == other.name_alias && features == other.features &&
         join_key_map == other.join_key_map && version_tag == other.version_tag;
}

FeatureViewProjection ProjectionOf(const BaseFeatureView& view) {
  FeatureViewProjection projection;
  projection.name = view.name;
  projection.features = view.features;
  if (view.kind() == BaseFeatureView::Kind::kOnDemand) return projection;
  const auto& source = static_cast<const FeatureView&>(view).batch_source;
  if (source != nullptr) {
    // Feast stores the created timestamp's column in both fields.
    projection.timestamp_field = source->created_timestamp_column;
    projection.created_timestamp_column = source->created_timestamp_column;
    projection.date_partition_column = source->date_partition_column;
    projection.batch_source = source;
  }
  return projection;
}

}  // namespace feast
