"""Names, classes and modules that programs written for Feast use."""

import importlib
import subprocess
import sys

import pytest

from feast import FeatureStore, RepoConfig
from feast._modules import CONFIG_CLASSES

CLASSES = [(module, name, *place) for module, classes in CONFIG_CLASSES.items() for name, place in classes.items()]
REQUIRED = {
    "AthenaOfflineStoreConfig": {"data_source": "a", "region": "r", "database": "d", "workgroup": "w"},
    "RedshiftOfflineStoreConfig": {"region": "r", "database": "d", "s3_staging_location": "s3://b/p", "iam_role": "i"},
}


@pytest.mark.parametrize(("module", "name", "block", "kind"), CLASSES)
def test_every_configuration_class_is_one(module, name, block, kind):
    made = getattr(importlib.import_module(module), name)
    assert isinstance(made, type)
    assert (made.__module__, made.__name__) == (module, name)


def test_a_configuration_class_has_the_options_and_defaults_of_the_file():
    from feast.infra.online_stores.redis import RedisOnlineStoreConfig

    redis = RedisOnlineStoreConfig(connection_string="localhost:6379")
    assert (redis.type, redis.connection_string, redis.redis_type) == ("redis", "localhost:6379", "redis")
    assert redis.model_copy(update={"connection_string": "other:1"}).connection_string == "other:1"
    config = RepoConfig(project="p", provider="local", registry="r.db", online_store=redis)
    assert config.online_store == redis
    assert isinstance(config.online_store, RedisOnlineStoreConfig)


def test_an_unknown_option_is_named():
    from feast.errors import FeastConfigError
    from feast.infra.online_stores.redis import RedisOnlineStoreConfig

    with pytest.raises(FeastConfigError, match="has no key 'conection_string'.*connection_string"):
        RedisOnlineStoreConfig(conection_string="localhost:6379")


def test_what_is_not_in_this_version_says_so():
    for statement in (
        "import feast.infra.key_value.nothing",
        "from feast.infra.online_stores.redis import RedisOnlineStore",
    ):
        done = subprocess.run([sys.executable, "-c", statement], capture_output=True, text=True)
        assert done.returncode == 1
        assert "is not in this version" in done.stderr


def test_a_copied_configuration_changes_what_is_asked():
    config = RepoConfig(project="p", provider="local", registry="r.db")
    copy = config.model_copy(update={"project": "q"})
    assert (config.project, copy.project, copy.registry_config["path"]) == ("p", "q", "r.db")


def test_generated_data_joins(repo):
    from datetime import datetime

    from feast.driver_test_data import create_driver_hourly_stats_df, create_orders_df

    start, end = datetime(2024, 1, 1), datetime(2024, 1, 3)
    stats = create_driver_hourly_stats_df([1, 2, 3], start, end)
    assert list(stats.columns) == [
        "event_timestamp",
        "driver_id",
        "conv_rate",
        "acc_rate",
        "avg_daily_trips",
        "created",
        "driver_metadata",
        "driver_config",
        "driver_profile",
    ]
    assert stats["avg_daily_trips"].dtype == "int64"
    assert set(stats["driver_metadata"][0]) == {"vehicle_type", "rating"}
    assert len(stats) == 3 * (48 + 1) + 2
    orders = create_orders_df([10], [1, 2, 3], start, end, 20, locations=[1, 2])
    assert len(orders) == 20 and {"origin_id", "destination_id"} <= set(orders.columns)


def test_the_registry_tells_of_its_projects(repo):
    from feast import Entity
    from feast.infra.registry.registry import FeastObjectType

    store = FeatureStore(repo_path=repo)
    store.apply([Entity(name="driver", join_keys=["driver_id"])])
    assert store.registry.cached_registry_proto.entities[0].spec.name == "driver"
    assert store.provider is store._get_provider()
    assert FeastObjectType.ENTITY.value == "entity"


def test_a_registry_in_a_database_is_an_object(tmp_path):
    from feast import Entity
    from feast.infra.registry.sql import SqlRegistry, SqlRegistryConfig

    config = SqlRegistryConfig(path=f"sqlite:///{tmp_path}/registry.db")
    registry = SqlRegistry(config, "demo", tmp_path)
    registry.apply_entity(Entity(name="driver", join_keys=["driver_id"]), "demo")
    assert [entity.name for entity in SqlRegistry(config, "demo", tmp_path).list_entities("demo")] == ["driver"]


