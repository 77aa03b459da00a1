"""Writes the registries in this folder with real Feast (0.67), as examples of what Feast stores.

    pip install feast==0.67.0 && python make_registries.py

`local.pb` is what `feast apply`, `feast materialize` and `create_saved_dataset` leave behind for files and a local
registry; `warehouse.pb` holds every other kind of source and view, stored through Feast's registry class, which needs
no warehouse.
The `.json` files are objects of `local.pb` as Feast prints them. Names and paths are fixed;
times, ids and pickles differ from run to run.
"""

import pathlib
import shutil
import sys
import tempfile
import warnings
from datetime import datetime, timedelta, timezone
from unittest import mock

warnings.simplefilter("ignore")
# The warehouse sources import their drivers, which are not needed to describe a source.
for driver in [
    "psycopg",
    "psycopg.sql",
    "psycopg.conninfo",
    "psycopg_pool",
    "psycopg.types",
    "psycopg.types.range",
    "pyspark",
    "pyspark.sql",
    "pyspark.sql.utils",
    "pyspark.sql.types",
    "pyspark.errors",
    "trino",
    "trino.auth",
    "trino.dbapi",
    "trino.exceptions",
    "regex",
]:
    sys.modules.setdefault(driver, mock.MagicMock())

import pandas as pd
from feast import (
    Aggregation,
    BatchFeatureView,
    BigQuerySource,
    Entity,
    FeatureService,
    FeatureStore,
    FeatureView,
    Field,
    FileSource,
    KafkaSource,
    KinesisSource,
    OnDemandFeatureView,
    Project,
    PushSource,
    RedshiftSource,
    RequestSource,
    SnowflakeSource,
    StreamFeatureView,
    ValueType,
)
from feast.data_format import AvroFormat, DeltaFormat, JsonFormat, ParquetFormat, ProtoFormat
from feast.feature_logging import LoggingConfig
from feast.infra.offline_stores.bigquery_source import SavedDatasetBigQueryStorage
from feast.infra.offline_stores.contrib.athena_offline_store.athena_source import AthenaSource
from feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source import (
    PostgreSQLSource,
    SavedDatasetPostgreSQLStorage,
)
from feast.infra.offline_stores.contrib.spark_offline_store.spark_source import SavedDatasetSparkStorage, SparkSource
from feast.infra.offline_stores.contrib.trino_offline_store.trino_source import TrinoSource
from feast.infra.offline_stores.file_source import FileLoggingDestination, SavedDatasetFileStorage
from feast.infra.offline_stores.redshift_source import SavedDatasetRedshiftStorage
from feast.infra.offline_stores.snowflake_source import SavedDatasetSnowflakeStorage
from feast.infra.registry.registry import Registry
from feast.on_demand_feature_view import on_demand_feature_view
from feast.repo_config import RegistryConfig
from feast.saved_dataset import SavedDataset
from feast.stream_feature_view import stream_feature_view
from feast.table_format import IcebergFormat
from feast.types import (
    Array,
    Bool,
    Bytes,
    Decimal,
    Float32,
    Float64,
    Int32,
    Int64,
    Json,
    Map,
    Set,
    String,
    Struct,
    TimeUuid,
    UnixTimestamp,
    Uuid,
)

HERE = pathlib.Path(__file__).resolve().parent
NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
DRIVER = Entity(
    name="driver",
    join_keys=["driver_id"],
    value_type=ValueType.INT64,
    description="A driver",
    tags={"team": "ml"},
    owner="ann@example.com",
)
CUSTOMER = Entity(name="customer", value_type=ValueType.STRING)


