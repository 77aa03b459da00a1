// Where raw feature rows live: files, warehouse tables, streams, pushes and the request itself.
//
// A data source only describes; reading it is the offline store's work. Sources are shared between the views that use
// them, hence held by shared_ptr; they are not changed after they are given to a view.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feast/export.h"
#include "feast/types.h"

namespace FEAST_EXPORT feast {

/// What every source has. `kind()` says which subclass it is.
class DataSource {
 public:
  enum class Kind {
    kFile,
    kBigQuery,
    kSnowflake,
    kRedshift,
    kSpark,
    kTrino,
    kAthena,
    kPostgres,
    kKafka,
    kKinesis,
    kPush,
    kRequest,
    kCustom,
  };

  virtual ~DataSource() = default;
  Kind kind() const { return kind_; }
  /// "FileSource", "BigQuerySource", …
  std::string_view class_name() const;

  /// Unique within a project; when the user gives none, the path, table or query.
  std::string name;
  /// Column with the event time of a row; required by everything but request and push sources.
  std::string timestamp_field;
  /// Column with the time a row was written; breaks ties between rows of one key and event time. "" for none.
  std::string created_timestamp_column;
  std::string date_partition_column;
  std::string timestamp_field_type;
  /// From the column's name in the source to the name used by feature views.
  std::map<std::string, std::string> field_mapping;
  std::string description;
  Tags tags;
  std::string owner;
  Timestamp created_timestamp{};
  Timestamp last_updated_timestamp{};
  Origin origin;

 protected:
  explicit DataSource(Kind kind) : kind_(kind) {}

 private:
  Kind kind_;
};

/// How a FileSource's bytes are laid out. Text is recognised by the path's extension (.csv) unless said otherwise.
enum class FileFormat { kParquet, kDelta, kCsv };

/// Files on a local path or any Arrow file-system URI: one file, a folder, a glob or a hive-partitioned tree.
class FileSource : public DataSource {
 public:
  FileSource() : DataSource(Kind::kFile) {}
  /// Relative paths are taken from the feature repo of whoever reads.
  std::string path;
  std::optional<FileFormat> format;
  /// Endpoint of an S3-compatible server for s3:// paths; "" for the default.
  std::string s3_endpoint_override;
};

class BigQuerySource : public DataSource {
 public:
  BigQuerySource() : DataSource(Kind::kBigQuery) {}
  std::string table, query;
};

class SnowflakeSource : public DataSource {
 public:
  SnowflakeSource() : DataSource(Kind::kSnowflake) {}
  std::string database, schema, table, query, warehouse;
};

class RedshiftSource : public DataSource {
 public:
  RedshiftSource() : DataSource(Kind::kRedshift) {}
  std::string database, schema, table, query;
};

class SparkSource : public DataSource {
 public:
  SparkSource() : DataSource(Kind::kSpark) {}
  std::string table, query, path, file_format, date_partition_column_format;
  /// A serialized feast.core.TableFormat (Iceberg, Delta, …), carried along; "" for none.
  std::string table_format;
};

class TrinoSource : public DataSource {
 public:
  TrinoSource() : DataSource(Kind::kTrino) {}
  std::string table, query;
};

class AthenaSource : public DataSource {
 public:
  AthenaSource() : DataSource(Kind::kAthena) {}
  std::string table, query, database, data_source;
};

class PostgreSQLSource : public DataSource {
 public:
  PostgreSQLSource() : DataSource(Kind::kPostgres) {}
  std::string table, query;
};

/// How a message of a stream is encoded.
struct StreamFormat {
  enum class Kind { kNone, kAvro, kProto, kJson };
  Kind kind = Kind::kNone;
  /// The Avro or JSON schema, or the class path of the protobuf message.
  std::string definition;
  bool operator==(const StreamFormat&) const = default;
};

class KafkaSource : public DataSource {
 public:
  KafkaSource() : DataSource(Kind::kKafka) {}
  std::string bootstrap_servers, topic;
  StreamFormat message_format;
  std::optional<std::chrono::microseconds> watermark_delay_threshold;
  std::shared_ptr<DataSource> batch_source;
};

class KinesisSource : public DataSource {
 public:
  KinesisSource() : DataSource(Kind::kKinesis) {}
  std::string region, stream_name;
  StreamFormat record_format;
  std::shared_ptr<DataSource> batch_source;
};

/// Rows arrive through `push`; history is read from the batch source.
class PushSource : public DataSource {
 public:
  PushSource() : DataSource(Kind::kPush) {}
  std::shared_ptr<DataSource> batch_source;
};

/// Values that come with the request (the entity frame, or the online request).
class RequestSource : public DataSource {
 public:
  RequestSource() : DataSource(Kind::kRequest) {}
  std::vector<Field> schema;
};

/// A source of a class this library does not know; kept so that a plug-in can rebuild it.
class CustomSource : public DataSource {
 public:
  CustomSource() : DataSource(Kind::kCustom) {}
  /// Dotted Python class.
  std::string class_type;
  std::string configuration;
};

/// The source that holds a view's history: the source itself, or the batch source behind a stream or push source.
/// nullptr when a push source has none.
std::shared_ptr<DataSource> BatchSourceOf(const std::shared_ptr<DataSource>& source);

}  // namespace feast
