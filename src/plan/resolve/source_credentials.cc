#include "plan/resolve/source_credentials.h"

#include <map>
#include <memory>
#include <utility>

#include "definitions/definition_copies.h"
#include "definitions/proto.h"
#include "definitions/redacted_message.h"
#include "plan/resolve/unique_definitions.h"
#include "text/redaction.h"

namespace feast {

namespace {

using Source = std::shared_ptr<DataSource>;

void LeaveOut(DataSource* source) {
  source->name = WithoutUrlCredentials(source->name);
  if (source->kind() == DataSource::Kind::kFile) {
    auto& file = static_cast<FileSource&>(*source);
    file.path = WithoutUrlCredentials(file.path);
    file.s3_endpoint_override = WithoutUrlCredentials(file.s3_endpoint_override);
  } else if (source->kind() == DataSource::Kind::kSpark) {
    auto& files = static_cast<SparkSource&>(*source);
    files.path = WithoutUrlCredentials(files.path);
  }
}

Source* BatchSourceIn(DataSource* source) {
  switch (source->kind()) {
    case DataSource::Kind::kKafka:
      return &static_cast<KafkaSource&>(*source).batch_source;
    case DataSource::Kind::kKinesis:
      return &static_cast<KinesisSource&>(*source).batch_source;
    case DataSource::Kind::kPush:
      return &static_cast<PushSource&>(*source).batch_source;
    default:
      return nullptr;
  }
}

class Sources {
 public:
  Sources(bool leave_out, std::vector<std::string>* warnings) : leave_out_(leave_out), warnings_(warnings) {}

  /// The source itself or its copy without credentials.
  arrow::Result<Source> Settle(const Source& source) {
    if (!source) return source;
    const auto known = settled_.find(source.get());
    if (known != settled_.end()) return known->second;
    Source settled = source;
    const std::string field = FieldWithSecretUrl(ToProto(*source));
    if (!field.empty()) {
      settled = CopyOf(*source);
      if (leave_out_) LeaveOut(settled.get());
      if (Source* batch = BatchSourceIn(settled.get())) {
        ARROW_ASSIGN_OR_RAISE(*batch, Settle(*batch));
      }
      if (!FieldWithSecretUrl(ToProto(*settled)).empty()) return Refuse(*source, field);
      warnings_->push_back("Data source '" + settled->name + "'" + DefinedAt(source->origin) +
                           " has credentials in its path. They were left out of the registry, and the source is read "
                           "with the credentials of whoever reads it");
    }
    settled_[source.get()] = settled;
    return settled;
  }

 private:
  static arrow::Status Refuse(const DataSource& source, const std::string& field) {
    return arrow::Status::Invalid("Data source '", Redacted(source.name), "'", DefinedAt(source.origin),
                                  " has a password or key in its ", field,
                                  ", which everyone who reads the registry would see. Leave it out: credentials come "
                                  "from the environment of whoever reads the source");
  }

  bool leave_out_;
  std::vector<std::string>* warnings_;
  std::map<const DataSource*, Source> settled_;
};

}  // namespace

arrow::Result<Definitions> WithoutSourceCredentials(const Definitions& definitions, bool leave_out,
                                                    std::vector<std::string>* warnings) {
  Definitions settled = definitions;
  Sources sources(leave_out, warnings);
  for (auto& source : settled.data_sources) {
    ARROW_ASSIGN_OR_RAISE(source, sources.Settle(source));
  }
  for (auto& view : settled.feature_views) {
    ARROW_ASSIGN_OR_RAISE(const Source batch, sources.Settle(view->batch_source));
    ARROW_ASSIGN_OR_RAISE(const Source stream, sources.Settle(view->stream_source));
    if (batch == view->batch_source && stream == view->stream_source) continue;
    view = CopyOf(*view);
    view->batch_source = batch;
    view->stream_source = stream;
  }
  return settled;
}

}  // namespace feast
