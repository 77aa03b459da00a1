"""Rows that join the file of a view's batch source."""

import datetime
import threading

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feast import Entity, FeatureStore, FeatureView, Field, FileSource, PushSource, ValueType
from feast.data_source import PushMode
from feast.errors import FeastNotImplementedError, PushSourceNotFoundException
from feast.types import Float64, Int64, Map

UTC = datetime.timezone.utc
NOON = datetime.datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    rows = {
        "driver_id": pa.array([1, 2]),
        "when": pa.array([NOON, NOON], pa.timestamp("us", "UTC")),
        "rate": pa.array([0.5, None]),
        "about": pa.array([{"city": "Oslo", "plan": "a"}, None]),
    }
    pq.write_table(pa.table(rows), tmp_path / "rates.parquet")
    (tmp_path / "feature_store.yaml").write_text(
        "project: p\nprovider: local\nregistry: registry.db\nonline_store: {type: sqlite, path: online.db}\n"
    )
    store = FeatureStore(repo_path=str(tmp_path))
    driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
    files = FileSource(name="files", path="rates.parquet", timestamp_field="when")
    view = FeatureView(
        name="rates",
        entities=[driver],
        schema=[
            Field(name="driver_id", dtype=Int64),
            Field(name="rate", dtype=Float64),
            Field(name="about", dtype=Map),
        ],
        source=PushSource(name="pushed", batch_source=files),
    )
    store.apply([driver, view])
    return store


def frame(driver, rate=0.75, hour=1):
    return pd.DataFrame(
        {
            "rate": [rate],
            "about": [{"plan": "b", "city": "Rome"}],
            "when": [NOON + datetime.timedelta(hours=hour)],
            "driver_id": [driver],
        }
    )


def rates(store):
    entities = pd.DataFrame({"driver_id": [1, 2, 3], "event_timestamp": [NOON + datetime.timedelta(days=1)] * 3})
    return store.get_historical_features(entities, ["rates:rate"]).to_df()["rate"].tolist()


def test_pushed_rows_are_in_the_file_and_online(store, tmp_path):
    store.push("pushed", frame(2), to=PushMode.ONLINE_AND_OFFLINE)
    assert rates(store)[:2] == [0.5, 0.75]
    online = store.get_online_features(["rates:rate", "rates:about"], [{"driver_id": 2}, {"driver_id": 1}]).to_dict()
    assert online["rate"] == [0.75, None] and online["about"][0] == {"city": "Rome", "plan": "b"}

    store.push("pushed", frame(3), to=PushMode.OFFLINE)
    assert rates(store) == [0.5, 0.75, 0.75]
    assert store.get_online_features(["rates:rate"], [{"driver_id": 3}]).to_dict()["rate"] == [None]
    table = pq.read_table(tmp_path / "rates.parquet")
    assert table.num_rows == 4 and table["about"].to_pylist()[2] == {"city": "Rome", "plan": "b"}
    with pytest.raises(PushSourceNotFoundException):
        store.push("absent", frame(1), to=PushMode.OFFLINE)


def test_what_does_not_fit_is_refused_and_nothing_is_written(store, tmp_path):
    before = (tmp_path / "rates.parquet").read_bytes()
    with pytest.raises(ValueError, match="columns.*batch source has columns"):
        store.write_to_offline_store("rates", frame(1).drop(columns=["rate"]))
    with pytest.raises(ValueError, match="'rate' has values that its type in the batch source, double"):
        store.push("pushed", frame(1, rate="much"), to=PushMode.ONLINE_AND_OFFLINE)
    with pytest.raises(ValueError, match="must come in the order"):
        store.write_to_offline_store("rates", frame(1), reorder_columns=False)
    assert (tmp_path / "rates.parquet").read_bytes() == before
    assert store.get_online_features(["rates:rate"], [{"driver_id": 1}]).to_dict()["rate"] == [None]
    assert sorted(path.name for path in tmp_path.iterdir() if "rates" in path.name) == ["rates.parquet"]


def test_writers_at_once_lose_nothing(store, tmp_path):
    def write(first):
        for driver in range(first, first + 5):
            store.write_to_offline_store("rates", frame(driver))

    threads = [threading.Thread(target=write, args=(first,)) for first in (100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drivers = pq.read_table(tmp_path / "rates.parquet")["driver_id"].to_pylist()
    assert sorted(drivers[2:]) == [*range(100, 105), *range(200, 205), *range(300, 305)]


def test_other_sources_are_refused(store, tmp_path):
    (tmp_path / "rates.csv").write_text("driver_id,when,rate\n1,2024-05-01T00:00:00Z,1\n")
    (tmp_path / "folder").mkdir()
    driver = store.get_entity("driver")
    for number, path in enumerate(["rates.csv", "folder", "s3://bucket/rates.parquet"]):
        source = FileSource(name=f"source_{number}", path=path, timestamp_field="when")
        view = FeatureView(
            name=f"view_{number}", entities=[driver], schema=[Field(name="rate", dtype=Float64)], source=source
        )
        from feast._offline_writes import append_rows

        with pytest.raises(FeastNotImplementedError, match="one local Parquet file"):
            append_rows(view, frame(1), str(tmp_path))