def test_an_online_response_is_plain_values():
    from feast.online_response import OnlineResponse
    from feast.protos.feast.serving.ServingService_pb2 import FieldStatus, GetOnlineFeaturesResponse
    from feast.protos.feast.types.Value_pb2 import Value

    message = GetOnlineFeaturesResponse()
    message.metadata.feature_names.val.extend(["driver_id", "conv_rate"])
    for value in (Value(int64_val=1), Value()):
        message.results.add(values=[value, value], statuses=[FieldStatus.PRESENT, FieldStatus.NOT_FOUND])
    assert OnlineResponse(message).to_dict() == {"driver_id": [1, 1], "conv_rate": [None, None]}


@pytest.fixture
def applied(repo, driver_table):
    from feast import Entity, FeatureView, Field, FileSource
    from feast.types import Float64

    store = FeatureStore(repo_path=repo)
    source = FileSource(
        name="stats",
        path="data/driver_stats.parquet",
        timestamp_field="event_timestamp",
        created_timestamp_column="created",
    )
    driver = Entity(name="driver", join_keys=["driver_id"])
    schema = [Field(name="conv_rate", dtype=Float64)]
    store.apply(
        [
            driver,
            FeatureView(name="stats", entities=[driver], source=source, schema=schema),
            FeatureView(name="everybody", source=source, schema=schema),
        ]
    )
    return store


def test_a_view_without_entities_has_none_when_it_is_looked_up(applied):
    assert applied.get_feature_view("everybody").entities == []
    assert [column.name for column in applied.get_feature_view("everybody").entity_columns] == ["__dummy_id"]
    for views in (applied.list_feature_views(), applied.list_batch_feature_views(), applied.list_all_feature_views()):
        everybody = next(view for view in views if view.name == "everybody")
        assert (everybody.entities, everybody.entity_columns) == ([], [])
        assert next(view for view in views if view.name == "stats").entities == ["driver"]
    # The registry's own form stays, also after it was shown.
    assert applied.registry.get_feature_view("everybody", applied.project).entities == ["__dummy"]
    before = applied.registry.proto().SerializeToString()
    applied.apply([applied.get_feature_view("everybody")])
    assert applied.registry.proto().SerializeToString() == before


def test_a_job_is_a_feast_data_frame_and_exports_nothing(applied, driver_table):
    from feast import DataFrameEngine, FeastDataFrame

    job = applied.get_historical_features(
        entity_df=driver_table.select(["driver_id", "event_timestamp"]).slice(0, 3), features=["stats:conv_rate"]
    )
    rows = job.to_feast_df()
    assert isinstance(rows, FeastDataFrame) and rows.engine == DataFrameEngine.ARROW and not rows.is_lazy
    assert rows.data.equals(job.to_arrow())
    assert not job.supports_remote_storage_export()
    with pytest.raises(NotImplementedError, match="to_parquet"):
        job.to_remote_storage()


def test_a_feast_data_frame_knows_its_library():
    import pandas as pd

    from feast import DataFrameEngine, FeastDataFrame

    assert FeastDataFrame(pd.DataFrame()).engine == DataFrameEngine.PANDAS
    assert FeastDataFrame([]).engine == DataFrameEngine.UNKNOWN
    with pytest.raises(ValueError, match="'spark' does not match detected engine 'pandas'"):
        FeastDataFrame(pd.DataFrame(), engine=DataFrameEngine.SPARK)


def test_version_number_and_state_of_a_view_are_carried():
    from feast import FeatureView, FeatureViewState, FileSource

    view = FeatureView(name="v", source=FileSource(path="v.parquet", timestamp_field="t"))
    assert (view.current_version_number, view.state) == (None, FeatureViewState.STATE_UNSPECIFIED)
    view.current_version_number = 3
    view.state = FeatureViewState.AVAILABLE_ONLINE
    message = view.to_proto()
    assert (message.meta.current_version_number, message.meta.state) == (3, 4)
    again = FeatureView.from_proto(message)
    assert (again.current_version_number, again.state) == (3, FeatureViewState.AVAILABLE_ONLINE)


