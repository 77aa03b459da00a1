"""Materializing, writing to the online store and reading from it."""

import datetime
import pathlib
import sqlite3

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feast import (
    Entity,
    FeatureService,
    FeatureStore,
    FeatureView,
    Field,
    FileSource,
    PushSource,
    RequestSource,
    ValueType,
)
from feast.errors import FeatureViewNotFoundException, PushSourceNotFoundException
from feast.on_demand_feature_view import on_demand_feature_view
from feast.protos.feast.types.Value_pb2 import Value as ValueProto
from feast.types import Array, Float64, Int64, Map, String

UTC = datetime.timezone.utc
DAY = datetime.datetime(2024, 5, 1, tzinfo=UTC)
FEATURES = ["stats:trips", "stats:name", "stats:recent"]


def hour(number):
    return DAY + datetime.timedelta(hours=number)


def function(inputs):
    return pd.DataFrame({"scaled": inputs["trips"] * inputs["factor"]})


@pytest.fixture
def store(tmp_path):
    rows = {
        "driver": [1, 1, 2, 2, None],
        "when": [hour(1), hour(3), hour(2), hour(2), hour(1)],
        "made": [hour(1), hour(3), hour(2), hour(5), hour(1)],
        "trips": [10, 30, 20, 21, 99],
        "label": ["a", None, "b", "c", "x"],
        "recent": [[1], [], [2, 3], [4], None],
    }
    (tmp_path / "data").mkdir()
    pq.write_table(pa.table(rows), tmp_path / "data" / "stats.parquet")
    (tmp_path / "feature_store.yaml").write_text(
        "project: p\nprovider: local\nregistry: data/registry.db\nonline_store:\n  type: sqlite\n  path: data/online.db\n"
        "entity_key_serialization_version: 3\n"
    )
    store = FeatureStore(repo_path=str(tmp_path))
    driver = Entity(name="the_driver", join_keys=["driver_id"])
    source = FileSource(
        name="files",
        path="data/stats.parquet",
        timestamp_field="event_timestamp",
        created_timestamp_column="created",
        field_mapping={"driver": "driver_id", "when": "event_timestamp", "made": "created", "label": "name"},
    )
    schema = [
        Field(name="driver_id", dtype=Int64),
        Field(name="trips", dtype=Int64),
        Field(name="name", dtype=String),
        Field(name="recent", dtype=Array(Int64)),
    ]
    view = FeatureView(
        name="stats",
        entities=[driver],
        schema=schema,
        source=PushSource(name="pushed", batch_source=source),
        ttl=datetime.timedelta(days=1),
    )
    request = RequestSource(name="request", schema=[Field(name="factor", dtype=Float64)])
    scaled = on_demand_feature_view(sources=[view, request], schema=[Field(name="scaled", dtype=Float64)])(function)
    store.apply([driver, view, scaled, FeatureService(name="model", features=[view[["trips"]], scaled])])
    return store


def read(store, drivers=(1, 2, 3), features=FEATURES, **options):
    return store.get_online_features(features, [{"driver_id": driver} for driver in drivers], **options).to_dict()


def test_the_latest_row_of_each_key_is_served(store, capsys):
    store.materialize(hour(0), hour(2), ["stats"])
    assert (
        "Materializing 1 feature views from 2024-05-01 00:00:00+00:00 to 2024-05-01 02:00:00+00:00 into the sqlite"
        in (capsys.readouterr().out)
    )
    expected = {"driver_id": [1, 2, 3], "trips": [10, 21, None], "name": ["a", "c", None], "recent": [[1], [4], None]}
    assert read(store) == expected
    store.materialize(hour(3), hour(3))
    assert read(store, [1]) == {"driver_id": [1], "trips": [30], "name": [None], "recent": [[]]}
    # An older interval does not take back what is newer.
    store.materialize(hour(0), hour(2))
    assert read(store, [1], ["stats:trips"])["trips"] == [30]


def test_an_incremental_run_goes_on_where_the_last_one_ended(store):
    store.materialize(hour(0), hour(2))
    store.materialize_incremental(hour(4))
    intervals = store.get_feature_view("stats").materialization_intervals
    assert [(start, end) for start, end in intervals] == [(hour(0), hour(2)), (hour(2), hour(4))]
    assert read(store, [1], ["stats:trips"])["trips"] == [30]


