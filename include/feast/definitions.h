// What a user declares: entities, feature views, on-demand feature views, feature services, projects and saved
// datasets.
//
// These are plain values. A `Definitions` is everything one feature repo (or one call of FeatureStore::Apply) declares.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "feast/data_source.h"
#include "feast/export.h"
#include "feast/transformation.h"
#include "feast/types.h"

namespace FEAST_EXPORT feast {

/// What features are looked up by: a driver, a customer.
struct Entity {
  std::string name;
  /// The column that identifies it in sources and entity rows; "" means the name.
  std::string join_key;
  ValueType value_type = ValueType::kInvalid;
  std::string description;
  Tags tags;
  std::string owner;
  Timestamp created_timestamp{};
  Timestamp last_updated_timestamp{};
  Origin origin;
};

/// The entity of views without entities; stored in every registry, never shown.
inline constexpr const char* kDummyEntityName = "__dummy";
inline constexpr const char* kDummyEntityJoinKey = "__dummy_id";

/// A selection of a view's features, possibly under another name and with renamed join keys.
struct FeatureViewProjection {
  /// Name of the view.
  std::string name;
  /// The name results use; "" for the view's own.
  std::string name_alias;
  /// Features selected; empty means all of the view's features, resolved when applied.
  std::vector<Field> features;
  /// From the view's join key to the column of the entity rows that holds it.
  std::map<std::string, std::string> join_key_map;
  /// The snapshot of the view that is meant (`view@v2`); unset for the current one.
  std::optional<int> version_tag;

  /// What Feast stores about the view beside the selection; ProjectionOf fills it.
  std::string timestamp_field, date_partition_column, created_timestamp_column;
  std::shared_ptr<DataSource> batch_source;
  std::string view_type = "featureView";

  const std::string& name_to_use() const { return name_alias.empty() ? name : name_alias; }
  /// Whether both select the same; what is merely stored beside the selection does not count.
  bool operator==(const FeatureViewProjection& other) const;
};

/// How far a feature view has come, as newer versions of Feast record it; carried along.
enum class FeatureViewState : int {
  kUnspecified = 0,
  kCreated = 1,
  kGenerated = 2,
  kMaterializing = 3,
  kAvailable = 4
};

/// What all kinds of feature views share. They live in one namespace, compared without regard to case.
class BaseFeatureView {
 public:
  enum class Kind { kFeatureView, kBatch, kStream, kOnDemand };

  virtual ~BaseFeatureView() = default;
  Kind kind() const { return kind_; }

  std::string name;
  std::vector<Field> features;
  std::string description;
  Tags tags;
  std::string owner;
  std::string org;
  std::string version = "latest";
  bool enabled = true;
  /// What `view[["a"]]`, with_name and with_join_key_map changed on a copy of the view.
  FeatureViewProjection projection;
  /// Written by the registry: the number of this definition in the view's history, its unique id, and its state.
  int current_version_number = 0;
  std::string version_id;
  FeatureViewState state = FeatureViewState::kUnspecified;
  Timestamp created_timestamp{};
  Timestamp last_updated_timestamp{};
  Origin origin;

 protected:
  explicit BaseFeatureView(Kind kind) : kind_(kind) {}

 private:
  Kind kind_;
};

/// The projection that selects all of `view` under its own name.
FeatureViewProjection ProjectionOf(const BaseFeatureView& view);

/// A window of event times already materialized to the online store; both ends inclusive.
using MaterializationInterval = std::pair<Timestamp, Timestamp>;

/// Features of one entity (or several) kept in one source.
class FeatureView : public BaseFeatureView {
 public:
  FeatureView() : FeatureView(Kind::kFeatureView) {}

  /// Entity names; {kDummyEntityName} for a view without entities.
  std::vector<std::string> entities;
  /// Join keys with their types; filled from the schema, the entities or the source when applied.
  std::vector<Field> entity_columns;
  /// How long a value stays valid after its event time; unset or zero: for ever.
  std::optional<std::chrono::microseconds> ttl;
  std::shared_ptr<DataSource> batch_source;
  std::shared_ptr<DataSource> stream_source;
  /// Views this one is derived from; `batch_source` is then where its rows are written.
  std::vector<std::shared_ptr<FeatureView>> source_views;
  bool online = true;
  bool offline = false;
  bool enable_validation = false;
  /// Transformation of a batch or stream view, if any.
  std::string mode;
  std::shared_ptr<Transformation> transformation;
  std::vector<MaterializationInterval> materialization_intervals;

