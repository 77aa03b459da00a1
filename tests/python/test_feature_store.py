"""A feature store from Python: applying, looking up, planning."""

import datetime

import pytest
from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, Project, RepoConfig, ValueType
from feast.errors import (
    ConflictingFeatureViewNames,
    EntityNotFoundException,
    FeastError,
    FeastNotImplementedError,
    FeastObjectNotFoundException,
    FeatureServiceNotFoundException,
    FeatureViewNotFoundException,
)
from feast.repo_config import FeastConfigError, RegistryConfig, load_repo_config
from feast.repo_contents import RepoContents
from feast.types import Float32, Int64

SOURCE = {
    "path": "data/driver_stats.parquet",
    "timestamp_field": "event_timestamp",
    "created_timestamp_column": "created",
}


def test_what_was_applied_is_found(applied, driver, stats):
    assert [entity.name for entity in applied.list_entities()] == ["driver"]
    assert [view.name for view in applied.list_feature_views()] == ["driver_hourly_stats"]
    assert [source.name for source in applied.list_data_sources()] == ["driver_stats"]
    assert [service.name for service in applied.list_feature_services()] == ["model_v1", "model_v2"]
    assert applied.get_entity("driver") == driver
    view = applied.get_feature_view("driver_hourly_stats")
    assert view == stats and view.ttl == datetime.timedelta(hours=2) and view.created_timestamp is not None
    service = applied.get_feature_service("model_v1")
    assert [field.name for field in service.feature_view_projections[0].features] == ["conv_rate"]
    assert applied.list_all_feature_views() == [stats]


def test_tags_filter_lists(applied):
    assert applied.list_feature_views(tags={"team": "drivers"}) and not applied.list_feature_views(
        tags={"team": "riders"}
    )


def test_what_is_not_there(applied):
    with pytest.raises(FeatureViewNotFoundException, match="Did you mean 'driver_hourly_stats'"):
        applied.get_feature_view("driver_hourly_stat")
    with pytest.raises(EntityNotFoundException):
        applied.get_entity("rider")
    with pytest.raises(FeatureServiceNotFoundException):
        applied.get_feature_service("model_v3")
    with pytest.raises(FeastObjectNotFoundException):
        applied.delete_feature_view("nothing")


def test_a_view_without_a_schema_takes_it_from_its_source(store, driver):
    view = FeatureView(name="inferred", entities=[driver], source=FileSource(**SOURCE))
    service = FeatureService(name="service", features=[view[["conv_rate"]]])
    store.apply([driver, view, service])
    # As in Feast, the caller's objects have what was inferred.
    assert {field.name: field.dtype for field in view.features}["conv_rate"] == Float32
    assert view.entity_columns == [Field(name="driver_id", dtype=Int64)]
    stored = store.get_feature_view("inferred")
    assert stored == view
    assert service.feature_view_projections[0].features == [Field(name="conv_rate", dtype=Float32)]


def test_entities_by_name(store, driver):
    view = FeatureView(
        name="v",
        entities=["driver"],
        source=FileSource(**SOURCE),
        schema=[Field(name="driver_id", dtype=Int64), Field(name="conv_rate", dtype=Float32)],
    )
    store.apply([driver, view])
    stored = store.get_feature_view("v")
    assert stored.join_keys == ["driver_id"] and [field.name for field in stored.features] == ["conv_rate"]


def test_apply_updates_and_deletes(applied, driver, stats):
    changed = FeatureView(
        name=stats.name, entities=[driver], source=stats.batch_source, schema=stats.schema, tags={"new": "tag"}
    )
    applied.apply(changed)
    assert applied.get_feature_view(stats.name).tags == {"new": "tag"}
    # Applying a part leaves the rest; objects_to_delete counts when partial=False only.
    applied.apply([], objects_to_delete=[applied.get_feature_service("model_v1")])
    assert len(applied.list_feature_services()) == 2
    applied.apply([], objects_to_delete=[applied.get_feature_service("model_v1")], partial=False)
    assert [service.name for service in applied.list_feature_services()] == ["model_v2"]
    applied.delete_feature_service("model_v2")
    applied.delete_feature_view(stats.name)
    assert not applied.list_feature_views() and not applied.list_feature_services()


