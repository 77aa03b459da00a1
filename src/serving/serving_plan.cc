#include "serving/serving_plan.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "online/entity_key.h"
#include "online/exact_column.h"
#include "online/online_store.h"
#include "online/value_column.h"
#include "registry/registry.h"
#include "retrieval/on_demand_step.h"
#include "retrieval/resolve_request.h"
#include "retrieval/retrieval_steps.h"
#include "transform/runner.h"

namespace feast {

namespace {

/// One view of a request: what is read by which keys.
struct ViewRead {
  std::shared_ptr<const FeatureView> view;
  EntityKeyEncoder encoder;
  /// Columns of the entity rows, in the encoder's order.
  std::vector<std::string> key_columns;
  std::vector<KeyField> fields;
  std::vector<FeatureColumn> features;
};

/// Each key once, and where the key of each row stands among them.
struct DistinctKeys {
  std::vector<std::string> keys;
  std::vector<size_t> of_row;
};

DistinctKeys Distinct(std::vector<std::string> keys) {
  DistinctKeys distinct;
  distinct.of_row.reserve(keys.size());
  std::unordered_map<std::string, size_t> known;
  for (std::string& key : keys) {
    const auto [found, is_new] = known.try_emplace(key, distinct.keys.size());
    distinct.of_row.push_back(found->second);
    if (is_new) distinct.keys.push_back(std::move(key));
  }
  return distinct;
}

class ReadAndTransform : public ServingPlan {
 public:
  ReadAndTransform(std::shared_ptr<const Snapshot> snapshot, OnlineStore& store, std::vector<ViewRead> reads,
                   ResolvedRetrieval resolved, std::vector<std::pair<std::string, std::string>> columns)
      : snapshot_(std::move(snapshot)),
        store_(store),
        reads_(std::move(reads)),
        resolved_(std::move(resolved)),
        columns_(std::move(columns)) {}

  arrow::Result<std::vector<AnsweredFeature>> Answer(const arrow::RecordBatch& entity_rows,
                                                     const CallContext& context) const override {
    ARROW_ASSIGN_OR_RAISE(const auto rows, AsDeclared(entity_rows));
    const auto row_count = static_cast<size_t>(rows->num_rows());
    std::vector<OnlineLookup> lookups;
    std::vector<std::vector<size_t>> key_of_row;
    for (const ViewRead& read : reads_) {
      ARROW_ASSIGN_OR_RAISE(DistinctKeys keys, KeysOf(read, *rows));
      OnlineLookup lookup{read.view, {}, std::move(keys.keys)};
      for (const FeatureColumn& feature : read.features) lookup.features.push_back(feature.name);
      lookups.push_back(std::move(lookup));
      key_of_row.push_back(std::move(keys.of_row));
    }
    ARROW_ASSIGN_OR_RAISE(const auto answers, store_.Read(lookups, context));

    std::vector<AnsweredFeature> features = KeyColumns(*rows);
    arrow::FieldVector fields = rows->schema()->fields();
    arrow::ArrayVector columns = rows->columns();
    for (size_t i = 0; i < reads_.size(); ++i) {
      for (size_t f = 0; f < reads_[i].features.size(); ++f) {
        const FeatureColumn& feature = reads_[i].features[f];
        auto answered = FeatureOf(answers[i], key_of_row[i], f, feature);
        if (!answered.ok()) {
          return answered.status().WithMessage("Feature '", reads_[i].view->name, ":", feature.name,
                                               "' cannot be served. ", answered.status().message());
        }
        fields.push_back(arrow::field(feature.output_name, answered->values->type()));
        columns.push_back(answered->values);
        if (!resolved_.hidden_columns.contains(feature.output_name)) features.push_back(*std::move(answered));
      }
    }
    const auto read = arrow::RecordBatch::Make(arrow::schema(std::move(fields)), rows->num_rows(), std::move(columns));
    for (const OnDemandStep& step : resolved_.on_demand) {
      ARROW_ASSIGN_OR_RAISE(const auto outputs, RunStep(step, *read, resolved_.feature_columns));
      for (size_t i = 0; i < outputs.size(); ++i) {
        features.push_back({step.outputs[i].output_name, step.outputs[i].field.type, outputs[i],
                            std::vector<FeatureStatus>(row_count, FeatureStatus::kPresent),
                            std::vector<Timestamp>(row_count)});
      }
    }
    return features;
  }

