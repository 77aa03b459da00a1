"""Plans, the gate for breaking changes, protected projects and the history, from Python."""

import json
from datetime import timedelta

import feast
import pytest
from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, Project, ValueType
from feast.repo_contents import RepoContents
from feast.types import Float32, Int64

DRIVER = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
SOURCE = FileSource(name="stats", path="stats.csv", timestamp_field="event_timestamp")


def view(*fields):
    schema = [Field(name=name, dtype=dtype) for name, dtype in fields]
    return FeatureView(name="driver_stats", entities=[DRIVER], ttl=timedelta(days=1), schema=schema, source=SOURCE)


def model(its_view):
    return FeatureService(name="model_v1", features=[its_view], tags={"stage": "production"}, owner="ml@example.com")


@pytest.fixture
def store(tmp_path):
    (tmp_path / "stats.csv").write_text(
        "driver_id,event_timestamp,conv_rate,trips\n1,2026-01-01T00:00:00Z,0.5,3\n", encoding="utf-8"
    )
    (tmp_path / "feature_store.yaml").write_text(
        "project: rides\nprovider: local\nregistry: registry.db\nonline_store: null\n", encoding="utf-8"
    )
    store = FeatureStore(tmp_path)
    its_view = view(("conv_rate", Float32))
    store.apply([DRIVER, its_view, model(its_view)])
    return store


def records(store):
    folder = store.repo_path / "registry.db.history"
    return sorted((json.loads(path.read_text()) for path in folder.glob("*.json")), key=lambda record: record["number"])


def test_plan_names_who_is_touched(store):
    its_view = view(("trips", Int64))
    contents = RepoContents([], [SOURCE], [its_view], [], [], [DRIVER], [model(its_view)], [], [])
    plan = store.plan(contents)[2]
    assert plan.severity == "breaking"
    assert plan.summary == "0 to add, 2 to change, 0 to delete — 2 breaking"
    change = next(change for change in plan.changes if change.kind == "feature view")
    assert change.severity == "breaking"
    assert change.impacts[0].reason == "feature 'conv_rate' removed"
    touched = change.impacts[0].affected[0]
    assert (touched.kind, touched.name, touched.tags, touched.owner) == (
        "feature service",
        "model_v1",
        {"stage": "production"},
        "ml@example.com",
    )
    assert plan.to_markdown().startswith("<!-- feast-plan: rides -->\n")


def test_apply_is_as_strict_as_asked(store):
    its_view = view(("trips", Int64))
    with pytest.raises(Exception, match="This would break what feature services depend on"):
        store.apply([its_view], allow_breaking=False)
    assert [field.name for field in store.get_feature_view("driver_stats").features] == ["conv_rate"]
    # By default as in Feast.
    store.apply([its_view])
    assert [field.name for field in store.get_feature_view("driver_stats").features] == ["trips"]
    assert [record["allow_breaking"] for record in records(store)] == [False, True]


def test_every_change_is_recorded(store):
    store.apply([Entity(name="rider", value_type=ValueType.INT64)])
    store.apply([Entity(name="rider", value_type=ValueType.INT64)])
    store.delete_feature_service("model_v1")
    store.teardown()
    commands = [record["command"].split(" in ")[0] for record in records(store)]
    assert commands == [
        "FeatureStore.apply",
        "FeatureStore.apply",
        "FeatureStore.delete_feature_service",
        "FeatureStore.teardown",
    ]


def test_protected_projects_want_their_name(store, monkeypatch):
    rider = Entity(name="rider", value_type=ValueType.INT64)
    with pytest.raises(Exception, match="Project 'rides' is protected"):
        store.apply([Project(name="rides", tags={"stage": "production"})])
    monkeypatch.setenv("FEAST_PROTECTED_PROJECT", "rides")
    for change in (
        lambda: store.apply([rider]),
        lambda: store.apply([rider], project_confirm="other"),
        lambda: store.delete_feature_view("driver_stats"),
        store.teardown,
    ):
        with pytest.raises(Exception, match="Project 'rides' is protected"):
            change()
    store.apply([rider], project_confirm="rides")
    monkeypatch.setenv("FEAST_PROJECT_CONFIRM", "rides")
    store.delete_feature_view("driver_stats")
    store.teardown(project_confirm="rides")
    assert feast.FeatureStore(store.repo_path).list_entities() == []