@pytest.mark.parametrize("mode", ["pandas", "python"])
def test_the_mode_of_an_on_demand_view_is_that_of_its_transformation(mode):
    from feast import Aggregation, Field, OnDemandFeatureView, RequestSource
    from feast.on_demand_feature_view import PandasTransformation, PythonTransformation
    from feast.types import Int64

    def double(rows):
        return {"twice": rows["x"] * 2}

    kind = {"pandas": PandasTransformation, "python": PythonTransformation}[mode]
    view = OnDemandFeatureView(
        name="double",
        sources=[RequestSource(name="given", schema=[Field(name="x", dtype=Int64)])],
        schema=[Field(name="twice", dtype=Int64)],
        feature_transformation=kind(udf=double, udf_string="def double"),
        aggregations=[Aggregation(column="x", function="sum")],
    )
    assert (view.mode, view.to_proto().spec.mode) == (mode, mode)
    assert view.feature_transformation == kind(double, "def double")
    assert OnDemandFeatureView.from_proto(view.to_proto()).aggregations[0].column == "x"
    assert view.transform_dict({"x": 4}) == {"x": 4, "twice": 8}
    other = PythonTransformation if mode == "pandas" else PandasTransformation
    with pytest.raises(TypeError, match="another mode"):
        assert view.feature_transformation == other(double, "def double")


def test_materialization_options_are_an_object():
    from feast.repo_config import MaterializationConfig

    given = MaterializationConfig(pull_latest_features=True, online_write_batch_size=500)
    config = RepoConfig(project="p", provider="local", registry="r.db", materialization_config=given)
    assert config.materialization_config == given
    config = RepoConfig(project="p", provider="local", registry="r.db", materialization_config=MaterializationConfig())
    assert config.materialization_config == MaterializationConfig()


def test_every_name_that_feast_exports_is_here_or_says_that_it_is_not():
    import feast

    exported = (
        "Aggregation BatchFeatureView copy_demo_notebooks DataFrameEngine Entity KafkaSource KinesisSource FeastDataFrame "
        "Feature Field FeatureService FeatureStore FeatureView FeatureViewState LabelView ConflictPolicy "
        "OnDemandFeatureView RepoConfig StreamFeatureView ValueType BigQuerySource FileSource RedshiftSource "
        "SnowflakeSource PushSource RequestSource AthenaSource OracleSource ChrononSource Project FeastVectorStore "
        "DocEmbedder SchemaTransformFn BaseChunker TextChunker ChunkingConfig BaseEmbedder MultiModalEmbedder "
        "EmbeddingConfig EmbeddingProvider SentenceTransformersEmbeddingProvider get_embedding_provider FilterTranslator"
    ).split()
    absent = []
    for name in exported:
        try:
            assert getattr(feast, name) is not None
        except ImportError as error:
            assert f"feast.{name} of Feast is not in this version" in str(error)
            absent.append(name)
    from feast._modules import ABSENT_NAMES

    assert sorted(absent) == sorted(ABSENT_NAMES)
    assert not hasattr(feast, "no_such_name")


def test_what_definitions_leave_out_is_taken_from_the_source(repo):
    from feast import Entity, FeatureView, FileSource
    from feast.errors import RegistryInferenceFailure
    from feast.inference import (
        update_data_sources_with_inferred_event_timestamp_col,
        update_feature_views_with_inferred_features_and_entities,
    )

    config = RepoConfig(project="p", provider="local", registry="r.db")
    source = FileSource(path=str(repo / "data" / "driver_stats.parquet"), timestamp_field="event_timestamp")
    source.created_timestamp_column = "created"
    view = FeatureView(name="v", entities=[Entity(name="driver", join_keys=["driver_id"])], source=source)
    update_feature_views_with_inferred_features_and_entities(
        None, [view], [Entity(name="driver", join_keys=["driver_id"])], config
    )
    assert [field.name for field in view.features] == ["conv_rate", "acc_rate", "avg_daily_trips"]
    assert [field.name for field in view.entity_columns] == ["driver_id"]
    with pytest.raises(RegistryInferenceFailure, match="event_timestamp, created"):
        update_data_sources_with_inferred_event_timestamp_col([FileSource(path=source.path)], config)


def test_small_functions_of_feast_utils():
    import pyarrow as pa

    from feast import utils
    from feast.errors import FeatureNameCollisionError

    table = utils._run_pyarrow_field_mapping(pa.table({"a": [1], "b": [2]}), {"a": "x"})
    assert table.column_names == ["x", "b"]
    utils._validate_feature_refs(["v:a", "w:a"], full_feature_names=True)
    with pytest.raises(FeatureNameCollisionError):
        utils._validate_feature_refs(["v:a", "w:a"])
    assert utils.get_user_agent().startswith("feast-dev/feast/0.67")


