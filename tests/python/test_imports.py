"""Where Feast users import from, and what importing costs."""

import importlib
import re
import subprocess
import sys

import pytest

NAMES = [
    (
        "feast",
        "Entity FeatureService FeatureStore FeatureView Field FileSource KafkaSource KinesisSource OnDemandFeatureView Project",
    ),
    (
        "feast",
        "BigQuerySource SnowflakeSource RedshiftSource AthenaSource PushSource RequestSource RepoConfig ValueType Aggregation",
    ),
    ("feast", "BatchFeatureView StreamFeatureView Feature"),
    ("feast.entity", "Entity"),
    ("feast.field", "Field"),
    (
        "feast.types",
        "Array Set Struct Int64 Float32 String from_value_type PrimitiveFeastType ComplexFeastType FeastType",
    ),
    ("feast.value_type", "ValueType"),
    ("feast.feature_view", "FeatureView DUMMY_ENTITY DUMMY_ENTITY_NAME"),
    ("feast.batch_feature_view", "BatchFeatureView batch_feature_view"),
    ("feast.stream_feature_view", "StreamFeatureView stream_feature_view"),
    ("feast.on_demand_feature_view", "OnDemandFeatureView on_demand_feature_view"),
    ("feast.feature_service", "FeatureService"),
    ("feast.feature_view_projection", "FeatureViewProjection"),
    ("feast.feature_logging", "LoggingConfig"),
    ("feast.data_source", "DataSource KafkaSource KinesisSource PushSource RequestSource PushMode"),
    ("feast.data_format", "AvroFormat ParquetFormat DeltaFormat ProtoFormat JsonFormat"),
    ("feast.project", "Project"),
    ("feast.saved_dataset", "SavedDataset SavedDatasetStorage ValidationReference"),
    ("feast.repo_config", "RepoConfig RegistryConfig load_repo_config FeastConfigError FeastConfigBaseModel"),
    ("feast.repo_contents", "RepoContents"),
    ("feast.repo_operations", "parse_repo"),
    ("feast.feature_store", "FeatureStore"),
    (
        "feast.errors",
        "FeatureViewNotFoundException EntityNotFoundException FeastObjectNotFoundException ConflictingFeatureViewNames",
    ),
    ("feast.aggregation", "Aggregation"),
    ("feast.constants", "FEAST_FS_YAML_FILE_PATH_ENV_NAME"),
    ("feast.version", "get_version"),
    ("feast.transformation.mode", "TransformationMode"),
    ("feast.transformation.pandas_transformation", "PandasTransformation"),
    ("feast.transformation.python_transformation", "PythonTransformation"),
    ("feast.infra.offline_stores.file_source", "FileSource SavedDatasetFileStorage FileLoggingDestination"),
    ("feast.infra.offline_stores.bigquery_source", "BigQuerySource SavedDatasetBigQueryStorage"),
    ("feast.infra.offline_stores.snowflake_source", "SnowflakeSource SavedDatasetSnowflakeStorage"),
    ("feast.infra.offline_stores.redshift_source", "RedshiftSource SavedDatasetRedshiftStorage"),
    ("feast.infra.offline_stores.offline_store", "OfflineStore RetrievalJob RetrievalMetadata"),
    ("feast.infra.offline_stores.dask", "DaskOfflineStore DaskOfflineStoreConfig DaskRetrievalJob"),
    ("feast.infra.offline_stores.file", "FileOfflineStore FileOfflineStoreConfig FileRetrievalJob"),
    ("feast.infra.offline_stores.duckdb", "DuckDBOfflineStore"),
    (
        "feast.infra.offline_stores.offline_utils",
        "DEFAULT_ENTITY_DF_EVENT_TIMESTAMP_COL get_feature_view_query_context build_point_in_time_query",
    ),
    ("feast.infra.online_stores.online_store", "OnlineStore"),
    ("feast.infra.online_stores.helpers", "get_online_store_from_config _to_naive_utc"),
    ("feast.infra.provider", "Provider get_provider"),
    ("feast.infra.passthrough_provider", "PassthroughProvider"),
    ("feast.infra.local", "LocalProvider"),
    ("feast.infra.gcp", "GcpProvider"),
    ("feast.infra.aws", "AwsProvider"),
    ("feast.infra.infra_object", "Infra InfraObject"),
    ("feast.infra.key_encoding_utils", "serialize_entity_key deserialize_entity_key serialize_entity_key_prefix"),
    ("feast.infra.registry.registry_store", "RegistryStore NoopRegistryStore"),
    ("feast.registry_store", "RegistryStore"),
    ("feast.registry", "Registry BaseRegistry"),
    ("feast.importer", "import_class"),
    ("feast.type_map", "pa_to_feast_value_type python_values_to_proto_values feast_value_type_to_python_type"),
    ("feast", "FeatureTable LabelView ConflictPolicy ValidationReference"),
    ("feast.labeling", "LabelView ConflictPolicy"),
    ("feast.permissions.permission", "Permission"),
    ("feast.permissions.action", "AuthzedAction ALL_ACTIONS READ WRITE CRUD"),
    ("feast.permissions.policy", "RoleBasedPolicy GroupBasedPolicy NamespaceBasedPolicy AllowAll"),
    ("feast.dqm.profilers.ge_profiler", "ge_profiler"),
    ("feast.feast_object", "ALL_RESOURCE_TYPES"),
    ("feast.infra.offline_stores.contrib.spark_offline_store.spark_source", "SparkSource"),
    ("feast.infra.offline_stores.contrib.trino_offline_store.trino_source", "TrinoSource"),
    ("feast.infra.offline_stores.contrib.postgres_offline_store.postgres_source", "PostgreSQLSource"),
    ("feast.infra.offline_stores.contrib.athena_offline_store.athena_source", "AthenaSource"),
    ("feast.infra.online_stores.sqlite", "SqliteOnlineStoreConfig"),
    ("feast.infra.registry.registry", "Registry"),
    ("feast.infra.registry.base_registry", "BaseRegistry"),
    ("feast.utils", "_utc_now make_tzaware to_naive_utc"),
    ("feast.diff.registry_diff", "RegistryDiff"),
]