 private:
  /// The columns under the names that views know them by; join keys have the types that are declared.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> AsDeclared(const arrow::RecordBatch& entity_rows) const {
    arrow::FieldVector fields;
    arrow::ArrayVector columns;
    for (const auto& [given, name] : columns_) {
      const int index = entity_rows.schema()->GetFieldIndex(given);
      if (index < 0) return arrow::Status::KeyError("The entity rows lack the column '", given, "', or have it twice");
      auto column = entity_rows.column(index);
      if (const Type type = TypeOfKey(name); type.is_valid()) {
        ARROW_ASSIGN_OR_RAISE(const auto wanted, type.ToArrow());
        ARROW_ASSIGN_OR_RAISE(column, ExactColumn(std::move(column), given, wanted));
        ARROW_RETURN_NOT_OK(CheckNoNull(*column, given));
      }
      fields.push_back(arrow::field(name, column->type()));
      columns.push_back(std::move(column));
    }
    return arrow::RecordBatch::Make(arrow::schema(std::move(fields)), entity_rows.num_rows(), std::move(columns));
  }

  static arrow::Status CheckNoNull(const arrow::Array& column, const std::string& name) {
    for (int64_t row = 0; row < column.length(); ++row) {
      if (column.IsValid(row)) continue;
      return arrow::Status::Invalid("The join key '", name, "' is null in entity row ", row,
                                    ", so there is nothing to look up; leave the row out");
    }
    return arrow::Status::OK();
  }

  static arrow::Result<DistinctKeys> KeysOf(const ViewRead& read, const arrow::RecordBatch& rows) {
    arrow::ArrayVector columns;
    for (const std::string& name : read.key_columns) columns.push_back(rows.GetColumnByName(name));
    ARROW_ASSIGN_OR_RAISE(auto keys, read.encoder.Encode(columns, rows.num_rows()));
    return Distinct(std::move(keys));
  }

  static arrow::Result<AnsweredFeature> FeatureOf(const OnlineAnswer& answer, const std::vector<size_t>& key_of_row,
                                                  size_t feature, const FeatureColumn& column) {
    ARROW_ASSIGN_OR_RAISE(const auto values, ValueColumn::Make(column.type));
    AnsweredFeature answered{column.output_name, column.type, nullptr, {}, {}};
    answered.statuses.reserve(key_of_row.size());
    answered.event_timestamps.reserve(key_of_row.size());
    for (const size_t key : key_of_row) {
      const auto& event_time = answer.event_time(key);
      const auto bytes = event_time ? answer.value(key, feature) : std::nullopt;
      ARROW_RETURN_NOT_OK(bytes ? values->Append(*bytes) : values->AppendNull());
      answered.statuses.push_back(bytes ? FeatureStatus::kPresent : FeatureStatus::kNotFound);
      answered.event_timestamps.push_back(event_time.value_or(Timestamp{}));
    }
    ARROW_ASSIGN_OR_RAISE(answered.values, values->Finish());
    return answered;
  }

  Type TypeOfKey(const std::string& name) const {
    for (const ViewRead& read : reads_) {
      for (size_t i = 0; i < read.key_columns.size(); ++i) {
        if (read.key_columns[i] == name) return Type::Of(read.fields[i].type);
      }
    }
    return Type();
  }

  /// Join keys come back with the features; request data does not.
  std::vector<AnsweredFeature> KeyColumns(const arrow::RecordBatch& rows) const {
    std::vector<AnsweredFeature> keys;
    std::set<std::string> taken;
    for (const ViewRead& read : reads_) taken.insert(read.key_columns.begin(), read.key_columns.end());
    const auto count = static_cast<size_t>(rows.num_rows());
    for (int i = 0; i < rows.num_columns(); ++i) {
      const std::string& name = rows.schema()->field(i)->name();
      if (!taken.contains(name)) continue;
      keys.push_back({name, TypeOfKey(name), rows.column(i), std::vector<FeatureStatus>(count, FeatureStatus::kPresent),
                      std::vector<Timestamp>(count)});
    }
    return keys;
  }

  /// Keeps alive what the resolved request points into.
  std::shared_ptr<const Snapshot> snapshot_;
  OnlineStore& store_;
  std::vector<ViewRead> reads_;
  ResolvedRetrieval resolved_;
  /// (name in the entity rows, name that views know).
  std::vector<std::pair<std::string, std::string>> columns_;
};

/// An entity's name may stand for its join key, as in Feast.
std::vector<std::pair<std::string, std::string>> ByJoinKeys(const std::vector<std::string>& columns,
                                                            const Snapshot& snapshot, const std::string& project) {
  std::vector<std::pair<std::string, std::string>> named;
  std::set<std::string> join_keys;
  for (const std::string& name : snapshot.Names(ObjectKind::kEntity, project)) {
    join_keys.insert(snapshot.FindEntity(project, name)->spec().join_key());
  }
  for (const std::string& column : columns) {
    const core::Entity* entity = snapshot.FindEntity(project, column);
    const bool is_alias = entity != nullptr && !join_keys.contains(column) && !entity->spec().join_key().empty();
    named.emplace_back(column, is_alias ? entity->spec().join_key() : column);
  }
  return named;
}

class CachingPlanner : public ServingPlanner {
 public:
  CachingPlanner(const RepoConfig& config, Registry& registry, OnlineStore& store)
      : config_(config), registry_(registry), store_(store) {}

