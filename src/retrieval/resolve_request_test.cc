#include "retrieval/resolve_request.h"

#include <memory>
#include <string>

#include "arrow/array/array_primitive.h"
#include "arrow/array/builder_primitive.h"
#include "arrow/array/util.h"
#include "arrow/scalar.h"
#include "arrow/table.h"
#include "arrow/type.h"
#include "definitions/proto.h"
#include "feast/errors.h"
#include "gtest/gtest.h"
#include "retrieval/fake_offline_store.h"

namespace feast {
namespace {

Field MakeField(const std::string& name, ValueType type = ValueType::kDouble) {
  return {.name = name, .type = Type::Of(type)};
}

std::shared_ptr<FileSource> Source(const std::string& name) {
  auto source = std::make_shared<FileSource>();
  source->name = name;
  source->path = name + ".parquet";
  source->timestamp_field = "event_timestamp";
  source->created_timestamp_column = "created";
  return source;
}

template <typename View>
std::shared_ptr<View> MakeView(const std::string& name, const std::vector<std::string>& features) {
  auto view = std::make_shared<View>();
  view->name = name;
  view->entities = {"driver"};
  view->entity_columns = {MakeField("driver_id", ValueType::kInt64)};
  for (const std::string& feature : features) view->features.push_back(MakeField(feature));
  view->batch_source = Source(name + "_source");
  view->ttl = std::chrono::hours(24);
  return view;
}

FeatureViewProjection Projection(const std::string& name, const std::vector<std::string>& features) {
  FeatureViewProjection projection;
  projection.name = name;
  for (const std::string& feature : features) projection.features.push_back(MakeField(feature));
  return projection;
}

class ResolveRequestTest : public testing::Test {
 protected:
  ResolveRequestTest() {
    stats_ = MakeView<FeatureView>("stats", {"conv_rate", "acc_rate", "trips"});
    stats_->batch_source->field_mapping = {
        {"raw_rate", "conv_rate"}, {"driver", "driver_id"}, {"ts", "event_timestamp"}};
    auto weather = MakeView<FeatureView>("weather", {"rain", "conv_rate"});
    auto global = MakeView<FeatureView>("global", {"level"});
    global->entities = {kDummyEntityName};
    global->entity_columns = {MakeField(kDummyEntityJoinKey, ValueType::kString)};
    auto stream = MakeView<StreamFeatureView>("live", {"speed"});
    auto push = std::make_shared<PushSource>();
    push->name = "push";
    push->batch_source = Source("history");
    stream->batch_source = push;
    definitions_.feature_views = {stats_, weather, global, stream};

    auto on_demand = std::make_shared<OnDemandFeatureView>();
    on_demand->name = "computed";
    on_demand->features = {MakeField("total"), MakeField("ratio")};
    auto request = std::make_shared<RequestSource>();
    request->name = "request";
    request->schema = {MakeField("val_to_add", ValueType::kInt64)};
    on_demand->sources = {{"stats", Projection("stats", {"conv_rate", "trips"})}, {"request", request}};
    on_demand->transformation = std::make_shared<StoredTransformation>();
    on_demand->transformation->source_text = "def f(inputs): ...";
    definitions_.on_demand_feature_views = {on_demand};
  }

  std::shared_ptr<arrow::Table> EntityRows(const std::vector<std::string>& names = {"driver_id", "event_timestamp"}) {
    arrow::FieldVector fields;
    arrow::ArrayVector columns;
    for (const std::string& name : names) {
      const auto type =
          name == "event_timestamp" || name == "when" ? arrow::timestamp(arrow::TimeUnit::SECOND) : arrow::int64();
      fields.push_back(arrow::field(name, type));
      arrow::Int64Builder builder;
      EXPECT_TRUE(builder.AppendValues({1000, 3000, 2000}).ok());
      columns.push_back(builder.Finish().ValueOrDie()->View(type).ValueOrDie());
    }
    return arrow::Table::Make(arrow::schema(fields), columns, 3);
  }

