"""The classes that Feast has for the types of feature_store.yaml."""

from __future__ import annotations

from typing import Any

from feast import errors
from feast.importer import import_class

_INFRA = "feast.infra."
_ONLINE, _OFFLINE, _ENGINES = _INFRA + "online_stores.", _INFRA + "offline_stores.", _INFRA + "compute_engines."


def _under(folder: str, classes: dict[str, str]) -> dict[str, str]:
    return {kind: folder + path for kind, path in classes.items()}


REGISTRY_CLASS_FOR_TYPE = _under(
    _INFRA + "registry.",
    {
        "file": "registry.Registry",
        "sql": "sql.SqlRegistry",
        "snowflake.registry": "snowflake.SnowflakeRegistry",
        "remote": "remote.RemoteRegistry",
    },
)
BATCH_ENGINE_CLASS_FOR_TYPE = _under(
    _ENGINES,
    {
        "local": "local.compute.LocalComputeEngine",
        "snowflake.engine": "snowflake.snowflake_engine.SnowflakeComputeEngine",
        "lambda": "aws_lambda.lambda_engine.LambdaComputeEngine",
        "k8s": "kubernetes.k8s_engine.KubernetesComputeEngine",
        "spark.engine": "spark.compute.SparkComputeEngine",
        "ray.engine": "ray.compute.RayComputeEngine",
        "flink.engine": "flink.compute.FlinkComputeEngine",
        "spark_application": "spark_application.compute.SparkApplicationComputeEngine",
        "trino.engine": "trino.compute.TrinoComputeEngine",
        "trino": "trino.compute.TrinoComputeEngine",
    },
)
LEGACY_ONLINE_STORE_CLASS_FOR_TYPE = {
    _ONLINE + "contrib." + old: _ONLINE + new
    for old, new in {
        "postgres.PostgreSQLOnlineStore": "postgres_online_store.PostgreSQLOnlineStore",
        "hbase_online_store.hbase.HbaseOnlineStore": "hbase_online_store.hbase.HbaseOnlineStore",
        "cassandra_online_store.cassandra_online_store.CassandraOnlineStore": (
            "cassandra_online_store.cassandra_online_store.CassandraOnlineStore"
        ),
        "mysql_online_store.mysql.MySQLOnlineStore": "mysql_online_store.mysql.MySQLOnlineStore",
        "hazelcast_online_store.hazelcast_online_store.HazelcastOnlineStore": (
            "hazelcast_online_store.hazelcast_online_store.HazelcastOnlineStore"
        ),
        "elasticsearch.ElasticSearchOnlineStore": "elasticsearch_online_store.elasticsearch.ElasticSearchOnlineStore",
        "singlestore_online_store.singlestore.SingleStoreOnlineStore": (
            "singlestore_online_store.singlestore.SingleStoreOnlineStore"
        ),
        "qdrant.QdrantOnlineStore": "qdrant_online_store.qdrant.QdrantOnlineStore",
        "milvus.MilvusOnlineStore": "milvus.MilvusOnlineStore",
    }.items()
}
ONLINE_STORE_CLASS_FOR_TYPE = {
    **_under(
        _ONLINE,
        {
            "aerospike": "aerospike_online_store.AerospikeOnlineStore",
            "sqlite": "sqlite.SqliteOnlineStore",
            "datastore": "datastore.DatastoreOnlineStore",
            "redis": "redis.RedisOnlineStore",
            "dynamodb": "dynamodb.DynamoDBOnlineStore",
            "snowflake.online": "snowflake.SnowflakeOnlineStore",
            "bigtable": "bigtable.BigtableOnlineStore",
            "postgres": "postgres_online_store.postgres.PostgreSQLOnlineStore",
            "hbase": "hbase_online_store.hbase.HbaseOnlineStore",
            "cassandra": "cassandra_online_store.cassandra_online_store.CassandraOnlineStore",
            "scylladb": "scylladb_online_store.scylladb.ScyllaDBOnlineStore",
            "mysql": "mysql_online_store.mysql.MySQLOnlineStore",
            "hazelcast": "hazelcast_online_store.hazelcast_online_store.HazelcastOnlineStore",
            "elasticsearch": "elasticsearch_online_store.elasticsearch.ElasticSearchOnlineStore",
            "remote": "remote.RemoteOnlineStore",
            "singlestore": "singlestore_online_store.singlestore.SingleStoreOnlineStore",
            "qdrant": "qdrant_online_store.qdrant.QdrantOnlineStore",
            "couchbase.online": "couchbase_online_store.couchbase.CouchbaseOnlineStore",
            "milvus": "milvus_online_store.milvus.MilvusOnlineStore",
            "mongodb": "mongodb_online_store.MongoDBOnlineStore",
            "hybrid": "hybrid_online_store.hybrid_online_store.HybridOnlineStore",
            "chronon": "chronon_online_store.chronon.ChrononOnlineStore",
        },
    ),
    **LEGACY_ONLINE_STORE_CLASS_FOR_TYPE,
}
OFFLINE_STORE_CLASS_FOR_TYPE = _under(
    _OFFLINE,
    {
        "file": "dask.DaskOfflineStore",
        "dask": "dask.DaskOfflineStore",
        "bigquery": "bigquery.BigQueryOfflineStore",
        "redshift": "redshift.RedshiftOfflineStore",
        "snowflake.offline": "snowflake.SnowflakeOfflineStore",
        "spark": "contrib.spark_offline_store.spark.SparkOfflineStore",
        "trino": "contrib.trino_offline_store.trino.TrinoOfflineStore",
        "postgres": "contrib.postgres_offline_store.postgres.PostgreSQLOfflineStore",
        "athena": "contrib.athena_offline_store.athena.AthenaOfflineStore",
        "mssql": "contrib.mssql_offline_store.mssql.MsSqlServerOfflineStore",
        "duckdb": "duckdb.DuckDBOfflineStore",
        "remote": "remote.RemoteOfflineStore",
        "couchbase.offline": "contrib.couchbase_offline_store.couchbase.CouchbaseColumnarOfflineStore",
        "clickhouse": "contrib.clickhouse_offline_store.clickhouse.ClickhouseOfflineStore",
        "ray": "contrib.ray_offline_store.ray.RayOfflineStore",
        "oracle": "contrib.oracle_offline_store.oracle.OracleOfflineStore",
        "chronon": "contrib.chronon_offline_store.chronon.ChrononOfflineStore",
        "hybrid": "hybrid_offline_store.HybridOfflineStore",
    },
)
FEATURE_SERVER_CONFIG_CLASS_FOR_TYPE = _under(
    _INFRA,
    {
        "local": "feature_servers.local_process.config.LocalFeatureServerConfig",
        "mcp": "mcp_servers.mcp_config.McpFeatureServerConfig",
    },
)
AUTH_CONFIGS_CLASS_FOR_TYPE = _under(
    "feast.permissions.auth_model.",
    {
        "no_auth": "NoAuthConfig",
        "kubernetes": "KubernetesAuthConfig",
        "oidc": "OidcAuthConfig",
        "oidc_client": "OidcClientAuthConfig",
    },
)


