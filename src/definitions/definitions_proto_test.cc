// Definitions that Feast 0.67 did not write: our own, those of older versions, and broken ones.
#include <chrono>
#include <limits>
#include <string>

#include "definitions/proto.h"
#include "gtest/gtest.h"

namespace feast {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::nanoseconds;

Timestamp At(int64_t ns) { return Timestamp(nanoseconds(ns)); }

TEST(EntityProto, NameIsTheJoinKeyByDefault) {
  Entity entity;
  entity.name = "driver";
  entity.value_type = ValueType::kZonedTimestamp;
  entity.created_timestamp = At(-1);
  const core::Entity wire = ToProto(entity, "p");
  EXPECT_EQ(wire.spec().join_key(), "driver");
  EXPECT_EQ(wire.spec().project(), "p");
  EXPECT_EQ(wire.meta().created_timestamp().seconds(), -1);
  EXPECT_EQ(wire.meta().created_timestamp().nanos(), 999999999);
  EXPECT_FALSE(wire.meta().has_last_updated_timestamp());
  const Entity back = FromProto(wire);
  EXPECT_EQ(back.created_timestamp, At(-1));
  EXPECT_EQ(back.last_updated_timestamp, Timestamp{});
  EXPECT_EQ(back.value_type, ValueType::kZonedTimestamp);
}

TEST(EntityProto, TimesAndSpansBeyondWhatWeHoldAreTheNearestEnd) {
  core::Entity wire;
  wire.mutable_meta()->mutable_created_timestamp()->set_seconds(253402300799);  // 9999-12-31
  wire.mutable_meta()->mutable_last_updated_timestamp()->set_seconds(std::numeric_limits<int64_t>::min());
  const Entity entity = FromProto(wire);
  EXPECT_EQ(entity.created_timestamp, Timestamp::max());
  EXPECT_EQ(entity.last_updated_timestamp, Timestamp::min());
  core::FeatureView view;
  view.mutable_spec()->mutable_ttl()->set_seconds(std::numeric_limits<int64_t>::max());
  view.mutable_spec()->mutable_ttl()->set_nanos(-1);
  EXPECT_EQ(FromProto(view).ValueOrDie()->ttl, std::chrono::microseconds::max());
}

TEST(FieldProto, TypesSurvive) {
  for (const char* text :
       {"Array(Array(Struct({a: Int64})))", "Set(Set(Float64))", "Struct({s: Struct({x: Set(Uuid)})})",
        "Array(Struct({\"q\": Array(Map)}))", "Json", "Invalid"}) {
    Field field;
    field.name = "f";
    field.type = *Type::Parse(text);
    field.tags = {{"mine", "kept"}};
    EXPECT_EQ(FromProto(ToProto(field)), field) << text;
  }
}

TEST(FieldProto, ATagThatSaysNoTypeIsIgnored) {
  core::FeatureSpecV2 wire;
  wire.set_value_type(types::ValueType::STRUCT);
  for (const char* tag : {"", "[]", "{}", "{\"a\": 1}", "{\"a\": \"NOPE\"}", "{\"a\": \"Array(\"}", "not json"}) {
    (*wire.mutable_tags())["feast:struct_schema"] = tag;
    EXPECT_EQ(FromProto(wire).type, Type::Of(ValueType::kStruct)) << tag;
  }
  wire.set_value_type(types::ValueType::VALUE_LIST);
  (*wire.mutable_tags())["feast:nested_inner_type"] = "INT64";
  EXPECT_EQ(FromProto(wire).type, Type::Of(ValueType::kValueList));
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "Array(";
  deep += "INT64";
  for (int i = 0; i < 100000; ++i) deep += ")";
  (*wire.mutable_tags())["feast:nested_inner_type"] = deep;
  EXPECT_EQ(FromProto(wire).type, Type::Of(ValueType::kValueList));
  wire.set_value_type(static_cast<types::ValueType::Enum>(1000));
  EXPECT_FALSE(FromProto(wire).type.is_valid());
}

TEST(DataSourceProto, CsvIsKept) {
  FileSource source;
  source.name = source.path = "rows.txt";
  source.format = FileFormat::kCsv;
  const auto back = *FromProto(ToProto(source, "p"));
  EXPECT_EQ(static_cast<const FileSource&>(*back).format, FileFormat::kCsv);
  EXPECT_TRUE(back->tags.empty());
}

TEST(DataSourceProto, UnknownClassesAreCarriedAlong) {
  CustomSource source;
  source.name = "lake";
  source.class_type = "company.feast.LakeSource";
  source.configuration = std::string("\0binary", 7);
  source.timestamp_field = "ts";
  const core::DataSource wire = ToProto(source);
  EXPECT_EQ(wire.type(), core::DataSource::CUSTOM_SOURCE);
  const auto back = *FromProto(wire);
  ASSERT_EQ(back->kind(), DataSource::Kind::kCustom);
  EXPECT_EQ(static_cast<const CustomSource&>(*back).configuration, source.configuration);
  EXPECT_EQ(static_cast<const CustomSource&>(*back).class_type, source.class_type);
  source.class_type = "feast.infra.data_sources.contrib.iceberg_catalog.iceberg_source.IcebergSource";
  EXPECT_EQ(ToProto(source).type(), core::DataSource::BATCH_ICEBERG);
  EXPECT_EQ(ToProto(**FromProto(ToProto(source))).DebugString(), ToProto(source).DebugString());
}

TEST(DataSourceProto, AClassIsNamedWhereFeastNamesIt) {
  auto file = std::make_shared<FileSource>();
  file->name = file->path = "a.parquet";
  EXPECT_EQ(ToProto(*file).data_source_class_type(), "");
  EXPECT_EQ(ToProto(*file, "p").data_source_class_type(), "feast.infra.offline_stores.file_source.FileSource");
  FeatureView view;
  view.batch_source = file;
  EXPECT_EQ(ToProto(view).spec().batch_source().data_source_class_type(),
            "feast.infra.offline_stores.file_source.FileSource");
  EXPECT_EQ(ToProto(view, "p").spec().batch_source().project(), "");
}

TEST(DataSourceProto, OptionsThatDoNotFitAreAnError) {
  core::DataSource wire;
  wire.set_name("broken");
  EXPECT_EQ(
      FromProto(wire).status().message(),
      "Data source 'broken' in the registry is of type INVALID but has no matching options. Apply it again, or use a "
      "newer version");
  wire.set_type(core::DataSource::BATCH_SNOWFLAKE);
  wire.mutable_file_options()->set_uri("x");
  EXPECT_TRUE(FromProto(wire).status().IsInvalid());
  wire.set_type(static_cast<core::DataSource::SourceType>(99));
  EXPECT_NE(FromProto(wire).status().message().find("type 99"), std::string::npos);
  wire.set_type(core::DataSource::CUSTOM_SOURCE);
  wire.set_data_source_class_type(
      "feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source.PostgreSQLSource");
  wire.mutable_custom_options()->set_configuration("{");
  EXPECT_TRUE(FromProto(wire).status().IsInvalid());
}

TEST(DataSourceProto, OldRequestSchemasAreRead) {
  core::DataSource wire;
  wire.set_type(core::DataSource::REQUEST_SOURCE);
  (*wire.mutable_request_data_options()->mutable_deprecated_schema())["b"] = types::ValueType::INT64;
  (*wire.mutable_request_data_options()->mutable_deprecated_schema())["a"] = types::ValueType::STRING_LIST;
  const auto source = *FromProto(wire);
  const auto& schema = static_cast<const RequestSource&>(*source).schema;
  ASSERT_EQ(schema.size(), 2u);
  EXPECT_EQ(schema[0].name, "a");
  EXPECT_EQ(schema[0].type.ToString(), "Array(String)");
  EXPECT_EQ(schema[1].type.ToString(), "Int64");
}

TEST(FeatureViewProto, TtlMayBeAbsentZeroOrLong) {
  FeatureView view;
  EXPECT_FALSE(ToProto(view).spec().has_ttl());
  view.ttl = microseconds(0);
  EXPECT_TRUE(ToProto(view).spec().has_ttl());
  EXPECT_EQ((*FromProto(ToProto(view)))->ttl, microseconds(0));
  view.ttl = hours(24 * 365 * 100) + microseconds(1);
  EXPECT_EQ((*FromProto(ToProto(view)))->ttl, view.ttl);
}

TEST(FeatureViewProto, RegistriesOfOldVersionsAreRead) {
  core::FeatureView wire;
  wire.mutable_spec()->set_name("old");
  wire.mutable_spec()->add_entities("driver");
  wire.mutable_spec()->add_features()->set_name("x");
  const auto view = *FromProto(wire);
  EXPECT_EQ(view->version, "latest");
  EXPECT_TRUE(view->enabled);
  EXPECT_TRUE(view->entity_columns.empty());
  EXPECT_EQ(view->batch_source, nullptr);
  EXPECT_EQ(view->created_timestamp, Timestamp{});
  EXPECT_EQ(view->projection.features.size(), 1u);
}

TEST(FeatureViewProto, EndlessDerivationIsAnError) {
  core::FeatureViewSpec spec;
  for (int i = 0; i < 40; ++i) {
    core::FeatureViewSpec outer;
    outer.set_name("v");
    *outer.add_source_views() = spec;
    spec = outer;
  }
  core::FeatureView wire;
  *wire.mutable_spec() = spec;
  EXPECT_TRUE(FromProto(wire).status().IsInvalid());
}

TEST(OnDemandProto, FunctionsOfOldVersionsAreRead) {
  core::OnDemandFeatureView wire;
  wire.mutable_spec()->set_name("old");
  wire.mutable_spec()->mutable_user_defined_function()->set_name("f");
  wire.mutable_spec()->mutable_user_defined_function()->set_body("pickle");
  (*wire.mutable_spec()->mutable_sources())["v"].mutable_feature_view()->mutable_spec()->set_name("v");
  const auto view = *FromProto(wire);
  EXPECT_EQ(view->mode, "pandas");
  EXPECT_EQ(view->transformation->name, "f");
  EXPECT_EQ(view->transformation->mode, "pandas");
  EXPECT_EQ(view->transformation->pickled_body, "pickle");
  EXPECT_EQ(std::get<FeatureViewProjection>(view->sources.at(0).second).name, "v");
  // Written anew, in the place where Feast keeps it now.
  EXPECT_EQ(ToProto(*view).spec().feature_transformation().user_defined_function().body(), "pickle");
  EXPECT_FALSE(ToProto(*view).spec().has_user_defined_function());
}

TEST(OnDemandProto, SubstraitPlansAreCarriedAlong) {
  OnDemandFeatureView view;
  view.mode = "substrait";
  view.transformation = std::make_shared<StoredTransformation>();
  view.transformation->mode = "substrait";
  view.transformation->substrait_plan = "plan";
  view.transformation->pickled_body = "pickle";
  const core::OnDemandFeatureView wire = ToProto(view);
  EXPECT_EQ(wire.spec().feature_transformation().substrait_transformation().substrait_plan(), "plan");
  EXPECT_EQ(ToProto(**FromProto(wire)).DebugString(), wire.DebugString());
}

TEST(OnDemandProto, ASourceThatIsNothingIsAnError) {
  core::OnDemandFeatureView wire;
  wire.mutable_spec()->set_name("view");
  (*wire.mutable_spec()->mutable_sources())["empty"];
  EXPECT_NE(FromProto(wire).status().message().find("'empty'"), std::string::npos);
  auto* source = (*wire.mutable_spec()->mutable_sources())["empty"].mutable_request_data_source();
  source->set_type(core::DataSource::PUSH_SOURCE);
  EXPECT_TRUE(FromProto(wire).status().IsInvalid());
}

TEST(StoredFunctions, SayHowTheyMayRun) {
  StoredTransformation transformation;
  transformation.name = "plus";
  const auto status = transformation.Apply(nullptr).status();
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_NE(status.message().find("trust_registry_code: true"), std::string::npos) << status.message();
}

TEST(Projections, CompareWhatTheySelect) {
  auto source = std::make_shared<FileSource>();
  source->created_timestamp_column = "created";
  FeatureView view;
  view.name = "v";
  view.features = {{.name = "x", .type = Type::Of(ValueType::kInt64)}};
  view.batch_source = source;
  const FeatureViewProjection all = ProjectionOf(view);
  EXPECT_EQ(all.features, view.features);
  EXPECT_EQ(ToProto(all).timestamp_field(), "created");
  FeatureViewProjection same = all;
  same.batch_source = std::make_shared<FileSource>();
  EXPECT_EQ(all, same);
  same.name_alias = "w";
  EXPECT_NE(all, same);
  same.version_tag = 2;
  EXPECT_EQ(FromProto(ToProto(same)), same);
}

TEST(DefinitionsProto, AnErrorNamesTheObject) {
  core::Registry registry;
  auto* view = registry.add_feature_views()->mutable_spec();
  view->set_name("stats");
  view->set_project("p");
  view->mutable_batch_source()->set_name("gone");
  const auto status = FromProto(registry, "p").status();
  EXPECT_TRUE(status.message().starts_with("'stats' of project 'p': Data source 'gone'")) << status.message();
  EXPECT_TRUE(FromProto(registry, "q").ok());
}

}  // namespace
}  // namespace feast