def test_plan_changes_nothing(store, driver, stats):
    contents = RepoContents([], [stats.batch_source], [stats], [], [], [], [driver], [], [])
    registry_diff, infra_diff, _ = store.plan(contents)
    assert "Created feature view driver_hourly_stats" in registry_diff.to_string()
    assert infra_diff.to_string()
    assert {diff.name for diff in registry_diff.feast_object_diffs} >= {"driver", "driver_stats", "driver_hourly_stats"}
    assert store.list_feature_views() == []
    store.apply([driver, stats])
    registry_diff, _, plan = store.plan(contents)
    assert plan.empty and registry_diff.feast_object_diffs == []


def test_wrong_definitions_are_refused(store, driver):
    source = FileSource(**SOURCE)
    with pytest.raises(ValueError, match="no_such_column"):
        store.apply(
            [
                driver,
                FeatureView(
                    name="v", entities=[driver], source=source, schema=[Field(name="no_such_column", dtype=Int64)]
                ),
            ]
        )
    with pytest.raises(ConflictingFeatureViewNames):
        store.apply(
            [
                driver,
                FeatureView(name="v", entities=[driver], source=source),
                FeatureView(name="V", entities=[driver], source=source),
            ]
        )
    with pytest.raises(ValueError, match="cannot apply|can apply"):
        store.apply(["driver"])
    with pytest.raises((FeastError, ValueError), match="rider"):
        store.apply([FeatureView(name="v", entities=["rider"], source=source)])
    with pytest.raises((FeastError, OSError, ValueError), match="missing.parquet"):
        store.apply(
            [
                driver,
                FeatureView(
                    name="v", entities=[driver], source=FileSource(path="missing.parquet", timestamp_field="t")
                ),
            ]
        )
    with pytest.raises(ValueError, match="Two projects"):
        store.apply([Project(name="a"), Project(name="b")])


def test_two_stores_see_each_other(applied, repo):
    other = FeatureStore(repo_path=repo)
    assert other.list_entities() == applied.list_entities()
    applied.apply(Entity(name="rider", value_type=ValueType.STRING))
    other.refresh_registry()
    assert {entity.name for entity in other.list_entities(allow_cache=True)} == {"driver", "rider"}


def test_teardown(applied):
    applied.teardown()
    assert applied.list_feature_views() == []


def test_what_comes_later_says_so(applied):
    with pytest.raises(NotImplementedError, match="retrieve_online_documents"):
        applied.retrieve_online_documents(features=[], query=[], top_k=1)
    assert issubclass(FeastNotImplementedError, FeastError)


# ---- The registry as an object


def test_registry_object(applied, stats):
    registry = applied.registry
    assert [entity.name for entity in registry.list_entities(project="demo")] == ["driver"]
    assert registry.list_entities(project="other") == []
    assert registry.get_feature_view("driver_hourly_stats", project="demo") == stats
    assert registry.get_any_feature_view("driver_hourly_stats", "demo") == stats
    registry.apply_entity(Entity(name="rider", value_type=ValueType.STRING), "demo", commit=False)
    assert len(registry.list_entities("demo")) == 1
    registry.commit()
    assert len(registry.list_entities("demo")) == 2
    registry.delete_entity("rider", "demo")
    assert len(registry.list_entities("demo")) == 1
    assert set(registry.to_dict("demo")) >= {"entities", "featureViews", "dataSources", "featureServices"}


