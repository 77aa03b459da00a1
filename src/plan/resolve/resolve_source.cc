#include "plan/resolve/resolve_source.h"

#include <utility>

#include "arrow/type.h"
#include "definitions/definition_copies.h"
#include "feast/errors.h"
#include "plan/resolve/unique_definitions.h"

namespace feast {

namespace {

arrow::Result<std::shared_ptr<DataSource>> WithTimestampField(const std::shared_ptr<DataSource>& source,
                                                              const SourceSchemas& schemas) {
  if (!source->timestamp_field.empty()) return source;
  ARROW_ASSIGN_OR_RAISE(const auto schema, schemas.Of(*source));
  if (!schema) return source;
  std::vector<std::string> candidates;
  for (const auto& field : schema->fields()) {
    if (field->type()->id() == arrow::Type::TIMESTAMP && field->name() != source->created_timestamp_column) {
      candidates.push_back(field->name());
    }
  }
  if (candidates.size() != 1) {
    return NamedError("RegistryInferenceFailure",
                      "Data source '" + source->name + "'" + DefinedAt(source->origin) +
                          " declares no timestamp_field, and none can be inferred: it has " +
                          (candidates.empty() ? "no column of a timestamp type"
                                              : "several columns of a timestamp type, " + QuotedList(candidates)) +
                          ". Say which column has the event time: timestamp_field=\"…\"");
  }
  auto resolved = CopyOf(*source);
  resolved->timestamp_field = candidates.front();
  return resolved;
}

/// A copy of a stream or push source over the resolved batch source, when that is another object now.
template <typename Source>
std::shared_ptr<DataSource> OverBatchSource(const DataSource& source, const std::shared_ptr<DataSource>& batch) {
  auto copy = std::make_shared<Source>(static_cast<const Source&>(source));
  copy->batch_source = batch;
  if (copy->timestamp_field.empty()) copy->timestamp_field = batch->timestamp_field;
  return copy;
}

std::shared_ptr<DataSource> OverBatchSource(const std::shared_ptr<DataSource>& source,
                                            const std::shared_ptr<DataSource>& batch) {
  if (source->kind() == DataSource::Kind::kKafka) return OverBatchSource<KafkaSource>(*source, batch);
  if (source->kind() == DataSource::Kind::kKinesis) return OverBatchSource<KinesisSource>(*source, batch);
  return OverBatchSource<PushSource>(*source, batch);
}

}  // namespace

bool IsBatchSource(const DataSource& source) {
  switch (source.kind()) {
    case DataSource::Kind::kKafka:
    case DataSource::Kind::kKinesis:
    case DataSource::Kind::kPush:
    case DataSource::Kind::kRequest:
      return false;
    default:
      return true;
  }
}

arrow::Result<ResolvedSources> ResolvedSources::Make(const std::vector<std::shared_ptr<DataSource>>& sources,
                                                     const SourceSchemas& schemas) {
  ResolvedSources resolved;
  for (const auto& source : sources) {
    if (!IsBatchSource(*source)) continue;
    ARROW_ASSIGN_OR_RAISE(resolved.by_name_[source->name], WithTimestampField(source, schemas));
  }
  for (const auto& source : sources) {
    if (IsBatchSource(*source)) continue;
    const auto batch = BatchSourceOf(source);
    const auto resolved_batch = batch && batch != source ? resolved.Of(batch) : nullptr;
    resolved.by_name_[source->name] =
        resolved_batch && resolved_batch != batch ? OverBatchSource(source, resolved_batch) : source;
  }
  for (const auto& source : sources) resolved.all_.push_back(resolved.by_name_.at(source->name));
  return resolved;
}

std::shared_ptr<DataSource> ResolvedSources::Of(const std::shared_ptr<DataSource>& source) const {
  if (!source) return nullptr;
  const auto found = by_name_.find(source->name);
  return found == by_name_.end() ? source : found->second;
}

}  // namespace feast
