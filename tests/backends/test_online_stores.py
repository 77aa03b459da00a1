"""What every online store does alike, on real servers."""

import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from online_place import ARROW, TYPES, hour

from feast import Entity, Field
from feast.types import Bytes, Int32, Int64, String, UnixTimestamp
from feast.value_type import ValueType


def test_values_of_every_type_come_back(online):
    everything = online.view("everything", {name: dtype for name, (dtype, _) in TYPES.items()})
    online.store.apply([online.driver, everything])
    columns = {name: [*values, None] for name, (_, values) in TYPES.items()}
    rows = {"driver_id": [1, 2, 3], "event_timestamp": [hour(1)] * 3, **columns}
    types = {name: ARROW[str(dtype)] for name, (dtype, _) in TYPES.items()}
    table = pa.table({name: pa.array(values, types.get(name)) for name, values in rows.items()})
    online.store.write_to_online_store("everything", table)
    answer = online.read([f"everything:{name}" for name in TYPES], driver_id=[1, 2, 3, 4])
    for name, (_, values) in TYPES.items():
        assert answer[name] == [*values, None, None], name


@pytest.mark.parametrize("version", [2, 3])
def test_keys_of_every_type_and_version(online, version):
    online.write_yaml(online.block, version)
    keys = {
        "number": (ValueType.INT64, Int64, [-1, 2**62]),
        "small": (ValueType.INT32, Int32, [-1, 7]),
        "text": (ValueType.STRING, String, ["", "zoë *?[x]{y}\\"]),
        "raw": (ValueType.BYTES, Bytes, [b"\x00\r\n", b"*"]),
        "moment": (ValueType.UNIX_TIMESTAMP, UnixTimestamp, [hour(1), hour(2)]),
    }
    for name, (kind, dtype, values) in keys.items():
        entity = Entity(name=f"e_{name}", join_keys=[name], value_type=kind)
        view = online.view(f"by_{name}", {"value": Int64}, [entity], [Field(name=name, dtype=dtype)])
        online.store.apply([entity, view])
        rows = {name: values, "event_timestamp": [hour(1), hour(1)], "value": [10, 20]}
        online.store.write_to_online_store(f"by_{name}", pa.table(rows))
        assert online.read([f"by_{name}:value"], **{name: values})["value"] == [10, 20], name


def test_several_keys_and_none(online):
    fields = [Field(name="shop_code", dtype=String), Field(name="driver_id", dtype=Int64)]
    both = online.view("both", {"value": Int64}, [online.shop, online.driver], fields)
    alone = online.view("alone", {"constant": Int64}, [], [])
    online.store.apply([online.driver, online.shop, both, alone])
    rows = {"driver_id": [1, 1], "shop_code": ["a", "b"], "event_timestamp": [hour(1)] * 2, "value": [1, 2]}
    online.store.write_to_online_store("both", pa.table(rows))
    online.store.write_to_online_store("alone", pa.table({"event_timestamp": [hour(1)], "constant": [42]}))
    answer = online.read(["both:value", "alone:constant"], driver_id=[1, 1, 2], shop_code=["b", "a", "a"])
    assert answer == {"value": [2, 1, None], "constant": [42, 42, 42]}


def test_several_views_are_read_together(online):
    extra = online.view("extra", {"score": Int64})
    by_shop = online.view("by_shop", {"stock": Int64}, [online.shop], [Field(name="shop_code", dtype=String)])
    online.store.apply([online.driver, online.shop, online.stats(), extra, by_shop])
    online.store.write_to_online_store("stats", online.rows([1, 2], [10, 20], [hour(1), hour(2)]))
    times = pa.array([hour(3)] * 2, pa.timestamp("us", "UTC"))
    online.store.write_to_online_store(
        "extra", pa.table({"driver_id": [1, 3], "event_timestamp": times, "score": [5, 6]})
    )
    online.store.write_to_online_store(
        "by_shop", pa.table({"shop_code": ["a", "b"], "event_timestamp": times, "stock": [7, 8]})
    )
    store = online.store
    # Often enough for whatever is learned about the values to be used.
    for _ in range(3):
        features = ["stats:trips", "extra:score", "by_shop:stock", "stats:label"]
        answer = online.read(features, store, driver_id=[3, 1, 2, 1], shop_code=["b", "b", "none", "a"])
        assert answer == {
            "trips": [None, 10, 20, 10],
            "score": [6, 5, None, 5],
            "stock": [8, 8, None, 7],
            "label": [None, "x", "x", "x"],
        }
        assert online.read(["extra:score"], store, driver_id=[3])["score"] == [6]
    answer = store.get_online_features(["stats:trips", "extra:score"], {"driver_id": [1, 2]})
    times = answer.to_dict(include_event_timestamps=True)
    assert times["trips__ts"] == [int(hour(1).timestamp()), int(hour(2).timestamp())]
    assert times["score__ts"] == [int(hour(3).timestamp()), 0]


