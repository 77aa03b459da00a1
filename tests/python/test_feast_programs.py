"""What programs written for Feast, its tests among them, do with definitions, registries and the command."""

import json
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, RequestSource
from feast.types import Float32, Int64, String


def _view(name="stats", keys=("driver",)):
    entities = [Entity(name=key, join_keys=[f"{key}_id"]) for key in keys]
    source = FileSource(name="source", path="rows.parquet", timestamp_field="t")
    return FeatureView(name=name, entities=entities, schema=[Field(name="x", dtype=Int64)], source=source)


@pytest.fixture(params=["file", "sqlite file", "sqlite memory"])
def registry(request, tmp_path):
    from feast.infra.registry.registry import Registry
    from feast.infra.registry.sql import SqlRegistry, SqlRegistryConfig
    from feast.repo_config import RegistryConfig

    if request.param == "file":
        return Registry("demo", RegistryConfig(path=str(tmp_path / "registry.db")), None)
    path = "sqlite://" if request.param == "sqlite memory" else f"sqlite:///{tmp_path}/registry.db"
    return SqlRegistry(SqlRegistryConfig(path=path), "demo", None)


def test_a_registry_takes_objects_one_by_one_in_any_order(registry):
    view = _view()
    service = FeatureService(name="service", features=[view[["x"]]])
    registry.apply_feature_service(service, "demo")
    registry.apply_feature_view(view, "demo")
    assert registry.list_feature_services("demo") == [service]
    (stored,) = registry.list_feature_views("demo")
    assert (stored.entities, [field.name for field in stored.features]) == (["driver"], ["x"])
    assert registry.list_entities("demo") == []
    registry.apply_entity(Entity(name="driver", join_keys=["driver_id"]), "demo")
    assert [entity.name for entity in registry.list_entities("demo")] == ["driver"]
    assert registry.get_infra("demo").infra_objects == []
    registry.teardown()


def test_a_repo_is_still_checked(repo):
    with pytest.raises(Exception, match="uses entity 'driver', which is not defined"):
        FeatureStore(repo_path=repo).apply([_view()])


def test_the_function_of_a_stream_view_is_found_again(tmp_path):
    from feast import PushSource
    from feast.stream_feature_view import StreamFeatureView, stream_feature_view

    source = PushSource(name="push", batch_source=FileSource(name="b", path="b.parquet", timestamp_field="t"))

    @stream_feature_view(source=source, schema=[Field(name="x", dtype=Float32)], timestamp_field="t")
    def ten_more(rows):
        return [row + 10 for row in rows]

    assert StreamFeatureView.from_proto(ten_more.to_proto()).udf([1]) == [11]
    with pytest.raises(TypeError, match="needs the keyword argument 'source'"):
        StreamFeatureView(name="none")


def test_an_on_demand_view_is_tried_on_a_sample_row():
    import pandas as pd

    from feast.errors import SpecifiedFeaturesNotPresentError
    from feast.on_demand_feature_view import on_demand_feature_view

    given = RequestSource(name="given", schema=[Field(name="x", dtype=Int64)])

    @on_demand_feature_view(sources=[given], schema=[Field(name="twice", dtype=Int64)])
    def good(rows: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"twice": rows["x"] * 2})

    @on_demand_feature_view(sources=[given], schema=[Field(name="thrice", dtype=Int64)])
    def bad(rows: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"twice": rows["x"] * 2})

    good.infer_features()
    with pytest.raises(SpecifiedFeaturesNotPresentError, match="thrice"):
        bad.infer_features()


def test_a_number_is_no_type():
    from feast.field import Feature

    with pytest.raises(TypeError, match="needs a type of feast.types"):
        Field(name="x", dtype=3)
    assert Feature(name="x", dtype=3).dtype is not None


def test_lists_take_anything_false_for_the_cache(repo):
    store = FeatureStore(repo_path=repo)
    store.apply([Entity(name="driver", join_keys=["driver_id"])])
    assert store.list_batch_feature_views({}) == []
    assert len(store.list_entities(None)) == 1