def local_objects():
    source = FileSource(
        name="driver_stats",
        path="data/driver_stats.parquet",
        timestamp_field="event_timestamp",
        created_timestamp_column="created",
        field_mapping={"trips": "daily_trips"},
        description="Trips",
        tags={"origin": "trips"},
        owner="bob@example.com",
    )
    stats = FeatureView(
        name="driver_hourly_stats",
        entities=[DRIVER],
        ttl=timedelta(days=2, microseconds=5),
        source=source,
        schema=[
            Field(name="conv_rate", dtype=Float32, description="Rate", tags={"unit": "one"}),
            Field(name="acc_rate", dtype=Float64),
            Field(name="daily_trips", dtype=Int64),
        ],
        tags={"team": "driver_performance"},
        owner="ann@example.com",
        description="Hourly",
    )
    inferred = FeatureView(
        name="inferred",
        entities=[DRIVER],
        source=FileSource(path="data/driver_stats.parquet", timestamp_field="event_timestamp"),
    )
    world = FeatureView(
        name="world", source=source, schema=[Field(name="acc_rate", dtype=Float32)], online=False, ttl=None
    )
    push = PushSource(name="driver_push", batch_source=source, description="Pushes")
    fresh = FeatureView(
        name="driver_fresh",
        entities=[DRIVER],
        source=push,
        schema=[Field(name="conv_rate", dtype=Float32)],
        offline=True,
    )
    request = RequestSource(
        name="vals", schema=[Field(name="val_to_add", dtype=Int64), Field(name="label", dtype=String)]
    )

    @on_demand_feature_view(
        sources=[stats, request],
        schema=[Field(name="conv_plus_val", dtype=Float64)],
        description="Adds",
        tags={"a": "b"},
    )
    def plus_val(inputs: pd.DataFrame) -> pd.DataFrame:
        df = pd.DataFrame()
        df["conv_plus_val"] = inputs["conv_rate"] + inputs["val_to_add"]
        return df

    @on_demand_feature_view(
        sources=[stats[["acc_rate"]]], schema=[Field(name="twice", dtype=Float64)], mode="python", singleton=True
    )
    def twice(inputs):
        return {"twice": inputs["acc_rate"] * 2}

    service = FeatureService(
        name="driver_activity",
        features=[stats[["conv_rate"]].with_name("renamed"), plus_val, inferred],
        tags={"release": "v1"},
        description="Model one",
        owner="ann@example.com",
        logging_config=LoggingConfig(destination=FileLoggingDestination(path="data/log"), sample_rate=0.1),
    )
    joined = FeatureService(name="joined", features=[stats.with_join_key_map({"driver_id": "origin_id"}), fresh, world])
    return [DRIVER, source, push, request, stats, inferred, world, fresh, plus_val, twice, service, joined]


def make_local():
    folder = pathlib.Path("data")
    folder.mkdir()
    hours = pd.date_range("2026-03-01", periods=4, freq="h", tz="UTC")
    pd.DataFrame(
        {
            "event_timestamp": hours,
            "created": hours,
            "driver_id": [1, 2, 1, 2],
            "conv_rate": [0.1, 0.2, 0.3, 0.4],
            "acc_rate": [0.5, 0.6, 0.7, 0.8],
            "trips": [1, 2, 3, 4],
        }
    ).to_parquet(folder / "driver_stats.parquet")
    pathlib.Path("feature_store.yaml").write_text(
        "project: local\nprovider: local\nregistry: local.pb\nonline_store: {type: sqlite, path: online.db}\n"
        "offline_store: {type: file}\nentity_key_serialization_version: 3\n"
    )
    store = FeatureStore(repo_path=".")
    objects = [
        Project(name="local", description="All on one machine", tags={"x": "y"}, owner="ann@example.com"),
        *local_objects(),
    ]
    store.apply(objects)
    store.materialize(NOON - timedelta(days=1), NOON, feature_views=["driver_hourly_stats"])
    rows = pd.DataFrame({"driver_id": [1, 2], "event_timestamp": [NOON, NOON]})
    job = store.get_historical_features(rows, features=["driver_hourly_stats:conv_rate"])
    pathlib.Path("driver_hourly_stats.json").write_text(str(store.get_feature_view("driver_hourly_stats")))
    pathlib.Path("driver_activity.json").write_text(str(store.get_feature_service("driver_activity")))
    store.create_saved_dataset(
        from_=job, name="training", storage=SavedDatasetFileStorage(path="data/training.parquet"), tags={"use": "train"}
    )