def test_definitions_are_compared_field_by_field():
    from feast import FeatureView, Field, FileSource, PushSource
    from feast.diff.property_diff import TransitionType
    from feast.diff.registry_diff import diff_registry_objects, tag_objects_for_keep_delete_update_add
    from feast.on_demand_feature_view import on_demand_feature_view
    from feast.types import String

    source = FileSource(name="s", path="s.parquet", timestamp_field="t")
    before = FeatureView(name="v", source=source, tags={"when": "before"})
    after = FeatureView(name="v", source=source, tags={"when": "after"})
    gone, new = FeatureView(name="gone", source=source), FeatureView(name="new", source=source)

    assert diff_registry_objects(before, before, "feature view").transition_type == TransitionType.UNCHANGED
    (tags,) = diff_registry_objects(before, after, "feature view").feast_object_property_diffs
    assert (tags.property_name, tags.val_existing, tags.val_declared) == ("tags", {"when": "before"}, {"when": "after"})
    pushed = FeatureView(name="v", source=PushSource(name="p", batch_source=source), tags={"when": "before"})
    (stream,) = diff_registry_objects(before, pushed, "feature view").feast_object_property_diffs
    assert stream.property_name == "stream_source"
    assert diff_registry_objects(None, new, "feature view").transition_type == TransitionType.CREATE
    tagged = tag_objects_for_keep_delete_update_add([before, gone], [after, new])
    assert tagged == ({before}, {gone}, {after}, {new})

    @on_demand_feature_view(sources=[before], schema=[Field(name="first", dtype=String)])
    def one(inputs):
        return inputs[["x"]]

    @on_demand_feature_view(sources=[before], schema=[Field(name="first", dtype=String)])
    def other(inputs):
        return inputs[["y"]]

    found = [diff.property_name for diff in diff_registry_objects(one, other, "view").feast_object_property_diffs]
    assert found == ["name", "feature_transformation.name", "feature_transformation.body_text"]


def test_every_definition_takes_over_what_the_registry_knows():
    from datetime import datetime, timedelta

    from feast import Entity, FeatureService, FeatureView, Field, FileSource, OnDemandFeatureView, RequestSource
    from feast import PushSource, StreamFeatureView
    from feast.on_demand_feature_view import PandasTransformation
    from feast.protos.feast.core.StreamFeatureView_pb2 import StreamFeatureView as StreamMessage
    from feast.types import Int64

    source = FileSource(name="s", path="s.parquet", timestamp_field="t")
    given = RequestSource(name="given", schema=[Field(name="x", dtype=Int64)])
    same = PandasTransformation(udf=lambda rows: rows, udf_string="lambda rows: rows")
    makers = (
        lambda: Entity(name="e", join_keys=["k"]),
        lambda: FeatureView(name="v", source=source),
        lambda: StreamFeatureView(name="v", source=PushSource(name="p", batch_source=source)),
        lambda: OnDemandFeatureView(
            name="o", sources=[given], schema=[Field(name="x", dtype=Int64)], feature_transformation=same
        ),
        lambda: FeatureService(name="f", features=[FeatureView(name="v", source=source)]),
    )
    now = datetime(2024, 5, 1, 12)
    for make in makers:
        stored, fresh = make(), make()
        stored.created_timestamp = now - timedelta(days=1)
        fresh.last_updated_timestamp = now
        fresh.update_meta(stored.to_proto().SerializeToString())
        assert (fresh.created_timestamp, fresh.last_updated_timestamp) == (now - timedelta(days=1), now)
        # Feast names the argument after each class.
        assert type(fresh).from_proto(any_name=stored.to_proto(), skip_udf=True) == stored
    assert makers[2]().proto_class is StreamMessage


def test_the_table_of_compatibility_is_what_this_version_says(tmp_path):
    import pathlib

    root = pathlib.Path(__file__).resolve().parents[2]
    made = tmp_path / "compatibility.md"
    subprocess.run([sys.executable, root / "tools" / "compatibility.py", made], check=True)
    assert made.read_text() == (root / "docs" / "compatibility.md").read_text(), "run tools/compatibility.py"