  arrow::Result<ResolvedRetrieval> ResolveWhole(const HistoricalRequest& request) {
    core::Registry registry = ToProto(definitions_, "project");
    core::Registry other = ToProto(others_, "other");
    registry.MergeFrom(other);
    const Snapshot snapshot(std::move(registry), "1");
    return ResolveRequest(request, snapshot, "project", offline_, {});
  }

  arrow::Result<ResolvedRetrieval> Resolve(const std::vector<std::string>& features, bool full_names = false,
                                           std::shared_ptr<arrow::Table> rows = nullptr) {
    HistoricalRequest request;
    request.features = features;
    request.full_feature_names = full_names;
    request.entity_rows = rows ? std::move(rows) : EntityRows();
    return ResolveWhole(request);
  }

  void AddService(const std::string& name, std::vector<FeatureViewProjection> projections,
                  Definitions* definitions = nullptr) {
    auto service = std::make_shared<FeatureService>();
    service->name = name;
    service->features = std::move(projections);
    (definitions ? definitions : &definitions_)->feature_services.push_back(service);
  }

  arrow::Result<ResolvedRetrieval> ResolveService(const std::string& name, bool full_names = false,
                                                  std::shared_ptr<arrow::Table> rows = nullptr) {
    HistoricalRequest request;
    request.feature_service = std::make_shared<FeatureService>();
    request.feature_service->name = name;
    request.full_feature_names = full_names;
    request.entity_rows = rows ? std::move(rows) : EntityRows();
    return ResolveWhole(request);
  }

  static std::vector<std::string> OutputNames(const ResolvedRetrieval& resolved) {
    std::vector<std::string> names;
    for (const ViewRequest& view : resolved.request.views) {
      for (const FeatureColumn& feature : view.features) names.push_back(view.name + "/" + feature.output_name);
    }
    return names;
  }

  static void ExpectError(const arrow::Result<ResolvedRetrieval>& result, const std::string& error_class,
                          const std::string& words) {
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(ErrorClass(result.status()), error_class) << result.status().ToString();
    EXPECT_NE(result.status().message().find(words), std::string::npos) << result.status().ToString();
  }