def test_registry_by_itself(tmp_path):
    pytest.importorskip("google.protobuf")
    from feast.infra.registry.registry import Registry

    registry = Registry("project", RegistryConfig(path=str(tmp_path / "registry.db")), None)
    registry.apply_entity(Entity(name="driver", value_type=ValueType.INT64), "project")
    assert registry.get_entity("driver", "project").value_type == ValueType.INT64
    assert [entity.spec.project for entity in registry.proto().entities if entity.spec.name == "driver"] == ["project"]


# ---- Configurations


def test_configuration_without_a_file(tmp_path):
    config = RepoConfig(
        project="demo",
        provider="local",
        registry=RegistryConfig(path=str(tmp_path / "registry.db"), cache_ttl_seconds=5),
        online_store="null",
        offline_store="file",
        entity_key_serialization_version=3,
        repo_path=tmp_path,
    )
    assert config.online_store is None and config.offline_store.type in ("file", "dask")
    assert config.registry.path.endswith("registry.db") and config.registry.cache_ttl_seconds == 5
    assert config.repo_path == tmp_path and config.entity_key_serialization_version == 3
    store = FeatureStore(config=config)
    store.apply(Entity(name="driver", value_type=ValueType.INT64))
    assert [entity.name for entity in store.list_entities()] == ["driver"]
    config.write_to_path(tmp_path)
    assert load_repo_config(tmp_path).registry.cache_ttl_seconds == 5


def test_configuration_with_dicts(tmp_path):
    config = RepoConfig(
        project="demo",
        registry=str(tmp_path / "r.db"),
        online_store={"type": "sqlite", "path": "online.db"},
        provider="local",
    )
    assert config.online_store.type == "sqlite" and config.online_store.path == "online.db"
    with pytest.raises(AttributeError, match="no_such_option"):
        _ = config.online_store.no_such_option


def test_bad_configurations(tmp_path):
    (tmp_path / "feature_store.yaml").write_text(
        "project: demo\nregistry: r.db\nprovider: local\noffline_store:\n  typ: file\n"
    )
    with pytest.raises(FeastConfigError, match=r"feature_store.yaml:5"):
        FeatureStore(repo_path=tmp_path)
    with pytest.raises(ValueError, match="not both"):
        FeatureStore(repo_path=tmp_path, config=RepoConfig(project="p", registry="r", provider="local"))
    with pytest.raises(OSError, match="feature_store.yaml"):
        FeatureStore(repo_path=tmp_path / "nowhere")


def test_store_from_a_file_elsewhere(repo, applied, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    assert FeatureStore(fs_yaml_file=repo / "feature_store.yaml").list_entities()
    monkeypatch.chdir(repo)
    assert FeatureStore().list_entities()


def test_sources_that_cannot_be_read_here(store, driver):
    schema = [Field(name="driver_id", dtype=Int64), Field(name="a", dtype=Int64)]
    view = FeatureView(
        name="v", entities=[driver], source=FileSource(path="elsewhere.parquet", timestamp_field="t"), schema=schema
    )
    with pytest.warns(UserWarning, match="elsewhere.parquet"):
        store.apply([driver, view])
    assert store.get_feature_view("v") == view


def test_parse_repo(repo):
    from feast.repo_operations import apply_total, parse_repo

    (repo / "definitions.py").write_text(
        "from feast import Entity, FeatureView, FileSource, ValueType\n"
        "driver = Entity(name='driver', join_keys=['driver_id'], value_type=ValueType.INT64)\n"
        "source = FileSource(name='stats', path='data/driver_stats.parquet', timestamp_field='event_timestamp')\n"
        "view = FeatureView(name='view', entities=[driver], source=source)\n"
    )
    contents = parse_repo(repo)
    assert [entity.name for entity in contents.entities if entity.name != "__dummy"] == ["driver"]
    assert [source.name for source in contents.data_sources] == ["stats"]
    assert [view.name for view in contents.feature_views] == ["view"]
    apply_total(load_repo_config(repo), repo)
    assert [view.name for view in FeatureStore(repo).list_feature_views()] == ["view"]
