"""Label views, permissions and validation references: declared, planned, listed, and the same again from the registry."""

import datetime

import pytest

from feast import ConflictPolicy, Entity, FeatureStore, FeatureView, Field, FileSource, LabelView, PushSource
from feast import RepoConfig, ValueType, errors
from feast.dqm.profilers.ge_profiler import ge_profiler
from feast.permissions.action import READ, AuthzedAction
from feast.permissions.permission import Permission
from feast.permissions.policy import CombinedGroupNamespacePolicy, GroupBasedPolicy, RoleBasedPolicy
from feast.saved_dataset import ValidationReference
from feast.types import Float32, Int64, String

driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
labels_source = PushSource(
    name="labels_push",
    batch_source=FileSource(name="labels_batch", path="data/labels.parquet", timestamp_field="event_timestamp"),
)
labels = LabelView(
    name="labels",
    entities=[driver],
    schema=[
        Field(name="driver_id", dtype=Int64),
        Field(name="score", dtype=Float32),
        Field(name="labeler", dtype=String),
    ],
    source=labels_source,
    ttl=datetime.timedelta(hours=3),
    conflict_policy=ConflictPolicy.MAJORITY_VOTE,
    tags={"team": "rides"},
)
readers = Permission(
    name="readers",
    types=[FeatureView, LabelView],
    name_patterns="driver.*",
    actions=[AuthzedAction.DESCRIBE, *READ],
    policy=RoleBasedPolicy(roles=["reader"]),
    required_tags={"stage": "production"},
)


@pytest.fixture
def store(tmp_path):
    return FeatureStore(
        config=RepoConfig(
            project="demo", registry=str(tmp_path / "registry.db"), online_store=None, offline_store="file"
        )
    )


def test_label_views(store):
    store.apply([driver, labels])
    (found,) = store.list_label_views()
    assert found == labels
    assert found.join_keys == ["driver_id"]
    assert [field.name for field in found.features] == ["score", "labeler"]
    assert found.source.name == "labels_push"
    assert found.batch_source.name == "labels_batch"
    assert found.conflict_policy is ConflictPolicy.MAJORITY_VOTE
    assert found.ttl == datetime.timedelta(hours=3)
    assert found.created_timestamp is not None
    assert store.get_label_view("labels") == labels
    assert store.list_label_views(tags={"team": "rides"}) == [labels]
    assert store.list_label_views(tags={"team": "other"}) == []
    assert not store.plan([driver, labels])[0].feast_object_diffs
    with pytest.raises(errors.FeatureViewNotFoundException):
        store.get_label_view("none")


def test_permissions(store):
    store.apply([readers])
    assert store.list_permissions() == [readers]
    found = store.get_permission("readers")
    assert found.types == [FeatureView, LabelView]
    assert found.name_patterns == ["driver.*"]
    assert found.policy == RoleBasedPolicy(roles=["reader"])
    assert not store.plan([readers])[0].feast_object_diffs
    changed = Permission(name="readers", actions=READ, policy=GroupBasedPolicy(groups=["a"]))
    (diff,) = store.plan([changed])[0].feast_object_diffs
    assert (diff.feast_object_type, diff.transition_type.name) == ("permission", "UPDATE")
    store.apply([], objects_to_delete=[readers], partial=False)
    assert store.list_permissions() == []


def test_policies_round_trip_by_message():
    policy = CombinedGroupNamespacePolicy(groups=["a"], namespaces=["b"])
    permission = Permission(name="p", policy=policy)
    assert Permission.from_proto(permission.to_proto()) == permission
    assert Permission.from_proto(Permission(name="all").to_proto()) == Permission(name="all")


def test_permissions_are_checked():
    with pytest.raises(ValueError, match="not one of the managed types"):
        Permission(name="p", types=[int])
    with pytest.raises(ValueError, match="'actions' must be non-empty"):
        Permission(name="p", actions=[])


@ge_profiler
def profiler(dataset):
    return dataset.get_expectation_suite()


def test_validation_references(store):
    reference = ValidationReference(name="check", dataset_name="training", profiler=profiler, description="d")
    store.apply([reference])
    (found,) = store.list_validation_references()
    assert (found.name, found.dataset_name, found.description) == ("check", "training", "d")
    assert found.profiler is None, "a pickle of the registry is not loaded"
    assert found.to_proto() == reference.to_proto(), "but kept"
    assert found.to_proto().ge_profiler.profiler.body
    with pytest.raises(RuntimeError, match="from_saved_dataset"):
        found.profile
    with pytest.raises(errors.SavedDatasetNotFound):
        store.get_validation_reference("check")


def test_two_of_one_name(store):
    other = Permission(name="readers", actions=READ)
    with pytest.raises(ValueError, match="Two objects of one kind have the name 'readers'"):
        store.apply([readers, other])


def test_definition_files(tmp_path):
    from feast.repo_operations import parse_repo

    (tmp_path / "repo.py").write_text("from tests_carried import driver, labels, readers\n")
    import sys

    sys.modules["tests_carried"] = sys.modules[__name__]
    try:
        contents = parse_repo(tmp_path)
    finally:
        del sys.modules["tests_carried"]
    assert [found.name for found in contents.label_views] == ["labels"]
    assert [found.name for found in contents.permissions] == ["readers"]
    assert sorted(found.name for found in contents.data_sources) == ["labels_batch", "labels_push"]