def every_type():
    return [
        Field(name="t_bytes", dtype=Bytes),
        Field(name="t_string", dtype=String),
        Field(name="t_int32", dtype=Int32),
        Field(name="t_bool", dtype=Bool),
        Field(name="t_time", dtype=UnixTimestamp),
        Field(name="t_map", dtype=Map),
        Field(name="t_json", dtype=Json),
        Field(name="t_uuid", dtype=Uuid),
        Field(name="t_time_uuid", dtype=TimeUuid),
        Field(name="t_decimal", dtype=Decimal),
        Field(name="t_names", dtype=Array(String)),
        Field(name="t_ids", dtype=Set(Int64)),
        Field(name="t_maps", dtype=Array(Map)),
        Field(name="t_nested", dtype=Array(Array(Float32)), tags={"k": "v"}),
        Field(
            name="t_struct", dtype=Struct({"street": String, "größe": Float64, "inner": Struct({"n": Array(Int32)})})
        ),
        Field(name="t_structs", dtype=Array(Struct({"a": Int64})), tags={"k": "v"}),
        Field(name="vector", dtype=Array(Float32), vector_index=True, vector_length=8, vector_search_metric="cosine"),
    ]


def warehouse_sources():
    columns = {
        "timestamp_field": "ts",
        "created_timestamp_column": "created",
        "field_mapping": {"a": "b"},
        "tags": {"k": "v"},
        "description": "d",
        "owner": "o",
    }
    delta = FileSource(
        name="delta", path="s3://bucket/table", file_format=DeltaFormat(), s3_endpoint_override="http://s3", **columns
    )
    bigquery = BigQuerySource(table="p.d.t", date_partition_column="day", timestamp_field_type="DATE", **columns)
    return [
        delta,
        bigquery,
        BigQuerySource(name="bq_query", query="SELECT 1", timestamp_field="ts"),
        SnowflakeSource(database="DB", table="T", **columns),
        SnowflakeSource(name="sf_query", query="SELECT 1", timestamp_field="ts"),
        RedshiftSource(table="rs", database="dev", **columns),
        RedshiftSource(name="rs_query", query="SELECT 1", schema="s"),
        SparkSource(name="spark_path", path="s3://b/p", file_format="parquet", date_partition_column="day", **columns),
        SparkSource(
            name="spark_iceberg",
            path="s3://b/i",
            table_format=IcebergFormat(catalog="c", namespace="n"),
            timestamp_field="ts",
        ),
        TrinoSource(name="trino", query="SELECT 1", **columns),
        AthenaSource(
            table="at",
            database="db",
            data_source="AwsDataCatalog",
            timestamp_field="ts",
            created_timestamp_column="created",
        ),
        PostgreSQLSource(name="pg", query='SELECT "ä"', **columns),
        PostgreSQLSource(table="pg_table", timestamp_field="ts"),
        KafkaSource(
            name="kafka",
            kafka_bootstrap_servers="host:9092",
            topic="t",
            message_format=JsonFormat("id integer"),
            watermark_delay_threshold=timedelta(minutes=5),
            batch_source=bigquery,
            **columns,
        ),
        KafkaSource(
            name="kafka_avro",
            kafka_bootstrap_servers="host:9092",
            topic="t",
            message_format=AvroFormat("{}"),
            timestamp_field="ts",
        ),
        KinesisSource(
            name="kinesis",
            region="eu",
            stream_name="s",
            record_format=ProtoFormat("class"),
            batch_source=delta,
            **columns,
        ),
        PushSource(name="push", batch_source=delta),
        PushSource(name="push_alone"),
        RequestSource(name="request", schema=every_type()),
    ]


