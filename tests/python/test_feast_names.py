"""Names of Feast's that programs, plugins and Feast's own tests call beside the main road."""

import asyncio
import json
from datetime import datetime, timedelta, timezone

import pytest

from feast import (
    Aggregation,
    Entity,
    FeatureStore,
    FeatureView,
    Field,
    FileSource,
    KafkaSource,
    OnDemandFeatureView,
    RequestSource,
    ValueType,
)
from feast.errors import FeastNotImplementedError, ProjectNotFoundException
from feast.types import Int64

YAML = "project: t\nprovider: local\nregistry: r.db\nonline_store: {type: sqlite, path: o.db}\n"
NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def store(tmp_path):
    (tmp_path / "feature_store.yaml").write_text(YAML)
    return FeatureStore(str(tmp_path))


def driver():
    return Entity(name="driver", value_type=ValueType.INT64)


def view(tmp_path, name="v"):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"driver": [1], "n": [2], "ts": [NOON]}), tmp_path / "x.parquet")
    source = FileSource(name="s", path=str(tmp_path / "x.parquet"), timestamp_field="ts")
    fields = [Field(name="n", dtype=Int64)]
    return FeatureView(name=name, entities=[driver()], ttl=timedelta(days=1), schema=fields, source=source)


def test_versions_that_are_not_kept_cannot_be_held_back(store, tmp_path):
    store.apply([driver()], no_promote=True)
    store.apply([driver(), view(tmp_path)], no_promote=False)
    with pytest.raises(FeastNotImplementedError, match="no_promote"):
        store.apply([driver(), view(tmp_path)], no_promote=True)


def test_a_context_has_a_project_of_its_own(store):
    store.apply([driver()])
    token = store.set_current_project("other")
    assert store.project == "other"
    store.apply([Entity(name="rider", value_type=ValueType.INT64)])
    assert [entity.name for entity in store.list_entities()] == ["rider"]
    store.reset_current_project(token)
    assert store.project == "t"
    assert [entity.name for entity in store.list_entities()] == ["driver"]


def test_a_store_is_initialized_written_and_closed_in_an_event_loop(store, tmp_path):
    store.apply([driver(), view(tmp_path)])

    async def run():
        await store.initialize()
        await store.write_to_online_store_async("v", inputs={"driver": [1], "n": [5], "ts": [NOON]})
        await store.close()

    asyncio.run(run())
    store.close()
    assert store.get_online_features(["v:n"], [{"driver": 1}]).to_dict() == {"driver": [1], "n": [5]}


def test_a_project_is_deleted_with_all_that_it_has(store, tmp_path):
    store.apply([driver(), view(tmp_path)])
    token = store.set_current_project("other")
    store.apply([driver()])
    store.reset_current_project(token)
    with pytest.raises(ProjectNotFoundException):
        store.registry.delete_project("nobody")
    store.registry.delete_project("t")
    assert [project.name for project in store.list_projects()] == ["other"]
    assert store.list_entities() == [] and store.list_all_feature_views() == []
    store.delete_project("other")
    assert store.list_projects() == []


@pytest.mark.parametrize(
    "call",
    [
        lambda store: store.set_feature_view_state("v", "x"),
        lambda store: store.update_online_store("v", None, {}),
        lambda store: store.registry.list_feature_view_versions("v", "t"),
        lambda store: store.registry.get_feature_view_by_version("v", "t", 1),
        lambda store: store.registry.get_registry_lineage("t"),
        lambda store: store.registry.get_project_metadata("t", "k"),
    ],
)
def test_what_this_version_does_not_do_says_so(store, call):
    with pytest.raises(FeastNotImplementedError, match="not in this version"):
        call(store)


def test_carried_objects_are_found_and_deleted_one_by_one(store, tmp_path):
    from feast.labeling.label_view import LabelView  # noqa: F401  (in the registry of others)
    from feast.permissions.action import AuthzedAction
    from feast.permissions.permission import Permission
    from feast.permissions.policy import RoleBasedPolicy

    permission = Permission(
        name="p", types=[FeatureView], policy=RoleBasedPolicy(roles=["r"]), actions=[AuthzedAction.DESCRIBE]
    )
    store.apply([driver(), permission])
    assert store.registry.get_permission("p", "t").name == "p"
    store.registry.delete_permission("p", "t")
    for find in (
        store.registry.get_permission,
        store.registry.get_label_view,
        store.registry.get_validation_reference,
        store.registry.delete_validation_reference,
    ):
        with pytest.raises(Exception, match="p"):
            find("p", "t")


def test_a_configuration_is_json_and_copied(store):
    config = store.config
    assert json.loads(config.model_dump_json()) == json.loads(config.json()) == json.loads(json.dumps(config.dict()))
    assert config.copy(update={"project": "u"}).project == "u" and config.project == "t"
    assert json.loads(config.registry.model_dump_json())["path"]


