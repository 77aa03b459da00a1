#include <map>

#include "arrow/status.h"
#include "definitions/view_proto.h"

namespace feast {
namespace {

core::OnDemandSource SourceToWire(const OnDemandFeatureView::Source& source) {
  core::OnDemandSource wire;
  if (const auto* projection = std::get_if<FeatureViewProjection>(&source)) {
    *wire.mutable_feature_view_projection() = ToProto(*projection);
  } else {
    *wire.mutable_request_data_source() =
        ToProto(static_cast<const DataSource&>(*std::get<std::shared_ptr<RequestSource>>(source)));
  }
  return wire;
}

arrow::Result<OnDemandFeatureView::Source> SourceFromWire(const core::OnDemandSource& wire, const std::string& name,
                                                          const std::string& view) {
  if (wire.has_feature_view_projection()) return FromProto(wire.feature_view_projection());
  if (wire.has_feature_view()) {
    // Old registries hold the whole view.
    ARROW_ASSIGN_OR_RAISE(auto source_view, FromProto(wire.feature_view()));
    return ProjectionOf(*source_view);
  }
  if (wire.has_request_data_source()) {
    ARROW_ASSIGN_OR_RAISE(auto source, FromProto(wire.request_data_source()));
    if (auto request = std::dynamic_pointer_cast<RequestSource>(source)) return request;
  }
  return arrow::Status::Invalid("On-demand feature view '", view, "' in the registry: its source '", name,
                                "' is neither a feature view nor request data. Apply the view again");
}

// The function, from where older versions kept it if need be.
core::FeatureTransformationV2 FunctionOf(const core::OnDemandFeatureViewSpec& spec) {
  core::FeatureTransformationV2 wire = spec.feature_transformation();
  const bool stored = wire.has_substrait_transformation() || !wire.user_defined_function().body_text().empty() ||
                      !wire.user_defined_function().body().empty();
  if (!stored && spec.has_user_defined_function()) {
    wire.mutable_user_defined_function()->set_name(spec.user_defined_function().name());
    wire.mutable_user_defined_function()->set_body(spec.user_defined_function().body());
    wire.mutable_user_defined_function()->set_body_text(spec.user_defined_function().body_text());
  }
  return wire;
}

}  // namespace

core::OnDemandFeatureView ToProto(const OnDemandFeatureView& view, const std::string& project) {
  core::OnDemandFeatureView wire;
  core::OnDemandFeatureViewSpec* spec = wire.mutable_spec();
  PutView(view, project, spec, wire.mutable_meta());
  PutFields(view.features, spec->mutable_features());
  for (const auto& [name, source] : view.sources) (*spec->mutable_sources())[name] = SourceToWire(source);
  if (view.transformation != nullptr) {
    *spec->mutable_feature_transformation() = TransformationToWire(*view.transformation);
  }
  spec->set_mode(view.mode);
  spec->set_write_to_online_store(view.write_to_online_store);
  spec->set_singleton(view.singleton);
  for (const std::string& entity : view.entities) spec->add_entities(entity);
  PutFields(view.entity_columns, spec->mutable_entity_columns());
  PutAggregations(view.aggregations, spec->mutable_aggregations());
  return wire;
}

arrow::Result<std::shared_ptr<OnDemandFeatureView>> FromProto(const core::OnDemandFeatureView& proto) {
  const core::OnDemandFeatureViewSpec& spec = proto.spec();
  auto view = std::make_shared<OnDemandFeatureView>();
  TakeView(spec, proto.meta(), view.get());
  // The order in which they were declared is not on the wire; by name, so that it is at least always the same.
  const std::map<std::string, core::OnDemandSource> sources(spec.sources().begin(), spec.sources().end());
  for (const auto& [name, source] : sources) {
    ARROW_ASSIGN_OR_RAISE(auto taken, SourceFromWire(source, name, spec.name()));
    view->sources.emplace_back(name, std::move(taken));
  }
  if (!spec.mode().empty()) view->mode = spec.mode();
  view->transformation = TransformationFromWire(FunctionOf(spec), view->mode);
  view->write_to_online_store = spec.write_to_online_store();
  view->singleton = spec.singleton();
  view->entities = TakeStrings(spec.entities());
  view->entity_columns = TakeFields(spec.entity_columns());
  view->aggregations = TakeAggregations(spec.aggregations());
  view->projection = ProjectionOf(*view);
  return view;
}

}  // namespace feast
