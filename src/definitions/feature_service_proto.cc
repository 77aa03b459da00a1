// Feature services and the projections that they, and on-demand feature views, are made of.
#include "definitions/wire_values.h"

namespace feast {

core::FeatureViewProjection ToProto(const FeatureViewProjection& projection) {
  core::FeatureViewProjection wire;
  wire.set_feature_view_name(projection.name);
  wire.set_feature_view_name_alias(projection.name_alias);
  PutFields(projection.features, wire.mutable_feature_columns());
  PutMap(projection.join_key_map, wire.mutable_join_key_map());
  wire.set_timestamp_field(projection.timestamp_field);
  wire.set_date_partition_column(projection.date_partition_column);
  wire.set_created_timestamp_column(projection.created_timestamp_column);
  if (projection.batch_source != nullptr) *wire.mutable_batch_source() = ToProto(*projection.batch_source);
  if (projection.version_tag) wire.set_version_tag(*projection.version_tag);
  wire.set_view_type(projection.view_type);
  return wire;
}

FeatureViewProjection FromProto(const core::FeatureViewProjection& proto) {
  FeatureViewProjection projection;
  projection.name = proto.feature_view_name();
  projection.name_alias = proto.feature_view_name_alias();
  projection.features = TakeFields(proto.feature_columns());
  projection.join_key_map = TakeMap(proto.join_key_map());
  projection.timestamp_field = proto.timestamp_field();
  projection.date_partition_column = proto.date_partition_column();
  projection.created_timestamp_column = proto.created_timestamp_column();
  // The source is that of the view, which says better what is wrong with it.
  auto source = TakeSource(proto.has_batch_source(), proto.batch_source());
  if (source.ok()) projection.batch_source = *std::move(source);
  if (proto.has_version_tag()) projection.version_tag = proto.version_tag();
  projection.view_type = proto.view_type();
  return projection;
}

core::FeatureService ToProto(const FeatureService& service, const std::string& project) {
  core::FeatureService wire;
  core::FeatureServiceSpec* spec = wire.mutable_spec();
  spec->set_name(service.name);
  spec->set_project(project);
  for (const FeatureViewProjection& projection : service.features) *spec->add_features() = ToProto(projection);
  PutMap(service.tags, spec->mutable_tags());
  spec->set_description(service.description);
  spec->set_owner(service.owner);
  if (service.logging_config && !spec->mutable_logging_config()->ParseFromString(service.logging_config->serialized)) {
    spec->clear_logging_config();
  }
  spec->set_precompute_online(service.precompute_online);
  PutTimes(service, wire.mutable_meta());
  return wire;
}

FeatureService FromProto(const core::FeatureService& proto) {
  const core::FeatureServiceSpec& spec = proto.spec();
  FeatureService service;
  service.name = spec.name();
  for (const core::FeatureViewProjection& projection : spec.features()) {
    service.features.push_back(FromProto(projection));
  }
  service.tags = TakeMap(spec.tags());
  service.description = spec.description();
  service.owner = spec.owner();
  if (spec.has_logging_config()) service.logging_config = LoggingConfig{ToBytes(spec.logging_config())};
  service.precompute_online = spec.precompute_online();
  TakeTimes(proto.meta(), &service);
  return service;
}

}  // namespace feast