def test_classes_are_found_by_the_types_of_the_configuration():
    from feast import errors, repo_config

    assert repo_config.get_online_config_from_type("sqlite").__name__ == "SqliteOnlineStoreConfig"
    assert repo_config.get_offline_config_from_type("file").__name__ == "DaskOfflineStoreConfig"
    assert repo_config.get_registry_config_from_type("file") is repo_config.RegistryConfig
    assert repo_config.get_registry_config_from_type("sql").__name__ == "SqlRegistryConfig"
    assert repo_config.get_auth_config_from_type("oidc").__name__ == "OidcAuthConfig"
    assert repo_config.get_batch_engine_config_from_type("local").__name__ == "LocalComputeEngineConfig"
    assert repo_config.get_feature_server_config_from_type("local").__name__ == "LocalFeatureServerConfig"
    source = "feast.infra.offline_stores.file_source.FileSource"
    assert repo_config.get_data_source_class_from_type(source) is FileSource
    assert repo_config.ONLINE_STORE_CLASS_FOR_TYPE["redis"].endswith("redis.RedisOnlineStore")
    assert repo_config.OFFLINE_STORE_CLASS_FOR_TYPE["file"] == repo_config.get_offline_store_type("dask")
    with pytest.raises(errors.FeastOnlineStoreInvalidName):
        repo_config.get_online_config_from_type("nothing")
    with pytest.raises(errors.FeastRegistryTypeInvalidError):
        repo_config.get_registry_config_from_type("nothing")


def test_the_config_class_of_a_store_of_ones_own_has_a_base():
    from feast.repo_config import FeastConfigBaseModel

    class Mine(FeastConfigBaseModel):
        type: str = "mine"
        port: int = 1

    assert Mine(port="2").port == 2
    with pytest.raises(ValueError, match="nothing"):
        Mine(nothing=1)


def test_formats_have_messages():
    from feast.data_format import (
        AvroFormat,
        DeltaFormat,
        FileFormat,
        JsonFormat,
        ParquetFormat,
        ProtoFormat,
        StreamFormat,
    )

    for made in (ParquetFormat(), DeltaFormat()):
        assert type(made).from_proto(made.to_proto()) == FileFormat.from_proto(made.to_proto()) == made
    for made in (AvroFormat("{}"), JsonFormat("a int"), ProtoFormat("pkg.Event")):
        assert StreamFormat.from_proto(made.to_proto()) == made
        kafka = KafkaSource(
            name="k", kafka_bootstrap_servers="b", topic="t", message_format=made, timestamp_field="ts"
        ).to_proto()
        assert kafka.kafka_options.message_format == made.to_proto()


def test_an_aggregation_has_a_message():
    whole = Aggregation(column="a", function="sum", time_window=timedelta(hours=1), slide_interval=timedelta(minutes=5))
    assert Aggregation.from_proto(whole.to_proto()) == whole
    plain = Aggregation(column="a", function="max")
    assert Aggregation.from_proto(plain.to_proto()) == plain and plain.to_proto().time_window.seconds == 0


def test_a_file_source_has_options_and_no_query():
    from feast.data_format import ParquetFormat
    from feast.infra.offline_stores.file_source import FileOptions

    source = FileSource(path="s3://b/a.parquet", timestamp_field="ts", file_format=ParquetFormat())
    options = source.file_options
    assert (options.uri, options.file_format) == ("s3://b/a.parquet", ParquetFormat())
    assert options.to_proto() == source.to_proto().file_options
    assert FileOptions.from_proto(options.to_proto()).uri == options.uri
    with pytest.raises(NotImplementedError):
        source.get_table_query_string()


def test_functions_and_logging_are_read_from_messages():
    from feast.feature_logging import LoggingConfig
    from feast.infra.offline_stores.file_source import FileLoggingDestination
    from feast.transformation.pandas_transformation import PandasTransformation
    from feast.transformation.python_transformation import PythonTransformation

    def double(inputs):
        return inputs

    for kind in (PandasTransformation, PythonTransformation):
        made = kind(udf=double)
        assert kind.from_proto(made.to_proto()) == made and made.udf_string
    config = LoggingConfig(FileLoggingDestination(path="logs", partition_by=["d"]), sample_rate=0.5)
    assert LoggingConfig.from_proto(config.to_proto()) == config
    assert config.destination.path == "logs"
    assert LoggingConfig.from_proto(type(config.to_proto())()) is None


def test_views_tell_their_messages_and_functions(tmp_path):
    made = view(tmp_path)
    assert made.to_proto_spec() == made.to_proto().spec and made.to_proto_meta() == made.to_proto().meta
    assert made.get_ttl_duration().seconds == 24 * 3600
    made.update_materialization_intervals([(NOON, NOON + timedelta(hours=1))])
    made.update_materialization_intervals([(NOON, NOON + timedelta(hours=2))])
    assert [end for _, end in made.materialization_intervals] == [NOON + timedelta(hours=1)]

    def add(inputs):
        return {"m": inputs["n"]}

    on_demand = OnDemandFeatureView(
        name="o",
        sources=[RequestSource(name="r", schema=[Field(name="n", dtype=Int64)])],
        schema=[Field(name="m", dtype=Int64)],
        mode="python",
        udf=add,
    )
    assert on_demand.get_feature_transformation().udf is add


def test_tensors_are_not_made_here(store, tmp_path):
    store.apply([driver(), view(tmp_path)])
    with pytest.raises(FeastNotImplementedError, match="to_tensor"):
        store.get_online_features(["v:n"], [{"driver": 1}]).to_tensor()


def test_names_of_projects():
    from feast.repo_operations import is_valid_name

    assert [is_valid_name(name) for name in ("a_b-1", "_a", "-a", "a b")] == [True, False, False, False]


def test_vectors_are_bytes_and_come_back():
    from feast.infra.key_encoding_utils import deserialize_f32, serialize_f32

    written = serialize_f32([1.5, -2.0], 2)
    assert len(written) == 8 and deserialize_f32(written, len(written)) == [1.5, -2.0]