  arrow::Result<std::shared_ptr<const ServingPlan>> PlanFor(const RequestShape& shape) override {
    ARROW_ASSIGN_OR_RAISE(auto snapshot, registry_.Current(true));
    {
      const std::lock_guard lock(mutex_);
      if (snapshot_ != snapshot) {
        snapshot_ = snapshot;
        plans_.clear();
      }
      if (const auto found = plans_.find(shape); found != plans_.end()) return found->second;
    }
    ARROW_ASSIGN_OR_RAISE(std::shared_ptr<const ServingPlan> plan, MakePlan(shape, snapshot));
    const std::lock_guard lock(mutex_);
    // Shapes are few where requests come from programs; who makes up new ones must not fill the memory.
    if (plans_.size() >= kPlansMax) plans_.clear();
    if (snapshot_ == snapshot) plans_.emplace(shape, plan);
    return plan;
  }

 private:
  static constexpr size_t kPlansMax = 1000;

  arrow::Result<std::shared_ptr<const ServingPlan>> MakePlan(const RequestShape& shape,
                                                             const std::shared_ptr<const Snapshot>& snapshot) const {
    HistoricalRequest request;
    request.features = shape.features;
    request.full_feature_names = shape.full_feature_names;
    if (!shape.feature_service.empty()) {
      // The registry's own is taken, by this name.
      request.feature_service = std::make_shared<FeatureService>();
      request.feature_service->name = shape.feature_service;
    }
    auto named = ByJoinKeys(shape.columns, *snapshot, config_.project);
    std::vector<std::string> columns;
    for (const auto& [given, name] : named) columns.push_back(name);
    ARROW_ASSIGN_OR_RAISE(ResolvedRetrieval resolved,
                          ResolveOnlineRequest(request, columns, *snapshot, config_.project));
    FunctionLoader functions(config_);
    for (OnDemandStep& step : resolved.on_demand) {
      ARROW_ASSIGN_OR_RAISE(step.transformation, functions.Load(*step.view));
    }
    std::vector<ViewRead> reads;
    for (const ViewRequest& view : resolved.request.views) {
      if (!view.view->online) {
        return arrow::Status::Invalid("Feature view is not served online; set online=True, apply and materialize: '",
                                      view.view->name, "'");
      }
      std::vector<KeyField> fields;
      std::vector<std::string> key_columns;
      for (const JoinKeyColumn& key : view.join_keys) {
        fields.push_back({key.name, key.type.value_type()});
        key_columns.push_back(key.entity_column);
      }
      ARROW_ASSIGN_OR_RAISE(auto encoder, EntityKeyEncoder::Make(config_.entity_key_serialization_version, fields));
      reads.push_back({view.view, std::move(encoder), std::move(key_columns), std::move(fields), view.features});
    }
    ARROW_RETURN_NOT_OK(CheckDistinct(named));
    return std::make_shared<ReadAndTransform>(snapshot, store_, std::move(reads), std::move(resolved),
                                              std::move(named));
  }

  /// Invalid when a join key comes by its own name and by its entity's.
  static arrow::Status CheckDistinct(const std::vector<std::pair<std::string, std::string>>& columns) {
    std::unordered_map<std::string, std::string> given_as;
    for (const auto& [given, name] : columns) {
      const auto [other, is_new] = given_as.try_emplace(name, given);
      if (is_new) continue;
      return arrow::Status::Invalid("The entity rows have the join key '", name, "' twice, as '", other->second,
                                    "' and as '", given, "'; leave one of them out");
    }
    return arrow::Status::OK();
  }

  const RepoConfig& config_;
  Registry& registry_;
  OnlineStore& store_;
  std::mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::unordered_map<RequestShape, std::shared_ptr<const ServingPlan>, RequestShapeHash> plans_;
};

}  // namespace

std::unique_ptr<ServingPlanner> MakeServingPlanner(const RepoConfig& config, Registry& registry, OnlineStore& store) {
  return std::make_unique<CachingPlanner>(config, registry, store);
}

}  // namespace feast
