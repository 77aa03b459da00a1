#include "cli/entity_json.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/array/builder_binary.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/util.h"
#include "arrow/scalar.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "nlohmann/json.hpp"
#include "text/json_text.h"

namespace feast::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kEventTimestamp = "event_timestamp";

template <class... Parts>
arrow::Status Refused(Parts&&... parts) {
  return arrow::Status::Invalid("Error parsing entities JSON: ", std::forward<Parts>(parts)...);
}

std::vector<std::string> Keys(const Json& rows) {
  std::vector<std::string> keys;
  for (const Json& row : rows) {
    for (const auto& [key, value] : row.items()) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

/// One value of each row; null where it lacks the key.
std::vector<Json> Values(const Json& rows, const std::string& key) {
  std::vector<Json> values;
  for (const Json& row : rows) values.push_back(row.contains(key) ? row[key] : Json());
  return values;
}

template <class Builder, class Value>
arrow::Result<std::shared_ptr<arrow::Array>> Build(const std::vector<Json>& values) {
  Builder builder;
  for (const Json& value : values) {
    ARROW_RETURN_NOT_OK(value.is_null() ? builder.AppendNull() : builder.Append(value.get<Value>()));
  }
  return builder.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> Column(const std::string& key, const std::vector<Json>& values) {
  const auto all = [&](auto is_of_kind) {
    return std::all_of(values.begin(), values.end(),
                       [&](const Json& value) { return value.is_null() || is_of_kind(value); });
  };
  const auto is_long = [](const Json& value) {
    return value.is_number_integer() && !(value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX);
  };
  if (all([](const Json&) { return false; })) return arrow::MakeArrayOfNull(arrow::null(), values.size());
  if (all([](const Json& value) { return value.is_boolean(); })) return Build<arrow::BooleanBuilder, bool>(values);
  if (all(is_long)) return Build<arrow::Int64Builder, int64_t>(values);
  if (all([](const Json& value) { return value.is_number(); })) return Build<arrow::DoubleBuilder, double>(values);
  if (all([](const Json& value) { return value.is_string(); })) return Build<arrow::StringBuilder, std::string>(values);
  return Refused("the values of a key must all be numbers, all texts or all true and false: '", key,
                 "'. Lists can come from a Parquet file (--entities).");
}

arrow::Result<std::shared_ptr<arrow::Array>> Moments(const std::vector<Json>& values) {
  arrow::TimestampBuilder builder(arrow::timestamp(arrow::TimeUnit::NANO, "UTC"), arrow::default_memory_pool());
  for (const Json& value : values) {
    if (value.is_null()) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
    } else if (value.is_number_integer()) {
      ARROW_RETURN_NOT_OK(builder.Append(value.get<int64_t>()));
    } else if (value.is_string()) {
      const auto moment = ParseMoment(value.get<std::string>(), kEventTimestamp);
      if (!moment.ok()) return Refused(moment.status().message());
      ARROW_RETURN_NOT_OK(builder.Append(moment->time_since_epoch().count()));
    } else {
      return Refused("event_timestamp must be a text like 2025-03-29T12:00:00, not ", JsonText(value));
    }
  }
  return builder.Finish();
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Table>> ParseEntityJson(const std::string& text) {
  const Json rows = ParseJson<Json>(text);
  if (rows.is_discarded()) return Refused("it is no JSON.");
  if (!rows.is_array() || !std::all_of(rows.begin(), rows.end(), [](const Json& row) { return row.is_object(); })) {
    return Refused("Entities must be a list of dictionaries.");
  }
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (const std::string& key : Keys(rows)) {
    const std::vector<Json> values = Values(rows, key);
    ARROW_ASSIGN_OR_RAISE(auto column, key == kEventTimestamp ? Moments(values) : Column(key, values));
    fields.push_back(arrow::field(key, column->type()));
    columns.push_back(std::move(column));
  }
  auto schema = arrow::schema(std::move(fields));
  if (schema->GetFieldIndex(kEventTimestamp) < 0) {
    return Refused("each object needs an 'event_timestamp', as in [{\"event_timestamp\": \"2025-03-29T12:00:00\", …}]");
  }
  return arrow::Table::Make(std::move(schema), columns, static_cast<int64_t>(rows.size()));
}

arrow::Result<Timestamp> ParseMoment(const std::string& text, const std::string& what) {
  for (const char* zone : {"", "UTC"}) {
    const auto moment = arrow::Scalar::Parse(arrow::timestamp(arrow::TimeUnit::NANO, zone), text);
    if (!moment.ok()) continue;
    return Timestamp(std::chrono::nanoseconds(static_cast<const arrow::TimestampScalar&>(**moment).value));
  }
  return arrow::Status::Invalid(what, " must be a time like 2025-03-29 12:00:00 (UTC): '", text, "'");
}

}  // namespace feast::cli
