// Parts that many wire messages share: times, spans, labels, fields, creation times.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "definitions/proto.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/map.h"
#include "google/protobuf/timestamp.pb.h"

namespace feast {

google::protobuf::Timestamp ToWire(Timestamp time);
Timestamp FromWire(const google::protobuf::Timestamp& time);

google::protobuf::Duration ToWire(std::chrono::microseconds span);
std::chrono::microseconds FromWire(const google::protobuf::Duration& span);

using WireMap = google::protobuf::Map<std::string, std::string>;
void PutMap(const std::map<std::string, std::string>& from, WireMap* to);
std::map<std::string, std::string> TakeMap(const WireMap& from);

using WireFields = google::protobuf::RepeatedPtrField<core::FeatureSpecV2>;
void PutFields(const std::vector<Field>& from, WireFields* to);
std::vector<Field> TakeFields(const WireFields& from);

using WireAggregations = google::protobuf::RepeatedPtrField<core::Aggregation>;
void PutAggregations(const std::vector<Aggregation>& from, WireAggregations* to);
std::vector<Aggregation> TakeAggregations(const WireAggregations& from);

template <typename Strings>
std::vector<std::string> TakeStrings(const Strings& from) {
  return std::vector<std::string>(from.begin(), from.end());
}

/// Creation and update time of any object that has them; a time that is not set is absent on the wire.
template <typename Object, typename Meta>
void PutTimes(const Object& object, Meta* meta) {
  if (object.created_timestamp != Timestamp{}) *meta->mutable_created_timestamp() = ToWire(object.created_timestamp);
  if (object.last_updated_timestamp != Timestamp{}) {
    *meta->mutable_last_updated_timestamp() = ToWire(object.last_updated_timestamp);
  }
}

template <typename Meta, typename Object>
void TakeTimes(const Meta& meta, Object* object) {
  object->created_timestamp = FromWire(meta.created_timestamp());
  object->last_updated_timestamp = FromWire(meta.last_updated_timestamp());
}

/// A source inside a view: as ToProto writes it, with its Python class named.
core::DataSource EmbeddedSource(const DataSource& source);

/// Nothing for an absent message.
arrow::Result<std::shared_ptr<DataSource>> TakeSource(bool present, const core::DataSource& source);

/// The dotted class by which Feast finds the Python class of a source.
std::string PythonClass(const DataSource& source);

core::FeatureTransformationV2 TransformationToWire(const Transformation& transformation);
/// nullptr when the message holds no transformation. `mode` where the function itself names none.
std::shared_ptr<Transformation> TransformationFromWire(const core::FeatureTransformationV2& wire,
                                                       const std::string& mode);

/// `{"a": "b", …}` exactly as Python's json.dumps writes it, in the order given. Values are strings.
std::string PythonJsonObject(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace feast
