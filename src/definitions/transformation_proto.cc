#include "arrow/record_batch.h"
#include "arrow/status.h"
#include "definitions/wire_values.h"

namespace feast {

arrow::Result<std::shared_ptr<arrow::RecordBatch>> StoredTransformation::Apply(
    const std::shared_ptr<arrow::RecordBatch>&) const {
  return arrow::Status::Invalid(
      "Function '", name,
      "' exists only in the registry and was not loaded. Run from a feature repo that defines it, or "
      "set trust_registry_code: true in feature_store.yaml");
}

core::FeatureTransformationV2 TransformationToWire(const Transformation& transformation) {
  core::FeatureTransformationV2 wire;
  if (transformation.mode == "substrait") {
    auto* substrait = wire.mutable_substrait_transformation();
    substrait->set_substrait_plan(transformation.substrait_plan);
    substrait->set_ibis_function(transformation.pickled_body);
    return wire;
  }
  auto* function = wire.mutable_user_defined_function();
  function->set_name(transformation.name);
  function->set_body(transformation.pickled_body);
  function->set_body_text(transformation.source_text);
  function->set_mode(transformation.mode);
  return wire;
}

std::shared_ptr<Transformation> TransformationFromWire(const core::FeatureTransformationV2& wire,
                                                       const std::string& mode) {
  auto transformation = std::make_shared<StoredTransformation>();
  if (wire.has_substrait_transformation()) {
    transformation->mode = "substrait";
    transformation->substrait_plan = wire.substrait_transformation().substrait_plan();
    transformation->pickled_body = wire.substrait_transformation().ibis_function();
    return transformation;
  }
  if (!wire.has_user_defined_function()) return nullptr;
  const core::UserDefinedFunctionV2& function = wire.user_defined_function();
  transformation->name = function.name();
  transformation->pickled_body = function.body();
  transformation->source_text = function.body_text();
  transformation->mode = function.mode().empty() ? mode : function.mode();
  return transformation;
}

}  // namespace feast