def test_a_row_gives_way_to_one_that_is_not_older(online):
    online.store.apply([online.driver, online.stats()])
    store = online.store
    store.write_to_online_store("stats", online.rows([1, 2], [10, 20], [hour(5)] * 2))
    store.write_to_online_store("stats", online.rows([1, 2], [11, 21], [hour(4), hour(6)]))
    assert online.read(["stats:trips"], driver_id=[1, 2])["trips"] == [10, 21]
    # Of one moment the row that is written last counts: what was wrong can be put right.
    store.write_to_online_store("stats", online.rows([1, 2], [12, 22], [hour(5), hour(6)]))
    assert online.read(["stats:trips"], driver_id=[1, 2])["trips"] == [12, 22]
    # Within one frame too, whatever the order.
    store.write_to_online_store("stats", online.rows([1, 1, 1], [3, 2, 1], [hour(9), hour(8), hour(7)]))
    assert online.read(["stats:trips"], driver_id=[1])["trips"] == [3]


def test_a_removed_view_takes_its_rows_along(online):
    stats, other = online.stats(), online.stats("other")
    online.store.apply([online.driver, stats, other])
    for name in ("stats", "other"):
        online.store.write_to_online_store(name, online.rows([1, 2], [1, 2], [hour(1)] * 2))
    online.store.write_to_online_store("stats", online.rows([3], [3], [hour(1)]))
    store = online.store
    store.apply([], objects_to_delete=[stats], partial=False)
    assert online.read(["other:trips"], driver_id=[1, 2, 3])["trips"] == [1, 2, None]
    online.store.apply([online.stats()])
    assert online.read(["stats:trips"], driver_id=[1, 2, 3])["trips"] == [None, None, None]


def test_teardown_leaves_nothing(online):
    online.store.apply([online.driver, online.stats()])
    online.store.write_to_online_store("stats", online.rows([1], [1], [hour(1)]))
    online.store.teardown()
    online.store.apply([online.driver, online.stats()])
    assert online.read(["stats:trips"], driver_id=[1])["trips"] == [None]


def test_another_project_is_left_alone(online, tmp_path_factory):
    """Not even by one whose name ends in the same way."""
    folder = tmp_path_factory.mktemp("other")
    other = type(online)(online.name, folder, online.block, project="x" + online.project)
    for place in (online, other):
        place.store.apply([place.driver, place.stats()])
        place.store.write_to_online_store("stats", place.rows([1], [1], [hour(1)]))
    online.store.teardown()
    assert other.read(["stats:trips"], driver_id=[1])["trips"] == [1]


def test_ten_thousand_rows_are_materialized(online):
    count = 10_000
    view = online.stats()
    moments = [hour(1) + datetime.timedelta(seconds=i % 3600) for i in range(count)]
    pq.write_table(online.rows(range(count), range(count), moments), online.folder / "data" / "stats.parquet")
    online.store.apply([online.driver, view])
    online.store.materialize(hour(0), hour(9))
    store = online.store
    for first in (0, 3_000, count - 500):
        keys = list(range(first, first + 500))
        assert online.read(["stats:trips", "stats:label"], store, driver_id=keys) == {
            "trips": keys,
            "label": ["x"] * 500,
        }
    # Once more does no harm.
    store.materialize(hour(0), hour(9))
    assert online.read(["stats:trips"], store, driver_id=[count - 1, count])["trips"] == [count - 1, None]
