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
    ]
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
