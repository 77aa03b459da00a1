// Plain and batch feature views. Both are FeatureView messages: one with a transformation is a batch view.
#include "arrow/status.h"
#include "definitions/view_proto.h"

namespace feast {
namespace {

// Deeper than anyone derives views from views; a registry that nests further is broken or hostile.
constexpr int kDerivationsMax = 32;

arrow::Result<std::shared_ptr<FeatureView>> FromSpec(const core::FeatureViewSpec& spec,
                                                     const core::FeatureViewMeta& meta, int depth) {
  if (depth > kDerivationsMax) {
    return arrow::Status::Invalid("Feature view '", spec.name(), "' in the registry is derived from other views over ",
                                  kDerivationsMax, " times. Apply it again with fewer");
  }
  std::shared_ptr<Transformation> transformation = TransformationFromWire(spec.feature_transformation(), spec.mode());
  auto view = transformation == nullptr ? std::make_shared<FeatureView>() : std::make_shared<BatchFeatureView>();
  ARROW_RETURN_NOT_OK(TakeSourcedView(spec, meta, view.get()));
  view->offline = spec.offline();
  view->transformation = std::move(transformation);
  for (const core::FeatureViewSpec& source_view : spec.source_views()) {
    ARROW_ASSIGN_OR_RAISE(auto source, FromSpec(source_view, {}, depth + 1));
    view->source_views.push_back(std::move(source));
  }
  view->projection = ProjectionOf(*view);
  return view;
}

}  // namespace

core::FeatureView ToProto(const FeatureView& view, const std::string& project) {
  core::FeatureView wire;
  core::FeatureViewSpec* spec = wire.mutable_spec();
  PutSourcedView(view, project, spec, wire.mutable_meta());
  PutFields(view.features, spec->mutable_features());
  spec->set_offline(view.offline);
  for (const auto& source_view : view.source_views) *spec->add_source_views() = ToProto(*source_view).spec();
  if (view.transformation != nullptr) {
    *spec->mutable_feature_transformation() = TransformationToWire(*view.transformation);
  }
  return wire;
}

arrow::Result<std::shared_ptr<FeatureView>> FromProto(const core::FeatureView& proto) {
  return FromSpec(proto.spec(), proto.meta(), 0);
}

}  // namespace feast
