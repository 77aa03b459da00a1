#include "serving/native_reads.h"

#include <algorithm>
#include <set>
#include <utility>

#include "arrow/array.h"
#include "online/scalar_value.h"
#include "online/value_bytes.h"
#include "online/value_column.h"
#include "serving/unique_keys.h"

namespace feast {

namespace {

bool IsText(ValueType type) { return type == ValueType::kString || type == ValueType::kBytes; }

/// Feast gave the types the numbers of a Value's fields, so a value's first bytes tell its type.
std::string TagOf(ValueType type) {
  std::string bytes;
  switch (type) {
    case ValueType::kDouble:
      return {static_cast<char>(static_cast<int>(type) << 3 | 1)};
    case ValueType::kFloat:
      return {static_cast<char>(static_cast<int>(type) << 3 | 5)};
    case ValueType::kInt32:
    case ValueType::kInt64:
    case ValueType::kBool:
    case ValueType::kUnixTimestamp:
      AppendIntegerValue(type, 0, &bytes);
      break;
    default:
      AppendTextValue(type, "", &bytes);
  }
  bytes.pop_back();
  return bytes;
}

arrow::Status OfKey(const arrow::Status& status, const std::string& name, size_t row) {
  return status.WithMessage("The join key '", name, "' ", status.message(), ". Entity row: ", row);
}

}  // namespace

NativeReads::NativeReads(const PlannedReads& planned, OnlineStore& store) : planned_(planned), store_(store) {
  std::vector<ServedColumn> columns;
  std::set<std::string> taken;
  const auto given_as = [&](const std::string& name) {
    const auto found =
        std::find_if(planned.columns.begin(), planned.columns.end(), [&](const auto& it) { return it.second == name; });
    return static_cast<size_t>(found - planned.columns.begin());
  };
  for (const ViewRead& read : planned.reads) {
    KeyGroup group{&read, {}};
    for (const std::string& name : read.key_columns) group.columns.push_back(given_as(name));
    const auto known = std::find_if(groups_.begin(), groups_.end(), [&](const KeyGroup& other) {
      return other.columns == group.columns && other.first->encoder.prefix() == read.encoder.prefix() &&
             std::equal(read.fields.begin(), read.fields.end(), other.first->fields.begin(), other.first->fields.end(),
                        [](const KeyField& a, const KeyField& b) { return a.name == b.name && a.type == b.type; });
    });
    group_of_view_.push_back(static_cast<size_t>(known - groups_.begin()));
    if (known == groups_.end()) groups_.push_back(std::move(group));
  }
  for (size_t given = 0; given < planned.columns.size(); ++given) {
    const std::string& name = planned.columns[given].second;
    for (const ViewRead& read : planned.reads) {
      const auto found = std::find(read.key_columns.begin(), read.key_columns.end(), name);
      if (found == read.key_columns.end()) continue;
      const Type type = Type::Of(read.fields[static_cast<size_t>(found - read.key_columns.begin())].type);
      keys_.push_back({given, type});
      columns.push_back({name, type});
      break;
    }
  }
  for (const ViewRead& read : planned.reads) {
    OnlineLookup lookup{read.view, {}, {}};
    std::vector<std::string> tags;
    for (const FeatureColumn& feature : read.features) {
      lookup.features.push_back(feature.name);
      tags.push_back(TagOf(feature.type.value_type()));
      columns.push_back({feature.output_name, feature.type});
    }
    lookups_.push_back(std::move(lookup));
    tags_.push_back(std::move(tags));
  }
  columns_ = std::make_shared<const std::vector<ServedColumn>>(std::move(columns));
}

arrow::Status NativeReads::AppendKey(const KeyGroup& group, const GivenRows& rows, size_t row, std::string* key) const {
  const ViewRead& read = *group.first;
  if (group.columns.empty()) AppendKeyText(ValueType::kString, "", key);
  for (const size_t field : read.encoder.order()) {
    if (field >= group.columns.size()) break;
    const GivenColumn& column = rows.columns[group.columns[field]];
    const GivenValue& value = column.values[row];
    const ValueType type = read.fields[field].type;
    if (value.kind == GivenValue::Kind::kNull) {
      return arrow::Status::Invalid("The join key '", column.name, "' is null in entity row ", row,
                                    ", so there is nothing to look up; leave the row out");
    }
    if (IsText(type)) {
      const auto text = KeyTextOf(value, type);
      if (!text.ok()) return OfKey(text.status(), column.name, row);
      AppendKeyText(type, *text, key);
    } else {
      const auto number = KeyNumberOf(value, type, rows.reads_numbers);
      if (!number.ok()) return OfKey(number.status(), column.name, row);
      AppendKeyNumber(type, *number, key);
    }
  }
  return arrow::Status::OK();
}

arrow::Status NativeReads::AddKeyCells(const GivenRows& rows, ServedRows* served) const {
  for (const KeyColumn& key : keys_) {
    const ValueType type = key.type.value_type();
    for (const GivenValue& value : rows.columns[key.given].values) {
      std::string& bytes = served->made.emplace_back();
      if (IsText(type)) {
        ARROW_ASSIGN_OR_RAISE(const auto text, KeyTextOf(value, type));
        AppendTextValue(type, text, &bytes);
      } else {
        ARROW_ASSIGN_OR_RAISE(const int64_t number, KeyNumberOf(value, type, rows.reads_numbers));
        AppendIntegerValue(type, number, &bytes);
      }
      served->cells.push_back({bytes, FeatureStatus::kPresent, {}});
    }
  }
  return arrow::Status::OK();
}

/// A value that an older definition of the feature left there.
arrow::Result<std::string_view> NativeReads::Converted(std::string_view bytes, const FeatureColumn& feature,
                                                       ServedRows* served) const {
  ARROW_ASSIGN_OR_RAISE(const auto column, ValueColumn::Make(feature.type));
  ARROW_RETURN_NOT_OK(column->Append(bytes));
  ARROW_ASSIGN_OR_RAISE(const auto values, column->Finish());
  ARROW_ASSIGN_OR_RAISE(const auto made, ValueBytesOf(*values, feature.type));
  return served->made.emplace_back(made->GetView(0));
}

arrow::Result<ServedRows> NativeReads::Answer(const GivenRows& rows, const CallContext& context) const {
  for (const GivenColumn& column : rows.columns) {
    if (column.values.size() == rows.count) continue;
    return arrow::Status::Invalid("All columns of the entity rows must have one length; '", rows.columns[0].name,
                                  "' has ", rows.count, " values and '", column.name, "' ", column.values.size());
  }
  std::vector<UniqueKeys> keys;
  for (const KeyGroup& group : groups_) {
    std::vector<std::string> of_rows(rows.count, group.first->encoder.prefix());
    for (size_t row = 0; row < rows.count; ++row) ARROW_RETURN_NOT_OK(AppendKey(group, rows, row, &of_rows[row]));
    keys.push_back(DistinctOf(std::move(of_rows)));
  }
  std::vector<OnlineLookup> lookups = lookups_;
  for (size_t i = 0; i < lookups.size(); ++i) lookups[i].keys = keys[group_of_view_[i]].keys;
  ServedRows served{.columns = columns_, .count = rows.count, .cells = {}, .answers = {}, .made = {}, .arrays = {}};
  ARROW_ASSIGN_OR_RAISE(served.answers, store_.Read(lookups, context));
  served.cells.reserve(columns_->size() * rows.count);
  ARROW_RETURN_NOT_OK(AddKeyCells(rows, &served));
  for (size_t i = 0; i < lookups.size(); ++i) {
    const OnlineAnswer& answer = served.answers[i];
    for (size_t f = 0; f < lookups[i].features.size(); ++f) {
      for (const size_t key : keys[group_of_view_[i]].of_row) {
        const auto& event_time = answer.event_time(key);
        const auto bytes = event_time ? answer.value(key, f) : std::nullopt;
        ServedCell cell{bytes.value_or(""), bytes ? FeatureStatus::kPresent : FeatureStatus::kNotFound,
                        event_time.value_or(Timestamp{})};
        if (!cell.value.empty() && !cell.value.starts_with(tags_[i][f])) {
          const FeatureColumn& feature = planned_.reads[i].features[f];
          auto converted = Converted(cell.value, feature, &served);
          if (!converted.ok()) {
            return converted.status().WithMessage("Feature '", lookups[i].view->name, ":", feature.name,
                                                  "' cannot be served. ", converted.status().message());
          }
          cell.value = *converted;
        }
        served.cells.push_back(cell);
      }
    }
  }
  return served;
}

}  // namespace feast