 protected:
  explicit FeatureView(Kind kind) : BaseFeatureView(kind) {}
};

class BatchFeatureView : public FeatureView {
 public:
  BatchFeatureView() : FeatureView(Kind::kBatch) { online = false; }
};

struct Aggregation {
  std::string column = {};
  std::string function = {};
  std::optional<std::chrono::microseconds> time_window = {};
  std::optional<std::chrono::microseconds> slide_interval = {};
  std::string name = {};
  bool operator==(const Aggregation&) const = default;
};

class StreamFeatureView : public FeatureView {
 public:
  StreamFeatureView() : FeatureView(Kind::kStream) {}
  std::vector<Aggregation> aggregations;
  std::string timestamp_field;
  bool enable_tiling = false;
  std::optional<std::chrono::microseconds> tiling_hop_size;
};

/// Features computed when they are asked for, from other views' features and request data.
class OnDemandFeatureView : public BaseFeatureView {
 public:
  using Source = std::variant<FeatureViewProjection, std::shared_ptr<RequestSource>>;

  OnDemandFeatureView() : BaseFeatureView(Kind::kOnDemand) {}

  /// By name, in declaration order.
  std::vector<std::pair<std::string, Source>> sources;
  std::shared_ptr<Transformation> transformation;
  /// "pandas" or "python" (or another mode that is only stored).
  std::string mode = "pandas";
  bool write_to_online_store = false;
  /// Python mode: the function gets one row as plain values, not lists.
  bool singleton = false;
  std::vector<std::string> entities;
  std::vector<Field> entity_columns;
  std::vector<Aggregation> aggregations;
};

/// Where a feature service's served features are logged; kept as it was read, in wire form.
struct LoggingConfig {
  std::string serialized;
  bool operator==(const LoggingConfig&) const = default;
};

/// The features of one model version.
struct FeatureService {
  std::string name;
  std::vector<FeatureViewProjection> features;
  Tags tags;
  std::string description;
  std::string owner;
  std::optional<LoggingConfig> logging_config;
  bool precompute_online = false;
  Timestamp created_timestamp{};
  Timestamp last_updated_timestamp{};
  Origin origin;
};

struct Project {
  std::string name;
  std::string description;
  Tags tags;
  std::string owner;
  Timestamp created_timestamp{};
  Timestamp last_updated_timestamp{};
  Origin origin;
};

/// A retrieval's result kept under a name.
struct SavedDataset {
  std::string name;
  /// References "view:feature".
  std::vector<std::string> features;
  std::vector<std::string> join_keys;
  bool full_feature_names = false;
  /// Where the rows are; a FileSource for files, a warehouse source for tables.
  std::shared_ptr<DataSource> storage;
  Tags tags;
  std::string feature_service_name;
  std::string description, namespace_name, collection;
  Timestamp min_event_timestamp{};
  Timestamp max_event_timestamp{};
  Timestamp created_timestamp{};
  Timestamp last_updated_timestamp{};
  Origin origin;
};

/// An object that is kept and planned but not interpreted here: its wire form is all there is of it.
struct CarriedObject {
  enum class Kind { kLabelView, kPermission, kValidationReference };
  Kind kind = Kind::kLabelView;
  std::string name;
  /// A feast.core.LabelView, Permission or ValidationReference message.
  std::string serialized;
  Origin origin;
};

/// Everything a feature repo declares.
struct Definitions {
  std::shared_ptr<Project> project;
  std::vector<std::shared_ptr<Entity>> entities;
  std::vector<std::shared_ptr<DataSource>> data_sources;
  /// Plain, batch and stream views.
  std::vector<std::shared_ptr<FeatureView>> feature_views;
  std::vector<std::shared_ptr<OnDemandFeatureView>> on_demand_feature_views;
  std::vector<std::shared_ptr<FeatureService>> feature_services;
  std::vector<std::shared_ptr<SavedDataset>> saved_datasets;
  std::vector<std::shared_ptr<CarriedObject>> carried_objects;
  /// Stored objects that could not be read and so are missing above, a sentence each.
  std::vector<std::string> unreadable;
};

}  // namespace feast