def test_every_form_of_entity_rows(store):
    store.materialize(hour(0), hour(9))
    for rows in (
        [{"driver_id": 2}],
        {"driver_id": [2]},
        pd.DataFrame({"driver_id": [2]}),
        pa.table({"driver_id": pa.array([2], pa.int32())}),
        [{"the_driver": 2}],
    ):
        answer = store.get_online_features(["stats:trips"], rows, full_feature_names=True)
        assert answer.to_dict(include_event_timestamps=True) == {
            "driver_id": [2],
            "driver_id__ts": [0],
            "stats__trips": [21],
            "stats__trips__ts": [int(hour(2).timestamp())],
        }
        assert answer.to_df()["stats__trips"].tolist() == [21]


def test_on_demand_features_and_services(store):
    store.materialize(hour(0), hour(9))
    rows = [{"driver_id": 1, "factor": 0.5}, {"driver_id": 1, "factor": 2.0}]
    expected = {"driver_id": [1, 1], "trips": [30, 30], "scaled": [15.0, 60.0]}
    assert store.get_online_features(store.get_feature_service("model"), rows).to_dict() == expected
    only = store.get_online_features(["function:scaled"], rows).to_dict()
    assert only == {"driver_id": [1, 1], "scaled": [15.0, 60.0]}


def test_rows_can_be_written_and_pushed(store):
    frame = pd.DataFrame({"driver_id": [7], "event_timestamp": [hour(1)], "created": [hour(1)], "trips": [70]})
    frame["name"], frame["recent"] = "z", [[7]]
    store.push("pushed", frame)
    assert read(store, [7]) == {"driver_id": [7], "trips": [70], "name": ["z"], "recent": [[7]]}
    frame["trips"], frame["event_timestamp"] = 71, hour(2)
    store.write_to_online_store("stats", frame)
    assert read(store, [7], ["stats:trips"])["trips"] == [71]
    with pytest.raises(PushSourceNotFoundException):
        store.push("nobody", frame)
    with pytest.raises(KeyError, match="trips"):
        store.write_to_online_store("stats", frame.drop(columns="trips"))
    with pytest.raises(ValueError, match="1 of them have a null"):
        store.write_to_online_store("stats", frame.assign(driver_id=[None]))
    with pytest.raises(TypeError, match="'trips' must be int64"):
        store.write_to_online_store("stats", frame.assign(trips=["many"]))


def test_bad_requests_say_what_is_wrong(store, tmp_path):
    with pytest.raises(OSError, match="feast materialize|no table"):
        (tmp_path / "data" / "online.db").unlink()
        read(store)
    store.apply(store.list_entities())
    with pytest.raises(FeatureViewNotFoundException, match="stat"):
        read(store, features=["stat:trips"])
    with pytest.raises(KeyError, match="driver_id"):
        store.get_online_features(["stats:trips"], {"driver": [1]})
    with pytest.raises(ValueError, match="twice, as 'driver_id' and as 'the_driver'"):
        store.get_online_features(["stats:trips"], {"driver_id": [1], "the_driver": [1]})
    with pytest.raises(TypeError, match="entity_rows must be a list"):
        store.get_online_features(["stats:trips"], "driver_id")
    with pytest.raises(ValueError, match="null in entity row 1"):
        store.get_online_features(["stats:trips"], {"driver_id": [1, None]})
    with pytest.raises(TypeError, match="driver_id"):
        store.get_online_features(["stats:trips"], {"driver_id": ["one"]})
    with pytest.raises(ValueError, match="Entity row 1"):
        store.get_online_features(["stats:trips"], [{"driver_id": 1}, {}])
    with pytest.raises(ValueError, match="start_date"):
        store.materialize(hour(2), hour(1))
    with pytest.raises(FeatureViewNotFoundException, match="nothing"):
        store.materialize(hour(1), hour(2), ["nothing"])