def test_the_command_runs_by_its_path(repo):
    from feast.cli import cli

    (repo / "definitions.py").write_text("from feast import Entity\ndriver = Entity(name='driver')\n")
    done = subprocess.run([sys.executable, cli.__file__, "apply"], cwd=repo, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("Error")) == (0, 0)
    assert "Registered entity driver" in done.stdout
    done = subprocess.run([sys.executable, cli.__file__, "no-such-command"], cwd=repo, capture_output=True)
    assert done.returncode != 0


def test_what_feastignore_names(tmp_path):
    from feast.repo_operations import get_ignore_files, get_repo_files, read_feastignore

    for name in ("a.py", "foo/b.py", "bar/deep/c.py", "bar/deep/data.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert (read_feastignore(tmp_path), get_ignore_files(tmp_path, [])) == ([], set())
    (tmp_path / ".feastignore").write_text("# none of these\n\nfoo/*.py # files\n**/deep\n")
    assert read_feastignore(tmp_path) == ["foo/*.py", "**/deep"]
    ignored = get_ignore_files(tmp_path, ["foo/*.py", "**/deep"])
    assert ignored == {(tmp_path / name).resolve() for name in ("foo/b.py", "bar/deep/c.py")}
    assert get_repo_files(tmp_path) == [(tmp_path / "a.py").resolve()]


def test_infrastructure_is_compared_table_by_table():
    from feast.diff.infra_diff import diff_between, diff_infra_protos, tag_infra_proto_objects_for_keep_delete_add
    from feast.diff.property_diff import TransitionType
    from feast.infra.infra_object import Infra
    from feast.infra.online_stores.sqlite import SqliteTable

    def infra(**tables):
        return Infra([SqliteTable(path, name) for name, path in tables.items()]).to_proto()

    before, after = infra(same="a.db", moved="a.db", gone="a.db"), infra(same="a.db", moved="b.db", new="a.db")
    diffs = {diff.name: diff for diff in diff_infra_protos(before, after).infra_object_diffs}
    kinds = {name: diff.transition_type.name for name, diff in diffs.items()}
    assert kinds == {"same": "UNCHANGED", "moved": "UPDATE", "gone": "DELETE", "new": "CREATE"}
    (moved,) = diffs["moved"].infra_object_property_diffs
    assert (moved.property_name, moved.val_existing, moved.val_declared) == ("path", "a.db", "b.db")
    assert (diffs["gone"].new_infra_object, diffs["new"].current_infra_object) == (None, None)
    text = diff_infra_protos(before, after).to_string()
    assert "Created sqlite table new" in text and "Deleted sqlite table gone" in text and "same" not in text
    assert diff_infra_protos(before, after, "other").infra_object_diffs == []
    a, b = SqliteTable("a.db", "t").to_proto(), SqliteTable("b.db", "t").to_proto()
    assert diff_between(a, a, "sqlite table").transition_type == TransitionType.UNCHANGED
    assert tag_infra_proto_objects_for_keep_delete_add([a], [b]) == ([b], [], [])


def test_values_in_json_have_no_structure_around_them():
    # In a process of its own, for it changes how protobuf writes JSON.
    program = """
from google.protobuf.json_format import MessageToDict, Parse, ParseError
from feast import proto_json
from feast.protos.feast.serving.ServingService_pb2 import FeatureList, GetOnlineFeaturesResponse
from feast.protos.feast.types.Value_pb2 import RepeatedValue, Value
proto_json.patch()
values = '[1, 2.5, true, "a", [], [1, 2], [1.5, null], [true], ["a"], [[1], [2, 3]]]'
vector = Parse('{"values": ' + values + '}', GetOnlineFeaturesResponse.FeatureVector())
assert [each.WhichOneof("val") for each in vector.values] == [
    "int64_val", "double_val", "bool_val", "string_val", "int64_list_val", "int64_list_val",
    "double_list_val", "bool_list_val", "string_list_val", "list_val"]
shown = MessageToDict(vector)["values"]
assert shown[:6] == [1, 2.5, True, "a", [], [1, 2]] and shown[6][1] != shown[6][1], shown
assert shown[7:] == [[True], ["a"], [[1], [2, 3]]], shown
for text, message in (("[1, 2]", RepeatedValue()), ('["a", "b"]', FeatureList())):
    assert str(MessageToDict(Parse(text, message))).replace("'", '"') == text
for bad in ('{"a": 1}', '["a", 1]', '["a", null]'):
    try:
        Parse(bad, Value())
    except ParseError as error:
        assert "is no value of a feature" in str(error)
    else:
        raise AssertionError(bad)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_null_among_times_stays_one():
    import numpy as np

    from feast import ValueType
    from feast.type_map import feast_value_type_to_python_type, python_values_to_proto_values

    times = np.array(["NaT", "2024-05-01T12:00"], dtype="datetime64[s]")
    none, noon = python_values_to_proto_values(times, ValueType.UNIX_TIMESTAMP)
    assert feast_value_type_to_python_type(none) is None
    assert feast_value_type_to_python_type(noon).isoformat() == "2024-05-01T12:00:00+00:00"
    (both,) = python_values_to_proto_values([times], ValueType.UNIX_TIMESTAMP_LIST)
    assert [time is None for time in feast_value_type_to_python_type(both)] == [True, False]


def test_documents_for_examples():
    from feast.nlp_test_data import create_document_chunks_df

    start = datetime(2024, 5, 1)
    rows = create_document_chunks_df({"a": "One. Two", "b": "Three"}, start, start + timedelta(hours=2), 4)
    assert len(rows) == 3 * 3 + 2
    assert set(rows["chunk_id"]) == {"chunk-1", "chunk-2"} and set(map(len, rows["embedding"])) == {4}
    assert list(rows.columns) == [
        "event_timestamp",
        "document_id",
        "chunk_id",
        "chunk_text",
        "embedding",
        "created",
    ]


def test_classes_of_transformations_by_mode():
    from feast.transformation.factory import TRANSFORMATION_CLASS_FOR_TYPE, get_transformation_class_from_type
    from feast.transformation.pandas_transformation import PandasTransformation

    assert get_transformation_class_from_type("pandas") is PandasTransformation
    assert TRANSFORMATION_CLASS_FOR_TYPE["spark"] == TRANSFORMATION_CLASS_FOR_TYPE["spark_sql"]
    with pytest.raises(ValueError, match="Invalid transformation type: other"):
        get_transformation_class_from_type("other")
    with pytest.raises(Exception, match="is not in this version"):
        get_transformation_class_from_type("ray")


def test_ways_to_prove_who_one_is():
    from feast.permissions.auth.auth_type import AuthType

    assert [kind.value for kind in AuthType] == ["no_auth", "oidc", "kubernetes"]


def test_maps_json_and_structs_of_the_example_data(repo):
    """The columns that Feast's own template declares."""
    from feast.driver_test_data import create_driver_hourly_stats_df
    from feast.types import Json, Map, Struct

    start = datetime(2024, 5, 1)
    rows = create_driver_hourly_stats_df([1001], start, start + timedelta(hours=3))
    rows.to_parquet(repo / "data" / "stats.parquet")
    driver = Entity(name="driver", join_keys=["driver_id"])
    view = FeatureView(
        name="stats",
        entities=[driver],
        schema=[
            Field(name="driver_metadata", dtype=Map),
            Field(name="driver_config", dtype=Json),
            Field(name="driver_profile", dtype=Struct({"name": String, "age": String})),
        ],
        source=FileSource(path="data/stats.parquet", timestamp_field="event_timestamp"),
    )
    store = FeatureStore(repo_path=repo)
    store.apply([driver, view])
    keys = rows[["driver_id", "event_timestamp"]].head(1)
    found = store.get_historical_features(
        keys, ["stats:driver_metadata", "stats:driver_config", "stats:driver_profile"]
    ).to_df()
    assert dict(found["driver_metadata"][0]) == rows["driver_metadata"][0]
    assert json.loads(found["driver_config"][0]) == json.loads(rows["driver_config"][0])
    assert found["driver_profile"][0] == rows["driver_profile"][0]
