// Definitions to and from their wire form, the messages of proto/feast/core.
//
// ToProto writes what Feast writes; FromProto(ToProto(x)) equals x. Nothing here runs or unpickles a function body.
#pragma once

#include <memory>
#include <string>

#include "arrow/result.h"
#include "feast/core/Registry.pb.h"
#include "feast/definitions.h"

namespace feast {

core::Entity ToProto(const Entity& entity, const std::string& project = {});
core::DataSource ToProto(const DataSource& source, const std::string& project = {});
/// Plain and batch views.
core::FeatureView ToProto(const FeatureView& view, const std::string& project = {});
core::StreamFeatureView ToProto(const StreamFeatureView& view, const std::string& project = {});
core::OnDemandFeatureView ToProto(const OnDemandFeatureView& view, const std::string& project = {});
core::FeatureViewProjection ToProto(const FeatureViewProjection& projection);
core::FeatureService ToProto(const FeatureService& service, const std::string& project = {});
core::Project ToProto(const Project& project);
core::SavedDataset ToProto(const SavedDataset& dataset, const std::string& project = {});
core::FeatureSpecV2 ToProto(const Field& field);

Entity FromProto(const core::Entity& proto);
/// Invalid for a source whose options do not fit its type.
arrow::Result<std::shared_ptr<DataSource>> FromProto(const core::DataSource& proto);
arrow::Result<std::shared_ptr<FeatureView>> FromProto(const core::FeatureView& proto);
arrow::Result<std::shared_ptr<StreamFeatureView>> FromProto(const core::StreamFeatureView& proto);
arrow::Result<std::shared_ptr<OnDemandFeatureView>> FromProto(const core::OnDemandFeatureView& proto);
FeatureViewProjection FromProto(const core::FeatureViewProjection& proto);
FeatureService FromProto(const core::FeatureService& proto);
Project FromProto(const core::Project& proto);
arrow::Result<SavedDataset> FromProto(const core::SavedDataset& proto);
Field FromProto(const core::FeatureSpecV2& proto);

/// The object's message, of the class of its kind, in `project`.
std::unique_ptr<google::protobuf::Message> CarriedMessage(const CarriedObject& object, const std::string& project);
/// From protobuf JSON. Invalid for JSON that is no message of that kind.
arrow::Result<CarriedObject> CarriedFromJson(CarriedObject::Kind kind, const std::string& json);
CarriedObject FromProto(const core::LabelView& proto);
CarriedObject FromProto(const core::Permission& proto);
CarriedObject FromProto(const core::ValidationReference& proto);

/// A transformation as it is stored: name, source text and mode. Applying it is Invalid until src/transform gives it a
/// way to run ("function X exists only in the registry …").
class StoredTransformation : public Transformation {
 public:
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> Apply(
      const std::shared_ptr<arrow::RecordBatch>& input) const override;
};

/// The object's protobuf JSON (camelCase names), indented by two spaces: what `repr` and `describe` show.
std::string ToJson(const google::protobuf::Message& message);

/// The message's bytes with its maps sorted: equal messages give equal bytes within one build of this library.
std::string ToBytes(const google::protobuf::Message& message);

/// A whole set of definitions as one registry message of `project`, and back. The way definitions travel between
/// the process that evaluates a feature repo and the one that plans.
core::Registry ToProto(const Definitions& definitions, const std::string& project);
arrow::Result<Definitions> FromProto(const core::Registry& registry, const std::string& project);
/// The same for listings: an object that cannot be read goes to `unreadable` and does not stand in the others' way.
Definitions ReadableFromProto(const core::Registry& registry, const std::string& project);

}  // namespace feast