def test_without_an_online_store_nothing_is_served(tmp_path):
    (tmp_path / "feature_store.yaml").write_text("project: p\nprovider: local\nregistry: r.db\nonline_store: null\n")
    store = FeatureStore(repo_path=str(tmp_path))
    with pytest.raises(ValueError, match="no online store"):
        store.get_online_features(["stats:trips"], {"driver_id": [1]})
    with pytest.raises(ValueError, match="no online store"):
        store.write_to_online_store("stats", {"driver_id": [1]})


@pytest.mark.parametrize(
    "keys",
    [
        pa.array([2, 1], pa.int8()),
        pa.array([2, 1], pa.uint32()),
        pa.array([2.0, 1.0], pa.float64()),
        pa.array([True, True], pa.bool_()).cast(pa.int8()),
        pa.array([2, 1], pa.int64()).dictionary_encode(),
    ],
    ids=lambda keys: str(keys.type),
)
def test_keys_come_back_as_the_type_that_is_declared(store, keys):
    store.materialize(hour(0), hour(9))
    answer = store.get_online_features(["stats:trips"], pa.table({"driver_id": keys, "unused": ["x", "y"]})).to_dict()
    drivers = [int(key) for key in keys.to_pylist()]
    assert answer == {"driver_id": drivers, "trips": [{1: 30, 2: 21}[driver] for driver in drivers]}


def test_a_key_that_would_change_is_refused(store):
    store.materialize(hour(0), hour(9))
    for keys in ([1.5], ["1"], [b"1"]):
        with pytest.raises(TypeError, match="'driver_id' must be int64"):
            store.get_online_features(["stats:trips"], {"driver_id": keys})


def test_the_later_of_two_rows_within_a_second_stays(store):
    moments = [hour(1) + datetime.timedelta(milliseconds=900), hour(1) + datetime.timedelta(milliseconds=100)]
    frame = pd.DataFrame({"driver_id": [7, 7], "event_timestamp": moments, "created": moments, "trips": [9, 1]})
    store.push("pushed", frame.assign(name="z", recent=[[1], [2]]))
    assert read(store, [7]) == {"driver_id": [7], "trips": [9], "name": ["z"], "recent": [[1]]}


def test_times_that_are_none_are_refused_and_far_ones_are_the_nearest(store):
    frame = pd.DataFrame({"driver_id": [7], "created": [hour(1)], "trips": [70], "name": ["z"]})
    frame["recent"] = [[7]]
    with pytest.raises(TypeError, match="'event_timestamp' must be timestamp"):
        store.push("pushed", frame.assign(event_timestamp=[1796058000]))
    far = pa.Table.from_pandas(frame).append_column(
        "event_timestamp", pa.array([datetime.datetime(9999, 1, 1)], pa.timestamp("us"))
    )
    store.write_to_online_store("stats", far)
    answer = store.get_online_features(["stats:trips"], {"driver_id": [7]}).to_dict(include_event_timestamps=True)
    assert answer["stats__trips__ts" if "stats__trips__ts" in answer else "trips__ts"][0] > hour(0).timestamp()


def test_nothing_counts_as_served_by_a_store_that_is_not_there(store, tmp_path):
    (tmp_path / "data" / "online.db").unlink()
    with pytest.raises(OSError, match="no online store yet"):
        store.materialize(hour(50), hour(51))
    assert store.get_feature_view("stats").materialization_intervals == []
    store.apply(store.list_entities())
    store.materialize(hour(0), hour(5))


