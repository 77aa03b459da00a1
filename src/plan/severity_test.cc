#include "plan/severity.h"

#include <string>

#include "gtest/gtest.h"

namespace feast {
namespace {

using enum ObjectKind;
using enum Severity;

struct Row {
  ObjectKind kind;
  FieldChange change;
  Severity severity;
  std::string reason;
};

// The table of docs/plan.md, a row a rule.
const Row kRows[] = {
    {kEntity, {"spec.join_key", "a", "b"}, kBreaking, "join key changed from 'a' to 'b'"},
    {kEntity, {"spec.value_type", "INT64", "STRING"}, kBreaking, "join key retyped from INT64 to STRING"},
    {kEntity, {"spec.value_type", "INVALID", "STRING"}, kSafe, ""},
    {kEntity, {"spec.description", "", "x"}, kSafe, ""},
    {kFeatureView, {"spec.features[f]", "{name: \"f\"}", ""}, kBreaking, "feature 'f' removed"},
    {kFeatureView, {"spec.features[f]", "", "{name: \"f\"}"}, kSafe, ""},
    {kFeatureView,
     {"spec.features[f].value_type", "FLOAT", "DOUBLE"},
     kBreaking,
     "feature 'f' retyped from FLOAT to DOUBLE"},
    {kFeatureView, {"spec.features[f].tags[a]", "1", "2"}, kSafe, ""},
    {kFeatureView, {"spec.features[f].position", "1", "2"}, kSafe, ""},
    {kFeatureView,
     {"spec.features[f].vector_search_metric", "L2", "COSINE"},
     kRisky,
     "'features[f].vector_search_metric' changed from 'L2' to 'COSINE'"},
    {kFeatureView, {"spec.entities[driver]", "driver", ""}, kBreaking, "join keys changed: entity 'driver' removed"},
    {kFeatureView, {"spec.entities[driver]", "", "driver"}, kBreaking, "join keys changed: entity 'driver' added"},
    {kFeatureView,
     {"spec.entity_columns[id].value_type", "INT64", "STRING"},
     kBreaking,
     "join key 'id' retyped from INT64 to STRING"},
    {kFeatureView, {"spec.ttl", "86400s", "21600s"}, kRisky, "TTL changed from 86400s to 21600s"},
    {kFeatureView, {"spec.ttl", "", "21600s"}, kRisky, "TTL set to 21600s; it was unlimited"},
    {kFeatureView, {"spec.ttl", "86400s", ""}, kRisky, "TTL of 86400s removed: now unlimited"},
    {kFeatureView, {"spec.batch_source.timestamp_field", "a", "b"}, kRisky, "timestamp field changed from 'a' to 'b'"},
    {kFeatureView, {"spec.batch_source.file_options.uri", "a", "b"}, kRisky, "source path changed from 'a' to 'b'"},
    {kFeatureView, {"spec.batch_source.name", "a", "b"}, kSafe, ""},
    {kFeatureView,
     {"spec.batch_source.field_mapping[c]", "a", "b"},
     kRisky,
     "field mapping of column 'c' changed from 'a' to 'b'"},
    {kFeatureView,
     {"spec.stream_source.batch_source.bigquery_options.query", "a", "b"},
     kRisky,
     "source query changed from 'a' to 'b'"},
    {kFeatureView,
     {"spec.feature_transformation.user_defined_function.body_text", "a", "b"},
     kRisky,
     "function changed"},
    {kFeatureView, {"spec.tags[team]", "a", "b"}, kSafe, ""},
    {kFeatureView, {"spec.owner", "a", "b"}, kSafe, ""},
    {kStreamFeatureView, {"spec.features[f]", "{}", ""}, kBreaking, "feature 'f' removed"},
    {kStreamFeatureView,
     {"spec.aggregations[0].function", "sum", "mean"},
     kRisky,
     "'aggregations[0].function' changed from 'sum' to 'mean'"},
    {kDataSource, {"created_timestamp_column", "a", ""}, kRisky, "created timestamp column changed from 'a' to ''"},
    {kDataSource, {"request_data_options.schema[v]", "{}", ""}, kBreaking, "request field 'v' removed"},
    {kDataSource,
     {"request_data_options.schema[v]", "", "{}"},
     kBreaking,
     "request field 'v' added: requests without it fail"},
    {kDataSource,
     {"request_data_options.schema[v].value_type", "INT64", "STRING"},
     kBreaking,
     "request field 'v' retyped from INT64 to STRING"},
    {kDataSource, {"batch_source.file_options.uri", "a", "b"}, kRisky, "source path changed from 'a' to 'b'"},
    {kDataSource, {"tags[a]", "1", "2"}, kSafe, ""},
    {kDataSource, {"kafka_options.topic", "a", "b"}, kRisky, "source option 'kafka_options.topic' changed"},
    {kOnDemandFeatureView, {"spec.features[f]", "{}", ""}, kBreaking, "feature 'f' removed"},
    {kOnDemandFeatureView,
     {"spec.sources[v].request_data_source.request_data_options.schema[x]", "{}", ""},
     kBreaking,
     "request field 'x' removed"},
    {kOnDemandFeatureView,
     {"spec.sources[v].feature_view_projection.feature_columns[f]", "{}", ""},
     kRisky,
     "input 'v:f' removed"},
    {kOnDemandFeatureView, {"spec.sources[v]", "{feature_view_projection {}}", ""}, kRisky, "input 'v' removed"},
    {kOnDemandFeatureView, {"spec.sources[v]", "{request_data_source {}}", ""}, kBreaking, "input 'v' removed"},
    {kOnDemandFeatureView, {"spec.feature_transformation.user_defined_function.name", "a", "b"}, kSafe, ""},
    {kFeatureService, {"spec.features[v]", "{}", ""}, kBreaking, "loses every feature of view 'v'"},
    {kFeatureService, {"spec.features[v]", "", "{}"}, kSafe, ""},
    {kFeatureService, {"spec.features[v].feature_columns[f]", "{}", ""}, kBreaking, "loses feature 'v:f'"},
    {kFeatureService, {"spec.features[v].feature_columns[f]", "", "{}"}, kSafe, ""},
    {kFeatureService,
     {"spec.features[v].feature_columns[f].value_type", "INT64", "STRING"},
     kBreaking,
     "feature 'v:f' retyped from INT64 to STRING"},
    {kFeatureService,
     {"spec.features[v].join_key_map[id]", "a", "b"},
     kBreaking,
     "join key 'id' of view 'v' changed from 'a' to 'b'"},
    {kFeatureService, {"spec.tags[stage]", "production", "retired"}, kSafe, ""},
    {kFeatureService, {"spec.logging_config.sample_rate", "1", "2"}, kSafe, ""},
    {kProject, {"spec.description", "a", "b"}, kSafe, ""},
    {kSavedDataset,
     {"spec.storage.file_storage.uri", "a", "b"},
     kRisky,
     "'storage.file_storage.uri' changed from 'a' to 'b'"},
};

TEST(Severity, EveryRule) {
  for (const Row& row : kRows) {
    const auto judged = JudgeField(row.kind, row.change);
    const std::string shown = std::string(ObjectKindName(row.kind)) + " " + row.change.path;
    EXPECT_EQ(SeverityName(judged.severity), SeverityName(row.severity)) << shown;
    EXPECT_EQ(judged.reason, row.reason) << shown;
  }
}

TEST(Severity, NamesTheFeatureThatIsMeant) {
  EXPECT_EQ(JudgeField(kFeatureView, {"spec.features[a.b]", "{}", ""}).feature, "a.b");
  EXPECT_EQ(JudgeField(kFeatureView, {"spec.ttl", "1s", "2s"}).feature, "");
}

TEST(Severity, ValuesAreNotTakenForPartsOfTheSentence) {
  EXPECT_EQ(JudgeField(kEntity, {"spec.join_key", "{after}", "{1}"}).reason,
            "join key changed from '{after}' to '{1}'");
  EXPECT_EQ(JudgeField(kEntity, {"spec.join_key", std::string(200, 'x'), "y"}).reason,
            "join key changed from '" + std::string(80, 'x') + "…' to 'y'");
}

}  // namespace
}  // namespace feast
