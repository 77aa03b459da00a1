#include "serving/read_and_transform.h"

#include <optional>
#include <set>

#include "arrow/array.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "online/exact_column.h"
#include "online/value_column.h"
#include "retrieval/on_demand_step.h"
#include "serving/native_reads.h"
#include "serving/unique_keys.h"

namespace feast {

namespace {

class ReadAndTransform : public ServingPlan {
 public:
  ReadAndTransform(PlannedReads planned, OnlineStore& store)
      : planned_(std::move(planned)),
        reads_(planned_.reads),
        resolved_(planned_.resolved),
        columns_(planned_.columns),
        store_(store),
        native_(resolved_.on_demand.empty() ? std::make_unique<NativeReads>(planned_, store) : nullptr) {}

  arrow::Result<std::vector<AnsweredFeature>> Answer(const arrow::RecordBatch& entity_rows,
                                                     const CallContext& context) const override {
    ARROW_ASSIGN_OR_RAISE(const auto rows, AsDeclared(entity_rows));
    const auto row_count = static_cast<size_t>(rows->num_rows());
    std::vector<OnlineLookup> lookups;
    std::vector<std::vector<size_t>> key_of_row;
    for (const ViewRead& read : reads_) {
      ARROW_ASSIGN_OR_RAISE(UniqueKeys keys, KeysOf(read, *rows));
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

  arrow::Result<ServedRows> AnswerRows(const GivenRows& rows, const CallContext& context) const override {
    if (native_) return native_->Answer(rows, context);
    ARROW_ASSIGN_OR_RAISE(const auto batch, ToArrow(rows));
    ARROW_ASSIGN_OR_RAISE(const auto features, Answer(*batch, context));
    return ToServedRows(features, rows.count);
  }

  bool answers_at_once() const override { return native_ && store_.answers_at_once(); }

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

  static arrow::Result<UniqueKeys> KeysOf(const ViewRead& read, const arrow::RecordBatch& rows) {
    arrow::ArrayVector columns;
    for (const std::string& name : read.key_columns) columns.push_back(rows.GetColumnByName(name));
    ARROW_ASSIGN_OR_RAISE(auto keys, read.encoder.Encode(columns, rows.num_rows()));
    return DistinctOf(std::move(keys));
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

  const PlannedReads planned_;
  const std::vector<ViewRead>& reads_;
  const ResolvedRetrieval& resolved_;
  const std::vector<std::pair<std::string, std::string>>& columns_;
  OnlineStore& store_;
  /// Unset where functions are to run, whose rows are Arrow's.
  const std::unique_ptr<const NativeReads> native_;
};

}  // namespace

std::shared_ptr<const ServingPlan> MakeReadAndTransform(PlannedReads planned, OnlineStore& store) {
  return std::make_shared<ReadAndTransform>(std::move(planned), store);
}

}  // namespace feast