def test_what_is_served_is_compared_with_the_offline_store(store):
    (view,) = [found for found in store.verify_online() if found.view == "stats"]
    assert view.agrees and view.keys == 0 and "never materialized" in str(view)

    store.materialize(hour(0), hour(4))
    (view,) = store.verify_online(["stats"])
    assert view.agrees and view.keys == 2 and view.features == {"trips": (2, 0), "name": (2, 0), "recent": (2, 0)}

    # A value that somebody changed, a key that went away, and one that was pushed since.
    database = sqlite3.connect(pathlib.Path(store.repo_path) / "data" / "online.db")
    value = ValueProto(int64_val=31).SerializeToString()
    changed = database.execute(
        "UPDATE p_stats SET value = ? WHERE feature_name = 'trips' AND value = ?",
        (value, ValueProto(int64_val=30).SerializeToString()),
    )
    assert changed.rowcount == 1
    database.commit()
    (view,) = store.verify_online(["stats"], sample=0)
    assert not view.agrees and view.features == {"trips": (1, 1), "name": (2, 0), "recent": (2, 0)}
    assert "trips of driver_id=1: online 31 (2024-05-01 03:00:00+00:00), offline 30" in str(view)

    database.execute(
        "DELETE FROM p_stats WHERE entity_key IN (SELECT entity_key FROM p_stats WHERE value = ?)", (value,)
    )
    database.commit()
    (view,) = store.verify_online(["stats"])
    assert view.keys_missing == 1 and view.features["name"] == (1, 1) and "online nothing" in str(view)

    row = {"driver_id": [1], "event_timestamp": [hour(9)], "trips": [7], "name": ["z"], "recent": [[0]]}
    store.write_to_online_store("stats", pd.DataFrame(row))
    (view,) = store.verify_online(["stats"])
    assert view.agrees and view.keys_newer == 1 and view.features["trips"] == (1, 0)


def test_a_sample_is_part_of_the_keys(store):
    store.materialize(hour(0), hour(4))
    (view,) = store.verify_online(["stats"], sample=1)
    assert view.keys == 1 and view.agrees
    with pytest.raises(ValueError, match="-1 keys"):
        store.verify_online(sample=-1)
    with pytest.raises(FeatureViewNotFoundException):
        store.verify_online(["absent"])


def test_a_view_that_is_ahead_does_not_hold_up_the_others(store, capsys):
    store.materialize(hour(0), hour(9), feature_views=["stats"])
    store.materialize_incremental(hour(5))
    assert "stats: materialized up to 2024-05-01 09:00:00+00:00 already, nothing to do" in capsys.readouterr().out
    assert len(store.get_feature_view("stats").materialization_intervals) == 1


def test_dicts_that_were_written_as_structs_are_maps(tmp_path):
    dicts = [{"city": "Oslo", "plan": None}, None, {"city": "Rome", "plan": "b"}]
    rows = {"k": [1, 2, 3], "when": [hour(1)] * 3, "one": dicts, "many": [[dicts[0]], [], [dicts[2], dicts[2]]]}
    pd.DataFrame(rows).to_parquet(tmp_path / "rows.parquet")
    (tmp_path / "feature_store.yaml").write_text(
        "project: p\nprovider: local\nregistry: registry.db\nonline_store: {type: sqlite, path: online.db}\n"
    )
    store = FeatureStore(repo_path=str(tmp_path))
    entity = Entity(name="k", value_type=ValueType.INT64)
    view = FeatureView(
        name="maps",
        entities=[entity],
        schema=[Field(name="one", dtype=Map), Field(name="many", dtype=Array(Map))],
        source=FileSource(path="rows.parquet", timestamp_field="when"),
    )
    store.apply([entity, view])
    store.materialize(hour(0), hour(2))
    values = store.get_online_features(["maps:one", "maps:many"], [{"k": 1}, {"k": 2}, {"k": 3}]).proto.results
    one, many = values[-2].values, values[-1].values
    assert {key: value.string_val for key, value in one[0].map_val.val.items()} == {"city": "Oslo", "plan": ""}
    assert one[1].WhichOneof("val") is None
    assert [m.val["city"].string_val for m in many[2].map_list_val.val] == ["Rome", "Rome"]
    # Entries of a map have no order.
    assert store.verify_online(["maps"])[0].agrees


def test_on_demand_views_are_not_written_and_say_so(store):
    @on_demand_feature_view(
        sources=[store.get_feature_view("stats")], schema=[Field(name="more", dtype=Int64)], write_to_online_store=True
    )
    def added(inputs):
        return pd.DataFrame({"more": inputs["trips"] + 1})

    with pytest.warns(UserWarning, match="'added' is computed when it is read"):
        store.apply(added)
    row = {"driver_id": [1], "event_timestamp": [hour(9)], "more": [7]}
    with pytest.raises(NotImplementedError, match="cannot be written.*added"):
        store.write_to_online_store("added", pd.DataFrame(row))
