#include <algorithm>

#include "definitions/view_proto.h"

namespace feast {
namespace {

bool IsEntityColumn(const StreamFeatureView& view, const Field& field) {
  return std::any_of(view.entity_columns.begin(), view.entity_columns.end(),
                     [&](const Field& column) { return column.name == field.name; });
}

// Feast writes the function twice, the second time without its mode.
void PutFunction(const Transformation& transformation, core::StreamFeatureViewSpec* spec) {
  *spec->mutable_feature_transformation() = TransformationToWire(transformation);
  if (!spec->feature_transformation().has_user_defined_function()) return;
  spec->mutable_feature_transformation()->mutable_user_defined_function()->clear_mode();
  core::UserDefinedFunction* function = spec->mutable_user_defined_function();
  function->set_name(transformation.name);
  function->set_body(transformation.pickled_body);
  function->set_body_text(transformation.source_text);
}

core::FeatureTransformationV2 FunctionOf(const core::StreamFeatureViewSpec& spec) {
  core::FeatureTransformationV2 wire = spec.feature_transformation();
  if (spec.has_user_defined_function() && !wire.has_user_defined_function()) {
    wire.mutable_user_defined_function()->set_name(spec.user_defined_function().name());
    wire.mutable_user_defined_function()->set_body(spec.user_defined_function().body());
    wire.mutable_user_defined_function()->set_body_text(spec.user_defined_function().body_text());
  }
  return wire;
}

}  // namespace

core::StreamFeatureView ToProto(const StreamFeatureView& view, const std::string& project) {
  core::StreamFeatureView wire;
  core::StreamFeatureViewSpec* spec = wire.mutable_spec();
  PutSourcedView(view, project, spec, wire.mutable_meta());
  // Unlike other views, a stream view lists its join keys among its features too.
  PutFields(view.entity_columns, spec->mutable_features());
  for (const Field& feature : view.features) {
    if (!IsEntityColumn(view, feature)) *spec->add_features() = ToProto(feature);
  }
  if (view.transformation != nullptr) PutFunction(*view.transformation, spec);
  PutAggregations(view.aggregations, spec->mutable_aggregations());
  spec->set_timestamp_field(view.timestamp_field);
  spec->set_enable_tiling(view.enable_tiling);
  if (view.tiling_hop_size) *spec->mutable_tiling_hop_size() = ToWire(*view.tiling_hop_size);
  return wire;
}

arrow::Result<std::shared_ptr<StreamFeatureView>> FromProto(const core::StreamFeatureView& proto) {
  const core::StreamFeatureViewSpec& spec = proto.spec();
  auto view = std::make_shared<StreamFeatureView>();
  ARROW_RETURN_NOT_OK(TakeSourcedView(spec, proto.meta(), view.get()));
  std::erase_if(view->features, [&](const Field& feature) { return IsEntityColumn(*view, feature); });
  view->transformation = TransformationFromWire(FunctionOf(spec), spec.mode());
  view->aggregations = TakeAggregations(spec.aggregations());
  view->timestamp_field = spec.timestamp_field();
  view->enable_tiling = spec.enable_tiling();
  if (spec.has_tiling_hop_size()) view->tiling_hop_size = FromWire(spec.tiling_hop_size());
  view->projection = ProjectionOf(*view);
  return view;
}

}  // namespace feast