def _config_of(path: str) -> Any:
    """The class of a store's options: beside the store's class, and named after it."""
    module, name = path.rsplit(".", 1)
    return import_class(module, name + "Config", name + "Config")


def get_data_source_class_from_type(data_source_type: str) -> Any:
    """The class of a source by its dotted path."""
    module, name = data_source_type.rsplit(".", 1)
    return import_class(module, name, "DataSource")


def get_registry_config_from_type(registry_type: str) -> Any:
    if registry_type not in REGISTRY_CLASS_FOR_TYPE:
        raise errors.FeastRegistryTypeInvalidError(registry_type)
    if registry_type == "file":
        from feast.repo_config import RegistryConfig

        return RegistryConfig
    return _config_of(REGISTRY_CLASS_FOR_TYPE[registry_type])


def get_batch_engine_config_from_type(batch_engine_type: str) -> Any:
    path = BATCH_ENGINE_CLASS_FOR_TYPE.get(batch_engine_type, batch_engine_type)
    if not path.endswith("Engine"):
        raise ValueError(f"The name of a compute engine's class ends in Engine, which '{path}' does not")
    return _config_of(path)


def get_online_config_from_type(online_store_type: str) -> Any:
    """The class of an online store's options, by its type or by the path of the store's class."""
    path = ONLINE_STORE_CLASS_FOR_TYPE.get(online_store_type, online_store_type)
    if not path.endswith("OnlineStore"):
        raise errors.FeastOnlineStoreInvalidName(online_store_type)
    return _config_of(path)


def get_offline_store_type(offline_store_type: str) -> str:
    """The dotted path of an offline store's class."""
    path = OFFLINE_STORE_CLASS_FOR_TYPE.get(offline_store_type, offline_store_type)
    if not path.endswith("OfflineStore"):
        raise errors.FeastOfflineStoreInvalidName(offline_store_type)
    return path


def get_offline_config_from_type(offline_store_type: str) -> Any:
    """The class of an offline store's options, by its type or by the path of the store's class."""
    return _config_of(get_offline_store_type(offline_store_type))


def get_auth_config_from_type(auth_config_type: str) -> Any:
    path = AUTH_CONFIGS_CLASS_FOR_TYPE.get(auth_config_type, auth_config_type)
    if not path.endswith("AuthConfig"):
        raise errors.FeastInvalidAuthConfigClass(auth_config_type)
    module, name = path.rsplit(".", 1)
    return import_class(module, name, name)


def get_feature_server_config_from_type(feature_server_type: str) -> Any:
    if feature_server_type not in FEATURE_SERVER_CONFIG_CLASS_FOR_TYPE:
        raise errors.FeastFeatureServerTypeInvalidError(feature_server_type)
    module, name = FEATURE_SERVER_CONFIG_CLASS_FOR_TYPE[feature_server_type].rsplit(".", 1)
    return import_class(module, name, name)