def warehouse_views(sources):
    by_name = {source.name: source for source in sources}
    plain = FeatureView(
        name="plain",
        entities=[DRIVER, CUSTOMER],
        source=by_name["p.d.t"],
        schema=[Field(name="driver_id", dtype=Int64), Field(name="customer", dtype=String), *every_type()],
        version="v3",
        org="ads",
        enabled=False,
        enable_validation=True,
    )

    def clean(df):
        return df

    batch = BatchFeatureView(
        name="batch",
        entities=[DRIVER],
        mode="pandas",
        source=by_name["pg"],
        schema=[Field(name="x", dtype=Int64)],
        udf=clean,
        udf_string="def clean(df):\n    return df\n",
        online=True,
        offline=True,
        ttl=timedelta(hours=1),
    )
    untransformed = BatchFeatureView(
        name="untransformed", entities=[DRIVER], source=by_name["delta"], schema=[Field(name="x", dtype=Int64)]
    )
    derived = FeatureView(
        name="derived",
        source=[untransformed],
        sink_source=by_name["delta"],
        entities=[DRIVER],
        schema=[Field(name="x", dtype=Int64)],
    )

    @stream_feature_view(
        entities=[DRIVER],
        ttl=timedelta(days=1),
        source=by_name["kafka"],
        mode="spark",
        timestamp_field="ts",
        schema=[Field(name="driver_id", dtype=Int64), Field(name="x", dtype=Int64), Field(name="y", dtype=Int64)],
        aggregations=[
            Aggregation(column="x", function="sum", time_window=timedelta(minutes=30)),
            Aggregation(
                column="y",
                function="max",
                time_window=timedelta(hours=1),
                slide_interval=timedelta(minutes=1),
                name="peak",
            ),
        ],
    )
    def stream(df):
        return df

    tiled = StreamFeatureView(
        name="tiled",
        entities=[DRIVER],
        source=by_name["push"],
        schema=[Field(name="x", dtype=Int64)],
        enable_tiling=True,
        tiling_hop_size=timedelta(minutes=2),
    )
    stored = OnDemandFeatureView(
        name="stored",
        entities=[DRIVER],
        mode="python",
        sources=[plain, by_name["request"]],
        udf=clean,
        udf_string="def clean(df): ...",
        schema=[Field(name="driver_id", dtype=Int64), Field(name="out", dtype=Array(String))],
        write_to_online_store=True,
        aggregations=[Aggregation(column="t_int32", function="count")],
        track_metrics=True,
    )
    return [plain, batch, untransformed, derived, stream, tiled, stored]


def make_warehouse():
    registry = Registry("warehouse", RegistryConfig(path="warehouse.pb"), pathlib.Path("."))
    registry.apply_project(Project(name="warehouse"), commit=False)
    for entity in [DRIVER, CUSTOMER]:
        registry.apply_entity(entity, "warehouse", commit=False)
    sources = warehouse_sources()
    for source in sources:
        registry.apply_data_source(source, "warehouse", commit=False)
    views = warehouse_views(sources)
    for view in views:
        registry.apply_feature_view(view, "warehouse", commit=False)
    registry.apply_feature_service(
        FeatureService(name="all", features=views[:1] + views[4:], precompute_online=True), "warehouse", commit=False
    )
    for kind, storage in {
        "bigquery": SavedDatasetBigQueryStorage(table="p.d.s"),
        "redshift": SavedDatasetRedshiftStorage(table_ref="s"),
        "snowflake": SavedDatasetSnowflakeStorage(table_ref="S"),
        "postgres": SavedDatasetPostgreSQLStorage(table_ref="s"),
        "spark": SavedDatasetSparkStorage(table="s"),
        "file": SavedDatasetFileStorage(path="gs://b/d", file_format=ParquetFormat()),
    }.items():
        dataset = SavedDataset(
            name=kind,
            features=["plain:vector"],
            join_keys=["driver_id"],
            storage=storage,
            full_feature_names=True,
            feature_service_name="all",
            namespace="n",
            collection="c",
            description="d",
        )
        registry.apply_saved_dataset(dataset, "warehouse", commit=False)
    registry.commit()


if __name__ == "__main__":
    import contextlib
    import runpy

    # Pickled functions remember the file they come from: one without a folder.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copy(HERE / pathlib.Path(__file__).name, "features.py")
        features = runpy.run_path("features.py", run_name="features")
        features["make_local"]()
        features["make_warehouse"]()
        for result in ["local.pb", "warehouse.pb", "driver_hourly_stats.json", "driver_activity.json"]:
            shutil.copy(result, HERE)
