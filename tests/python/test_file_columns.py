"""Columns of file sources: types that the files do not say, units, keys."""

import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from feast import Entity, FeatureView, Field, FileSource, ValueType
from feast.errors import RegistryInferenceFailure
from feast.types import Array, Float64, Int64, String, UnixTimestamp

pd = pytest.importorskip("pandas")

DAY = datetime.datetime(2022, 5, 5, tzinfo=datetime.timezone.utc)


def retrieve(store, source, fields, key="driver_id", keys=(1,), value_type=ValueType.INT64):
    """A job for the fields of each key on DAY, from the source."""
    driver = Entity(name="driver", join_keys=[key], value_type=value_type)
    schema = [Field(name=name, dtype=dtype) for name, dtype in fields.items()]
    store.apply([driver, FeatureView(name="v", entities=[driver], source=source, schema=schema)])
    frame = {key: list(keys) if isinstance(keys, tuple) else keys, "event_timestamp": [DAY] * len(keys)}
    return store.get_historical_features(pa.table(frame), [f"v:{name}" for name in fields])


def partition(repo, folder, **columns):
    (repo / "rows" / folder).mkdir(parents=True)
    at = pa.array([DAY - datetime.timedelta(days=2)], pa.timestamp("us", "UTC"))
    pq.write_table(pa.table({"at": at, **columns}), repo / "rows" / folder / "a.parquet")


SOURCE = {"path": "rows", "timestamp_field": "at"}


def test_partition_columns_are_what_is_declared(store, repo):
    partition(repo, "zip=00123/n=007/day=2022-05-01", driver_id=[1])
    partition(repo, "zip=123/n=8/day=2022-05-02", driver_id=[2])
    fields = {"zip": String, "n": Int64, "day": UnixTimestamp}
    rows = retrieve(store, FileSource(**SOURCE), fields, keys=(1, 2)).to_arrow()
    assert rows["zip"].to_pylist() == ["00123", "123"] and rows["n"].to_pylist() == [7, 8]
    assert [day.day for day in rows["day"].to_pylist()] == [1, 2]
    with pytest.raises(ValueError, match="as Int64.*see '.*day=2022-05-01/a.parquet'"):
        retrieve(store, FileSource(**SOURCE), {"day": Int64})


def test_a_partition_column_as_key_and_as_event_time(store, repo):
    partition(repo, "zip=00123/day=2022-05-01", v=[1])
    partition(repo, "zip=123/day=2022-05-02", v=[2])
    source = FileSource(path="rows", timestamp_field="day")
    found = retrieve(store, source, {"v": Int64}, "zip", ("00123", "123", "0123"), ValueType.STRING)
    assert found.to_arrow()["v"].to_pylist() == [1, 2, None]
    (repo / "rows" / "zip=123" / "day=2022-05-02").rename(repo / "rows" / "zip=123" / "day=later")
    with pytest.raises(ValueError, match="timestamp field 'day' holds string.*day=later"):
        retrieve(store, source, {"v": Int64}, "zip", ("123",), ValueType.STRING)


def test_int96_features_keep_their_nanoseconds(store, repo):
    fine = pd.Timestamp("2022-05-01 10:00:00.123456789")
    moments = pa.array([fine], pa.timestamp("ns"))
    table = pa.table({"driver_id": [1], "at": moments, "t": moments})
    pq.write_table(table, repo / "rows", use_deprecated_int96_timestamps=True)
    assert retrieve(store, FileSource(**SOURCE), {"t": UnixTimestamp}).to_df()["t"][0].tz_localize(None) == fine


@pytest.mark.parametrize("other", ["float16", "float32", "float64", "int64"])
@pytest.mark.parametrize("side", ["source", "rows"])
def test_half_floats_are_keys(store, repo, side, other):
    import numpy

    halves, others = pa.array(numpy.array([2, 3], "float16")), pa.array([2, 3]).cast(other)
    source, rows = (halves, others) if side == "source" else (others, halves)
    at = pa.array([DAY] * 2, pa.timestamp("us", "UTC"))
    pq.write_table(pa.table({"driver_id": source, "at": at, "v": [20, 30]}), repo / "rows")
    driver = Entity(name="driver", join_keys=["driver_id"])
    schema = [Field(name="driver_id", dtype=Float64), Field(name="v", dtype=Int64)]
    store.apply([driver, FeatureView(name="v", entities=[driver], source=FileSource(**SOURCE), schema=schema)])
    frame = pa.table({"driver_id": rows, "event_timestamp": at})
    assert store.get_historical_features(frame, ["v:v"]).to_arrow()["v"].to_pylist() == [20, 30]


def test_text_with_more_digits_than_features_keep_is_refused_by_apply(store, repo):
    (repo / "rows.csv").write_text("driver_id,at,t\n1,2022-05-01 10:00:00.123456789,2022-05-01 10:00:00.123456789\n")
    source = FileSource(path="rows.csv", timestamp_field="at")
    with pytest.raises(ValueError, match="more digits than the microseconds that features keep: row 1 holds '2022"):
        retrieve(store, source, {"t": UnixTimestamp})
    driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
    with pytest.raises(RegistryInferenceFailure, match="more digits than the microseconds"):
        store.apply([driver, FeatureView(name="v", entities=[driver], source=source)])
    assert retrieve(store, source, {"t": String}).to_df()["t"][0].endswith("123456789")


def test_lists_with_missing_integers(store, repo):
    at = pa.array([DAY], pa.timestamp("us", "UTC"))
    lists = {"small": [[1, None]], "big": [[2**60 + 1, None]], "whole": [[2**60 + 1, 2]]}
    pq.write_table(pa.table({"driver_id": [1], "at": at, **lists}), repo / "rows")
    found = retrieve(store, FileSource(**SOURCE), dict.fromkeys(lists, Array(Int64))).to_df()
    assert found["small"][0].dtype == "float64" and found["small"][0][0] == 1
    assert list(found["big"][0]) == [2**60 + 1, None]
    assert list(found["whole"][0]) == [2**60 + 1, 2]
