"""Definitions as Feast users write them: arguments, equality, wire form."""

import copy
import datetime
import pickle

import pytest
from feast import (
    Aggregation,
    BatchFeatureView,
    BigQuerySource,
    Entity,
    FeatureService,
    FeatureView,
    Field,
    FileSource,
    KafkaSource,
    KinesisSource,
    Project,
    PushSource,
    RedshiftSource,
    RequestSource,
    SnowflakeSource,
    StreamFeatureView,
    ValueType,
)
from feast.data_format import AvroFormat, DeltaFormat, JsonFormat, ParquetFormat
from feast.errors import DataSourceNoNameException, FeastError
from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import PostgreSQLSource
from feast.infra.offline_stores.contrib.spark_offline_store.spark_source import SparkSource
from feast.infra.offline_stores.contrib.trino_offline_store.trino_source import TrinoSource
from feast.types import (
    Array,
    Bool,
    Bytes,
    Float32,
    Float64,
    Int32,
    Int64,
    Set,
    String,
    Struct,
    UnixTimestamp,
    from_value_type,
)

FILE = FileSource(name="rows", path="rows.parquet", timestamp_field="ts")


# ---- Entities and fields


def test_entity_has_one_join_key_which_is_its_name_by_default():
    assert Entity(name="driver", value_type=ValueType.INT64).join_key == "driver"
    assert Entity(name="driver", join_keys=["id"], value_type=ValueType.INT64).join_key == "id"
    with pytest.raises(ValueError, match="2 join keys"):
        Entity(name="driver", join_keys=["a", "b"], value_type=ValueType.INT64)


def test_entity_without_a_type_warns():
    with pytest.warns(DeprecationWarning, match="value_type"):
        assert Entity(name="driver").value_type == ValueType.UNKNOWN


def test_old_join_key_argument_warns():
    with pytest.warns(DeprecationWarning, match="'join_key'"):
        entity = Entity(name="driver", join_key="driver_id", value_type=ValueType.INT64)
    assert entity.join_key == "driver_id"


def test_arguments_are_checked(driver):
    with pytest.raises(TypeError, match="name"):
        Entity()
    with pytest.raises(TypeError, match="keyword"):
        Entity("driver")
    with pytest.raises(TypeError, match=r"must be str, but got int"):
        Entity(name=3)
    with pytest.raises(TypeError, match="Did you mean 'value_type'"):
        Entity(name="driver", valuetype=ValueType.INT64)
    with pytest.raises(TypeError, match="dict of str to str"):
        Entity(name="driver", value_type=ValueType.INT64, tags={"a": 1})
    with pytest.raises(TypeError, match="Int64"):
        Field(name="a", dtype=ValueType.INT64)
    with pytest.raises(TypeError, match="timedelta"):
        FeatureView(name="v", entities=[driver], source=FILE, ttl=3600)
    with pytest.raises(TypeError, match="DataSource"):
        FeatureView(name="v", entities=[driver], source="rows.parquet")
    with pytest.raises(TypeError, match="list of Field"):
        FeatureView(name="v", entities=[driver], source=FILE, schema=["a"])


def test_objects_know_where_they_were_defined():
    entity = Entity(name="driver", value_type=ValueType.INT64)
    file, line = entity._origin.rsplit(":", 1)
    assert file == __file__ and int(line) > 0


def test_equality_and_hash():
    one = Entity(name="driver", value_type=ValueType.INT64, tags={"a": "b"})
    same = Entity(name="driver", value_type=ValueType.INT64, tags={"a": "b"})
    assert one == same and hash(one) == hash(same) and len({one, same}) == 1
    assert one != Entity(name="driver", value_type=ValueType.STRING, tags={"a": "b"})
    assert one != "driver"
    assert Field(name="a", dtype=Int64) == Field(name="a", dtype=Int64) != Field(name="a", dtype=Int32)
    assert Field(name="a", dtype=Int64) < Field(name="b", dtype=Int64)


def test_text_is_the_wire_form_as_json(driver):
    assert '"joinKey": "driver_id"' in str(driver)
    assert repr(driver).startswith("Entity(")


# ---- Types


@pytest.mark.parametrize(
    "feast_type, value_type",
    [
        (Bytes, ValueType.BYTES),
        (String, ValueType.STRING),
        (Int32, ValueType.INT32),
        (Int64, ValueType.INT64),
        (Float32, ValueType.FLOAT),
        (Float64, ValueType.DOUBLE),
        (Bool, ValueType.BOOL),
        (UnixTimestamp, ValueType.UNIX_TIMESTAMP),
        (Array(Int64), ValueType.INT64_LIST),
        (Set(String), ValueType.STRING_SET),
        (Array(Float32), ValueType.FLOAT_LIST),
    ],
)
def test_types_and_value_types(feast_type, value_type):
    assert feast_type.to_value_type() == value_type
    assert from_value_type(value_type) == feast_type