  std::shared_ptr<FeatureView> stats_;
  Definitions definitions_, others_;
  FakeOfflineStore offline_;
};

using Names = std::vector<std::string>;

TEST_F(ResolveRequestTest, GroupsByViewInOrderOfFirstMention) {
  const auto resolved =
      Resolve({"stats:trips", "weather:rain", "stats:acc_rate", "stats:trips", "stats@latest:conv_rate"}).ValueOrDie();
  EXPECT_EQ(OutputNames(resolved), (Names{"stats/trips", "stats/acc_rate", "stats/conv_rate", "weather/rain"}));
  EXPECT_EQ(resolved.metadata.features, (Names{"stats:trips", "stats:acc_rate", "stats:conv_rate", "weather:rain"}));
  EXPECT_EQ(resolved.metadata.keys, Names{"driver_id"});
  EXPECT_EQ(resolved.metadata.min_event_timestamp->time_since_epoch(), std::chrono::seconds(1000));
  EXPECT_EQ(resolved.metadata.max_event_timestamp->time_since_epoch(), std::chrono::seconds(3000));
  EXPECT_TRUE(resolved.hidden_columns.empty());
}

TEST_F(ResolveRequestTest, UndoesTheFieldMapping) {
  const auto resolved = Resolve({"stats:conv_rate", "stats:trips"}).ValueOrDie();
  const ViewRequest& view = resolved.request.views.at(0);
  EXPECT_EQ(view.features[0].source_column, "raw_rate");
  EXPECT_EQ(view.features[1].source_column, "trips");
  EXPECT_EQ(view.timestamp_column, "ts");
  EXPECT_EQ(view.created_column, "created");
  EXPECT_EQ(view.ttl, std::chrono::hours(24));
  ASSERT_EQ(view.join_keys.size(), 1u);
  EXPECT_EQ(view.join_keys[0].source_column, "driver");
  EXPECT_EQ(view.join_keys[0].entity_column, "driver_id");
}

TEST_F(ResolveRequestTest, FullNames) {
  const auto resolved = Resolve({"stats:conv_rate", "weather:conv_rate"}, true).ValueOrDie();
  EXPECT_EQ(OutputNames(resolved), (Names{"stats/stats__conv_rate", "weather/weather__conv_rate"}));
}

TEST_F(ResolveRequestTest, OneNameTwiceIsACollision) {
  ExpectError(Resolve({"stats:conv_rate", "weather:conv_rate"}), "FeatureNameCollisionError", "'conv_rate'");
  ExpectError(Resolve({"stats:conv_rate", "weather:conv_rate"}), "FeatureNameCollisionError",
              "full_feature_names=True");
}

TEST_F(ResolveRequestTest, FeatureNamedLikeAnEntityColumnGetsAnotherName) {
  const auto resolved =
      Resolve({"stats:trips"}, false, EntityRows({"trips", "trips__", "driver_id", "event_timestamp"})).ValueOrDie();
  EXPECT_EQ(OutputNames(resolved), (Names{"stats/trips____"}));
}

TEST_F(ResolveRequestTest, ViewWithoutEntitiesNeedsNoKey) {
  const auto resolved = Resolve({"global:level"}, false, EntityRows({"event_timestamp"})).ValueOrDie();
  EXPECT_TRUE(resolved.request.views.at(0).join_keys.empty());
}

TEST_F(ResolveRequestTest, StreamViewReadsItsBatchSource) {
  const auto resolved = Resolve({"live:speed"}).ValueOrDie();
  EXPECT_EQ(resolved.request.views.at(0).source->name, "history");
}

TEST_F(ResolveRequestTest, ViewWithoutBatchSource) {
  stats_->batch_source = std::make_shared<PushSource>();
  stats_->batch_source->name = "push";
  ExpectError(Resolve({"stats:trips"}), "", "no batch source");
}

TEST_F(ResolveRequestTest, JoinKeysOfAnOldRegistryComeFromItsEntities) {
  stats_->entity_columns.clear();
  ExpectError(Resolve({"stats:trips"}), "EntityNotFoundException", "'driver'");
  auto driver = std::make_shared<Entity>();
  driver->name = "driver";
  driver->join_key = "driver_id";
  driver->value_type = ValueType::kInt64;
  definitions_.entities = {driver};
  EXPECT_EQ(Resolve({"stats:trips"}).ValueOrDie().request.views.at(0).join_keys.at(0).entity_column, "driver_id");
}

TEST_F(ResolveRequestTest, OnDemandViewBringsItsInputs) {
  const auto rows = EntityRows({"driver_id", "event_timestamp", "val_to_add"});
  const auto resolved = Resolve({"computed:ratio", "stats:trips"}, false, rows).ValueOrDie();
  ASSERT_EQ(resolved.on_demand.size(), 1u);
  const OnDemandStep& step = resolved.on_demand[0];
  ASSERT_EQ(step.outputs.size(), 1u);
  EXPECT_EQ(step.outputs[0].output_name, "ratio");
  EXPECT_EQ(step.outputs[0].prefixed_name, "computed__ratio");
  ASSERT_EQ(resolved.request.views.size(), 1u) << "inputs are read with what was asked for";
  ASSERT_EQ(step.inputs.size(), 2u);
  EXPECT_EQ(step.inputs[0].names, (Names{"conv_rate", "stats__conv_rate"}));
  EXPECT_TRUE(resolved.hidden_columns.contains(step.inputs[0].column));
  EXPECT_EQ(step.inputs[1].column, "trips");
  EXPECT_EQ(resolved.hidden_columns.size(), 1u);
  EXPECT_EQ(resolved.metadata.features, (Names{"computed:ratio", "stats:trips"}));
}

TEST_F(ResolveRequestTest, HiddenInputsDoNotCollideWithWhatWasAsked) {
  const auto rows = EntityRows({"driver_id", "event_timestamp", "val_to_add"});
  const auto resolved = Resolve({"weather:conv_rate", "computed:total"}, false, rows).ValueOrDie();
  EXPECT_EQ(resolved.request.views.at(0).features.at(0).output_name, "conv_rate");
  EXPECT_NE(resolved.request.views.at(1).features.at(0).output_name, "conv_rate");
}

TEST_F(ResolveRequestTest, RequestDataMustBeThere) {
  ExpectError(Resolve({"computed:total"}), "RequestDataNotFoundInEntityDfException", "val_to_add");
  HistoricalRequest range;
  range.features = {"computed:total"};
  ExpectError(ResolveWhole(range), "RequestDataNotFoundInEntityDfException", "date range");
}

TEST_F(ResolveRequestTest, ServiceWithAliasesAndRenamedKeys) {
  FeatureViewProjection origin = Projection("stats", {"trips"}),
                        destination = Projection("stats", {"trips", "acc_rate"});
  origin.name_alias = "origin";
  origin.join_key_map = {{"driver_id", "origin_id"}};
  destination.name_alias = "destination";
  destination.join_key_map = {{"driver_id", "destination_id"}};
  AddService("model", {origin, destination, Projection("weather", {})});
  const auto rows = EntityRows({"origin_id", "destination_id", "driver_id", "event_timestamp"});
  const auto resolved = ResolveService("model", true, rows).ValueOrDie();
  EXPECT_EQ(OutputNames(resolved),
            (Names{"origin/origin__trips", "destination/destination__trips", "destination/destination__acc_rate",
                   "weather/weather__rain", "weather/weather__conv_rate"}));
  EXPECT_EQ(resolved.request.views[0].join_keys[0].entity_column, "origin_id");
  EXPECT_EQ(resolved.request.views[1].join_keys[0].entity_column, "destination_id");
  EXPECT_EQ(resolved.metadata.features[0], "origin:trips");
  ExpectError(ResolveService("model", false, rows), "FeatureNameCollisionError", "origin:trips");
}

TEST_F(ResolveRequestTest, ServiceThatOutlivedAFeature) {
  AddService("model", {Projection("stats", {"gone"})});
  ExpectError(ResolveService("model"), "", "stats:gone");
}

TEST_F(ResolveRequestTest, UnknownNames) {
  AddService("model_v1", {Projection("stats", {"trips"})});
  AddService("elsewhere", {Projection("stats", {"trips"})}, &others_);
  others_.feature_views = {MakeView<FeatureView>("abroad", {"x"})};
  ExpectError(ResolveService("model_v2"), "FeatureServiceNotFoundException", "Did you mean 'model_v1'?");
  ExpectError(ResolveService("elsewhere"), "FeatureServiceNotFoundException", "project 'other'");
  ExpectError(Resolve({"stat:trips"}), "FeatureViewNotFoundException", "Did you mean 'stats'?");
  ExpectError(Resolve({"abroad:x"}), "FeatureViewNotFoundException", "project 'other'");
  const auto feature = Resolve({"stats:trip"}).status();
  EXPECT_TRUE(feature.IsKeyError());
  EXPECT_NE(feature.message().find("Feature trip not found in projection stats"), std::string::npos);
}

TEST_F(ResolveRequestTest, MalformedReferences) {
  for (const char* reference : {"trips", "", ":", "stats:", ":trips"}) {
    EXPECT_TRUE(Resolve({reference}).status().IsInvalid()) << reference;
  }
  EXPECT_TRUE(Resolve(Names{}).status().IsInvalid());
  EXPECT_TRUE(Resolve({"stats@v2:trips"}).status().IsNotImplemented());
}

TEST_F(ResolveRequestTest, DisabledView) {
  stats_->enabled = false;
  ExpectError(Resolve({"stats:trips"}), "", "disabled");
}

TEST_F(ResolveRequestTest, EntityRowsMustHaveKeysAndOneTime) {
  const auto missing = Resolve({"stats:trips"}, false, EntityRows({"driverid", "event_timestamp"})).status();
  EXPECT_TRUE(missing.IsKeyError());
  EXPECT_NE(missing.message().find("'driver_id'"), std::string::npos);
  EXPECT_NE(missing.message().find("Did you mean 'driverid'?"), std::string::npos);
  ExpectError(Resolve({"stats:trips"}, false, EntityRows({"driver_id"})), "", "event_timestamp");
  EXPECT_EQ(Resolve({"stats:trips"}, false, EntityRows({"driver_id", "when"})).ValueOrDie().request.timestamp_column,
            "when");
  auto two = EntityRows({"driver_id", "when"});
  two = two->AddColumn(2, arrow::field("then", two->column(1)->type()), two->column(1)).ValueOrDie();
  ExpectError(Resolve({"stats:trips"}, false, two), "", "when, then");
  auto text = EntityRows({"driver_id"});
  text = text->AddColumn(1, arrow::field("event_timestamp", arrow::int64()), text->column(0)).ValueOrDie();
  ExpectError(Resolve({"stats:trips"}, false, text), "EntityDFNotDateTime", "int64");
  auto twice = EntityRows();
  twice = twice->AddColumn(2, twice->field(0), twice->column(0)).ValueOrDie();
  ExpectError(Resolve({"stats:trips"}, false, twice), "", "two columns of one name");
}

TEST_F(ResolveRequestTest, TimesOfTablesAreBroughtToUtc) {
  auto rows = EntityRows({"driver_id"});
  rows = rows->AddColumn(1, arrow::field("event_timestamp", arrow::null()),
                         std::make_shared<arrow::ChunkedArray>(arrow::MakeArrayOfNull(arrow::null(), 3).ValueOrDie()))
             .ValueOrDie();
  for (const auto& table : {EntityRows(), rows}) {
    const auto resolved = Resolve({"stats:trips"}, false, table).ValueOrDie();
    const auto& type =
        *std::get<std::shared_ptr<arrow::Table>>(resolved.request.entity_rows)->schema()->field(1)->type();
    EXPECT_EQ(static_cast<const arrow::TimestampType&>(type).timezone(), "UTC");
  }
}

TEST_F(ResolveRequestTest, DatesOfTablesBecomeMidnightInUtc) {
  const auto dates =
      std::make_shared<arrow::ChunkedArray>(arrow::MakeArrayFromScalar(arrow::Date32Scalar(20'454), 3).ValueOrDie());
  auto rows = EntityRows({"driver_id"});
  rows = rows->AddColumn(1, arrow::field("event_timestamp", arrow::date32()), dates).ValueOrDie();
  const auto resolved = Resolve({"stats:trips"}, false, rows).ValueOrDie();
  const auto& table = *std::get<std::shared_ptr<arrow::Table>>(resolved.request.entity_rows);
  EXPECT_EQ(table.column(1)->GetScalar(2).ValueOrDie()->ToString(), "2026-01-01 00:00:00.000000Z");
}

TEST_F(ResolveRequestTest, EntityRowsInAFile) {
  offline_.file_schema =
      arrow::schema({arrow::field("driver_id", arrow::int64()),
                     arrow::field("event_timestamp", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"))});
  HistoricalRequest request;
  request.features = {"stats:trips"};
  request.entity_rows = EntityFile{"rows.parquet"};
  const auto resolved = ResolveWhole(request).ValueOrDie();
  ASSERT_EQ(offline_.sources_asked.size(), 1u);
  EXPECT_TRUE(offline_.sources_asked[0].starts_with("/")) << "relative to the working directory, not to the repo";
  EXPECT_EQ(std::get<EntityFile>(resolved.request.entity_rows).path, offline_.sources_asked[0]);
}

TEST_F(ResolveRequestTest, RangeIsCompleted) {
  HistoricalRequest request;
  request.features = {"stats:trips"};
  const Timestamp end{std::chrono::days(20000)};
  request.entity_rows = EntityRange{std::nullopt, end};
  const auto with_ttl = ResolveWhole(request).ValueOrDie();
  EXPECT_EQ(std::get<EntityRange>(with_ttl.request.entity_rows).start, end - std::chrono::hours(24));
  EXPECT_EQ(with_ttl.metadata.keys, Names{"driver_id"});
  stats_->ttl.reset();
  const auto without = ResolveWhole(request).ValueOrDie();
  EXPECT_EQ(std::get<EntityRange>(without.request.entity_rows).start, end - std::chrono::days(30));
  request.entity_rows = EntityRange{end + std::chrono::seconds(1), end};
  EXPECT_TRUE(ResolveWhole(request).status().IsInvalid());
  request.entity_rows = EntityRange{};
  EXPECT_TRUE(std::get<EntityRange>(ResolveWhole(request).ValueOrDie().request.entity_rows).end.has_value());
}

}  // namespace
}  // namespace feast