@pytest.mark.parametrize("module, names", NAMES)
def test_names_are_where_feast_has_them(module, names):
    loaded = importlib.import_module(module)
    for name in names.split():
        assert getattr(loaded, name) is not None


def test_messages_are_where_feast_has_them():
    pytest.importorskip("google.protobuf")
    for name in [
        "Entity",
        "FeatureView",
        "FeatureService",
        "DataSource",
        "OnDemandFeatureView",
        "Registry",
        "SavedDataset",
        "StreamFeatureView",
    ]:
        module = importlib.import_module(f"feast.protos.feast.core.{name}_pb2")
        assert hasattr(module, name)
    assert importlib.import_module("feast.protos.feast.types.Value_pb2").ValueType.INT64 == 4


def test_submodules_are_not_hidden_by_functions_of_their_name():
    import feast

    assert feast.on_demand_feature_view.on_demand_feature_view.__name__ == "on_demand_feature_view"
    with pytest.raises(AttributeError):
        _ = feast.no_such_name


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_importing_loads_nothing_else():
    loaded = run(
        "import sys, feast; from feast import *; from feast.types import *\n"
        "print([name for name in ('pandas', 'numpy', 'pyarrow', 'google.protobuf', 'dill', 'polars') if name in sys.modules])"
    )
    assert loaded.strip() == "[]"


def test_importing_is_quick():
    # Best of three: other programs run on this machine too.
    code = "import time; t = time.process_time(); import feast; from feast import FeatureStore, Entity; print(time.process_time() - t)"
    assert min(float(run(code)) for _ in range(3)) < 0.120


MEMORY = "import ctypes, pyarrow; print(pyarrow.default_memory_pool().backend_name, ctypes.CDLL(None).getenv(b'ARROW_DEFAULT_MEMORY_POOL'))"


@pytest.mark.parametrize(
    ("before", "pool"),
    [
        ("from feast import FeatureStore", "jemalloc"),
        ("import pyarrow; pyarrow.array([1]); from feast import FeatureStore", "mimalloc"),
    ],
)
def test_memory_comes_from_the_pool_that_suits_joins(before, pool, monkeypatch):
    # Unless the process has used another one; and programs it starts choose for themselves.
    monkeypatch.delenv("ARROW_DEFAULT_MEMORY_POOL", raising=False)
    assert run(f"{before}\n{MEMORY}").split() == [pool, "0"]


def test_the_users_choice_of_a_memory_pool_stays(monkeypatch):
    monkeypatch.setenv("ARROW_DEFAULT_MEMORY_POOL", "system")
    assert run(f"from feast import FeatureStore\n{MEMORY}").split()[0] == "system"


def test_feasts_own_distribution_beside_ours_is_reported(tmp_path):
    import pathlib

    import feast

    (tmp_path / "feast").mkdir()
    (tmp_path / "feast" / "__init__.py").write_text(pathlib.Path(feast.__file__).read_text())
    (tmp_path / "feast-0.40.0.dist-info").mkdir()
    out = run(
        f"import sys, warnings; sys.path.insert(0, {str(tmp_path)!r}); warnings.simplefilter('error'); import traceback\n"
        "try:\n    import feast\nexcept UserWarning as warning:\n    print(warning)"
    )
    assert "pip uninstall feast" in out


def test_one_extension_holds_the_engine_and_the_command():
    """Two libraries with the messages of the wire format in one process would end it."""
    import pathlib

    import feast

    names = [path.name for path in pathlib.Path(feast.__file__).parent.rglob("*.so*")]
    assert len(names) == 1 and names[0].startswith("_feast.")
    assert run("from feast._feast import run_command; run_command(['feast', 'version'])").startswith("Feast SDK")


def test_versions():
    """Programs that know several versions of Feast compare as text or by number; both find the one we stand in for."""
    import feast
    from feast.version import get_version

    assert feast.__version__ == get_version() == "0.67.0"
    assert not feast.__version__ <= "0.18.0"
    assert re.fullmatch(r"\d+\.\d+\.\d+", feast.cpp_version)