def test_types_are_values():
    assert Array(Int64) == Array(Int64) != Array(Int32)
    assert hash(Array(Int64)) == hash(Array(Int64))
    assert str(Struct({"a": Int64, "b": Array(String)})) == "Struct({a: Int64, b: Array(String)})"
    assert Array(Array(Int64)).base_type == Array(Int64)
    assert isinstance(Field(name="a", dtype=Array(Int64)).dtype, Array)
    assert pickle.loads(pickle.dumps(Array(Int64))) == Array(Int64)
    with pytest.raises(ValueError, match="Struct"):
        Struct({})
    with pytest.raises(ValueError, match="Array"):
        Array("Int64")


# ---- Views


def test_schema_is_divided_into_join_keys_and_features(stats):
    assert [field.name for field in stats.entity_columns] == ["driver_id"]
    assert [field.name for field in stats.features] == ["conv_rate", "acc_rate", "avg_daily_trips"]
    assert stats.entities == ["driver"] and stats.join_keys == ["driver_id"]
    assert {field.name for field in stats.schema} == {"driver_id", "conv_rate", "acc_rate", "avg_daily_trips"}


def test_a_join_keys_type_must_be_that_of_its_entity(driver):
    with pytest.raises(ValueError, match="driver_id"):
        FeatureView(name="v", entities=[driver], source=FILE, schema=[Field(name="driver_id", dtype=String)])


def test_old_spellings_of_a_view(driver):
    with pytest.warns(DeprecationWarning, match="batch_source"):
        view = FeatureView(name="v", entities=["driver"], batch_source=FILE, ttl=datetime.timedelta(days=1))
    assert view.batch_source is FILE and view.entities == ["driver"]
    from feast import Feature

    with pytest.warns(DeprecationWarning):
        view = FeatureView(name="v", entities=[driver], source=FILE, features=[Feature("a", ValueType.INT64)])
    assert view.features == [Field(name="a", dtype=Int64)]


def test_duration_message_as_ttl(driver):
    duration = pytest.importorskip("google.protobuf.duration_pb2").Duration(seconds=90)
    assert FeatureView(name="v", entities=[driver], source=FILE, ttl=duration).ttl == datetime.timedelta(seconds=90)


def test_a_view_without_entities_has_the_dummy_one():
    assert FeatureView(name="v", source=FILE).entities == ["__dummy"]


def test_projections_are_copies(stats):
    selected = stats[["conv_rate"]]
    assert [field.name for field in selected.projection.features] == ["conv_rate"]
    assert len(stats.projection.features) == 3 and len(selected.features) == 3
    renamed = stats.with_name("other").with_join_key_map({"driver_id": "courier_id"})
    assert renamed.projection.name_to_use() == "other" and stats.projection.name_to_use() == "driver_hourly_stats"
    assert renamed.projection.join_key_map == {"driver_id": "courier_id"}
    assert stats.with_projection(selected.projection) == selected != stats
    with pytest.raises(ValueError, match="Did you mean 'conv_rate'"):
        stats[["conv_rat"]]
    with pytest.raises(TypeError, match="list of names"):
        stats["conv_rate"]
    with pytest.raises(ValueError, match="cannot be used"):
        FeatureView(name="v", source=FILE).set_projection(stats.projection)


def test_copies_and_pickles_are_equal(stats, driver):
    service = FeatureService(name="s", features=[stats, stats[["acc_rate"]]], tags={"a": "b"})
    for item in (stats, driver, service, FILE, Field(name="a", dtype=Array(Int64)), Project(name="p")):
        assert copy.copy(item) == item and copy.copy(item) is not item
        assert pickle.loads(pickle.dumps(item)) == item
        assert type(pickle.loads(pickle.dumps(item))) is type(item)


def test_names_that_are_not_allowed():
    with pytest.raises(ValueError, match="':'"):
        FeatureView(name="a:b", source=FILE).ensure_valid()


def test_mapped_columns_go_by_their_new_name():
    source = FileSource(path="rows.parquet", timestamp_field="ts", field_mapping={"raw": "clean"})
    with pytest.raises(ValueError, match="clean"):
        FeatureView(name="v", source=source, schema=[Field(name="raw", dtype=Int64)])


@pytest.mark.filterwarnings("ignore:.*experimental:RuntimeWarning")
def test_stream_and_batch_views():
    push = PushSource(name="push", batch_source=FILE)
    view = FeatureView(name="v", source=push)
    assert view.stream_source is push and view.batch_source is FILE
    with pytest.raises(ValueError, match="batch_source"):
        FeatureView(name="v", source=PushSource(name="push"))
    with pytest.raises(ValueError, match="stream source"):
        StreamFeatureView(name="v", source=FILE)
    with pytest.raises(ValueError, match="batch source"):
        BatchFeatureView(name="v", source=push)
    kafka = KafkaSource(
        name="kafka",
        timestamp_field="ts",
        message_format=AvroFormat("{}"),
        kafka_bootstrap_servers="localhost:9092",
        topic="t",
        batch_source=FILE,
        watermark_delay_threshold=datetime.timedelta(minutes=5),
    )
    stream = StreamFeatureView(
        name="stream",
        source=kafka,
        schema=[Field(name="a", dtype=Int64)],
        mode="spark",
        timestamp_field="ts",
        aggregations=[Aggregation(column="a", function="sum", time_window=datetime.timedelta(hours=1))],
        udf=lambda df: df,
    )
    assert stream.aggregations[0].slide_interval == datetime.timedelta(hours=1)
    assert kafka.kafka_options.topic == "t" and kafka.message_format == AvroFormat("{}") != JsonFormat("{}")
    with pytest.warns(RuntimeWarning, match="experimental"):
        BatchFeatureView(name="b", source=FILE)


