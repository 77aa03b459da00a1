#include "definitions/definition_copies.h"

namespace feast {

namespace {

template <typename Source>
std::shared_ptr<DataSource> CopyAs(const DataSource& source) {
  return std::make_shared<Source>(static_cast<const Source&>(source));
}

}  // namespace

std::shared_ptr<DataSource> CopyOf(const DataSource& source) {
  switch (source.kind()) {
    case DataSource::Kind::kFile:
      return CopyAs<FileSource>(source);
    case DataSource::Kind::kBigQuery:
      return CopyAs<BigQuerySource>(source);
    case DataSource::Kind::kSnowflake:
      return CopyAs<SnowflakeSource>(source);
    case DataSource::Kind::kRedshift:
      return CopyAs<RedshiftSource>(source);
    case DataSource::Kind::kSpark:
      return CopyAs<SparkSource>(source);
    case DataSource::Kind::kTrino:
      return CopyAs<TrinoSource>(source);
    case DataSource::Kind::kAthena:
      return CopyAs<AthenaSource>(source);
    case DataSource::Kind::kPostgres:
      return CopyAs<PostgreSQLSource>(source);
    case DataSource::Kind::kKafka:
      return CopyAs<KafkaSource>(source);
    case DataSource::Kind::kKinesis:
      return CopyAs<KinesisSource>(source);
    case DataSource::Kind::kPush:
      return CopyAs<PushSource>(source);
    case DataSource::Kind::kRequest:
      return CopyAs<RequestSource>(source);
    case DataSource::Kind::kCustom:
      return CopyAs<CustomSource>(source);
  }
  return nullptr;
}

std::shared_ptr<FeatureView> CopyOf(const FeatureView& view) {
  switch (view.kind()) {
    case BaseFeatureView::Kind::kBatch:
      return std::make_shared<BatchFeatureView>(static_cast<const BatchFeatureView&>(view));
    case BaseFeatureView::Kind::kStream:
      return std::make_shared<StreamFeatureView>(static_cast<const StreamFeatureView&>(view));
    case BaseFeatureView::Kind::kFeatureView:
    case BaseFeatureView::Kind::kOnDemand:
      break;
  }
  return std::make_shared<FeatureView>(view);
}

}  // namespace feast
