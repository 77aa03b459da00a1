"""Modules of Feast's that have no file here: the configuration classes of stores, made from the engine's tables of options, and one
clear sentence for what is not in this version.

Read only when a module is asked for that has no file."""

from __future__ import annotations

import importlib.machinery
import types
import warnings

_OFFLINE, _ONLINE = "feast.infra.offline_stores.", "feast.infra.online_stores."

# Module: {class: (block of feature_store.yaml, type)}.
CONFIG_CLASSES = {
    _OFFLINE + "bigquery": {"BigQueryOfflineStoreConfig": ("offline_store", "bigquery")},
    _OFFLINE + "redshift": {"RedshiftOfflineStoreConfig": ("offline_store", "redshift")},
    _OFFLINE + "snowflake": {"SnowflakeOfflineStoreConfig": ("offline_store", "snowflake.offline")},
    _OFFLINE + "remote": {"RemoteOfflineStoreConfig": ("offline_store", "remote")},
    _OFFLINE + "contrib.athena_offline_store.athena": {"AthenaOfflineStoreConfig": ("offline_store", "athena")},
    _OFFLINE + "contrib.clickhouse_offline_store.clickhouse": {
        "ClickhouseOfflineStoreConfig": ("offline_store", "clickhouse")
    },
    _OFFLINE + "contrib.couchbase_offline_store.couchbase": {
        "CouchbaseColumnarOfflineStoreConfig": ("offline_store", "couchbase.offline")
    },
    _OFFLINE + "contrib.mssql_offline_store.mssql": {"MsSqlServerOfflineStoreConfig": ("offline_store", "mssql")},
    _OFFLINE + "contrib.oracle_offline_store.oracle": {"OracleOfflineStoreConfig": ("offline_store", "oracle")},
    _OFFLINE + "contrib.postgres_offline_store.postgres": {
        "PostgreSQLOfflineStoreConfig": ("offline_store", "postgres")
    },
    _OFFLINE + "contrib.ray_offline_store.ray": {"RayOfflineStoreConfig": ("offline_store", "ray")},
    _OFFLINE + "contrib.spark_offline_store.spark": {"SparkOfflineStoreConfig": ("offline_store", "spark")},
    _OFFLINE + "contrib.trino_offline_store.trino": {"TrinoOfflineStoreConfig": ("offline_store", "trino")},
    _ONLINE + "bigtable": {"BigtableOnlineStoreConfig": ("online_store", "bigtable")},
    _ONLINE + "cassandra_online_store.cassandra_online_store": {
        "CassandraOnlineStoreConfig": ("online_store", "cassandra")
    },
    _ONLINE + "couchbase_online_store.couchbase": {"CouchbaseOnlineStoreConfig": ("online_store", "couchbase.online")},
    _ONLINE + "datastore": {"DatastoreOnlineStoreConfig": ("online_store", "datastore")},
    _ONLINE + "dynamodb": {"DynamoDBOnlineStoreConfig": ("online_store", "dynamodb")},
    _ONLINE + "elasticsearch_online_store.elasticsearch": {
        "ElasticSearchOnlineStoreConfig": ("online_store", "elasticsearch")
    },
    _ONLINE + "hazelcast_online_store.hazelcast_online_store": {
        "HazelcastOnlineStoreConfig": ("online_store", "hazelcast")
    },
    _ONLINE + "hbase_online_store.hbase": {"HbaseOnlineStoreConfig": ("online_store", "hbase")},
    _ONLINE + "hybrid_online_store.hybrid_online_store": {"HybridOnlineStoreConfig": ("online_store", "hybrid")},
    _ONLINE + "milvus_online_store.milvus": {"MilvusOnlineStoreConfig": ("online_store", "milvus")},
    _ONLINE + "mongodb_online_store.mongodb": {"MongoDBOnlineStoreConfig": ("online_store", "mongodb")},
    _ONLINE + "mysql_online_store.mysql": {"MySQLOnlineStoreConfig": ("online_store", "mysql")},
    _ONLINE + "postgres_online_store.postgres": {"PostgreSQLOnlineStoreConfig": ("online_store", "postgres")},
    _ONLINE + "qdrant_online_store.qdrant": {"QdrantOnlineStoreConfig": ("online_store", "qdrant")},
    _ONLINE + "redis": {"RedisOnlineStoreConfig": ("online_store", "redis")},
    _ONLINE + "remote": {"RemoteOnlineStoreConfig": ("online_store", "remote")},
    _ONLINE + "singlestore_online_store.singlestore": {"SingleStoreOnlineStoreConfig": ("online_store", "singlestore")},
    _ONLINE + "snowflake": {"SnowflakeOnlineStoreConfig": ("online_store", "snowflake.online")},
    "feast.infra.registry.snowflake": {"SnowflakeRegistryConfig": ("registry", "snowflake.registry")},
    "feast.infra.registry.remote": {"RemoteRegistryConfig": ("registry", "remote")},
    "feast.infra.compute_engines.local.compute": {"LocalComputeEngineConfig": ("batch_engine", "local")},
    "feast.infra.compute_engines.spark.compute": {"SparkComputeEngineConfig": ("batch_engine", "spark.engine")},
    "feast.infra.compute_engines.aws_lambda.lambda_engine": {"LambdaComputeEngineConfig": ("batch_engine", "lambda")},
    "feast.infra.compute_engines.kubernetes.k8s_engine": {"KubernetesComputeEngineConfig": ("batch_engine", "k8s")},
    "feast.infra.feature_servers.local_process.config": {"LocalFeatureServerConfig": ("feature_server", "local")},
}

# Names of the package `feast` itself that stand for what is not in this version.
ABSENT_NAMES = (
    "BaseChunker",
    "BaseEmbedder",
    "ChrononSource",
    "ChunkingConfig",
    "DocEmbedder",
    "EmbeddingConfig",
    "EmbeddingProvider",
    "FeastVectorStore",
    "FilterTranslator",
    "MultiModalEmbedder",
    "OracleSource",
    "SchemaTransformFn",
    "SentenceTransformersEmbeddingProvider",
    "TextChunker",
    "copy_demo_notebooks",
    "get_embedding_provider",
)


def absent(what: str, name: str) -> ImportError:
    """The one sentence for `what`, a module or a name of Feast's that is not in this version."""
    return ModuleNotFoundError(
        f"{what} of Feast is not in this version of feast-cpp. docs/compatibility.md says what is; "
        "a program that needs it runs on Feast itself, with the same registry.",
        name=name,
    )


class _Loader:
    """Fills a module with its configuration classes; a package in between has none."""

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module: types.ModuleType) -> None:
        from feast._config_classes import config_class

        classes = CONFIG_CLASSES.get(module.__name__, {})
        for name, (block, kind) in classes.items():
            setattr(module, name, config_class(module.__name__, name, block, kind))
            # The caller is the one who wrote the import.
            warnings.warn(
                f"`{block}:` of type '{kind}' is not in this version of feast-cpp: {name} is read and checked, nothing "
                "more. docs/compatibility.md says what works.",
                stacklevel=2,
            )
        module.__all__ = list(classes)

        def missing(name: str):
            if name.startswith("__"):
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            raise absent(f"{module.__name__}.{name}", module.__name__)

        module.__getattr__ = missing


def find_spec(name: str):
    """The spec of a module of the table, or of a package that leads to one; ModuleNotFoundError for every other."""
    leads = any(module.startswith(name + ".") for module in CONFIG_CLASSES)
    if name not in CONFIG_CLASSES and not leads:
        raise absent(f"The module {name}", name)
    return importlib.machinery.ModuleSpec(name, _Loader, is_package=leads)