# ---- Sources


def test_sources_have_a_name_or_take_that_of_their_table():
    assert FileSource(path="a.parquet").name == "a.parquet"
    assert BigQuerySource(table="p.d.t").name == "p.d.t"
    assert RedshiftSource(table="t").schema == "public"
    assert SnowflakeSource(database="D", table="T").schema == "PUBLIC"
    for make in (BigQuerySource, RedshiftSource, SnowflakeSource):
        with pytest.raises(DataSourceNoNameException):
            make(query="select 1")
        with pytest.raises(ValueError, match="query"):
            make(name="n")
    with pytest.raises(FeastError):
        TrinoSource(query="select 1")


def test_deprecated_arguments_of_sources():
    with pytest.warns(DeprecationWarning, match="timestamp_field"):
        assert FileSource(path="a", event_timestamp_column="ts").timestamp_field == "ts"
    with pytest.warns(DeprecationWarning, match="warehouse"):
        SnowflakeSource(table="t", warehouse="w")
    with pytest.warns(DeprecationWarning, match="bootstrap_servers"):
        KafkaSource(name="k", timestamp_field="t", message_format=AvroFormat(""), bootstrap_servers="b", topic="t")


def test_bad_sources():
    with pytest.raises(ValueError, match="two columns"):
        FileSource(path="a", timestamp_field="ts", created_timestamp_column="ts")
    with pytest.raises(ValueError, match="file_format"):
        SparkSource(name="s", path="a", file_format="xlsx")
    with pytest.raises(TypeError, match="path"):
        FileSource(name="a")
    with pytest.raises(ValueError, match="record_format"):
        KinesisSource(name="k", region="r", stream_name="s", record_format=None, timestamp_field="t")


# ---- Wire form


def every_definition(driver, stats):
    rows = PushSource(name="push", batch_source=FILE, tags={"a": "b"}, owner="o", description="d")
    return [
        driver,
        stats,
        Project(name="p", description="d", tags={"a": "b"}),
        FeatureService(name="s", features=[stats[["conv_rate"]].with_name("x")], description="d", owner="o"),
        FileSource(
            path="s3://b/k",
            file_format=ParquetFormat(),
            s3_endpoint_override="http://localhost",
            field_mapping={"a": "b"},
        ),
        FileSource(path="t", file_format=DeltaFormat()),
        BigQuerySource(name="q", query="select 1", timestamp_field="ts"),
        SnowflakeSource(database="d", schema="s", table="t"),
        RedshiftSource(table="t", database="d"),
        SparkSource(name="s", path="p", file_format="csv"),
        TrinoSource(name="t", table="c.s.t"),
        PostgreSQLSource(name="pg", query="select 1", timestamp_field="ts"),
        RequestSource(name="r", schema=[Field(name="val", dtype=Int64)]),
        rows,
    ]


def test_definitions_survive_their_wire_form(driver, stats):
    pytest.importorskip("google.protobuf")
    for item in every_definition(driver, stats):
        message = item.to_proto()
        assert message.DESCRIPTOR.full_name.startswith("feast.core.")
        back = type(item).from_proto(message)
        assert type(back) is type(item)
        assert back == item
        assert back.to_proto() == message


def test_messages_are_those_of_feast_protos(stats):
    pytest.importorskip("google.protobuf")
    from feast.protos.feast.core.FeatureView_pb2 import FeatureView as Message

    message = stats.to_proto()
    assert isinstance(message, Message) and message.spec.ttl.ToSeconds() == 7200
    with pytest.raises(TypeError, match="feast.core.FeatureView"):
        FeatureView.from_proto("text")


def test_lists_and_dicts_may_be_changed_in_place(stats):
    stats.tags["new"] = "tag"
    stats.features.append(Field(name="extra", dtype=Int64))
    stats.batch_source.field_mapping.update({"a": "b"})
    now = datetime.datetime(2022, 5, 1, tzinfo=datetime.timezone.utc)
    stats.materialization_intervals.append((now, now + datetime.timedelta(hours=1)))
    assert stats.tags == {"team": "drivers", "new": "tag"} and isinstance(stats.tags, dict)
    assert stats.features[-1].name == "extra" and stats.batch_source.field_mapping == {"a": "b"}
    assert stats.most_recent_end_time == now + datetime.timedelta(hours=1)
    assert '"new": "tag"' in str(stats)
    assert copy.copy(stats.tags) == stats.tags
