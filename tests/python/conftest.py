"""A small feature repo on generated data."""

import datetime
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

START = datetime.datetime(2022, 5, 1, tzinfo=datetime.timezone.utc)

YAML = """\
project: demo
provider: local
registry: data/registry.db
online_store: null
offline_store:
  type: file
"""


@pytest.fixture(scope="session")
def driver_table():
    """Ten drivers, an hour apart, with ties in the event time that the created time breaks."""
    choose = random.Random(7)
    rows = []
    for hour in range(24 * 5):
        for driver in range(1001, 1011):
            for copy in range(1 + (hour % 7 == 0)):
                rows.append(
                    {
                        "driver_id": driver,
                        "event_timestamp": START + datetime.timedelta(hours=hour),
                        "created": START + datetime.timedelta(hours=hour, minutes=copy),
                        "conv_rate": choose.random(),
                        "acc_rate": choose.random(),
                        "avg_daily_trips": choose.randrange(1000),
                    }
                )
    choose.shuffle(rows)
    schema = pa.schema(
        [
            ("driver_id", pa.int64()),
            ("event_timestamp", pa.timestamp("us", tz="UTC")),
            ("created", pa.timestamp("us", tz="UTC")),
            ("conv_rate", pa.float32()),
            ("acc_rate", pa.float32()),
            ("avg_daily_trips", pa.int64()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


@pytest.fixture
def repo(tmp_path, driver_table):
    (tmp_path / "data").mkdir()
    pq.write_table(driver_table, tmp_path / "data" / "driver_stats.parquet")
    (tmp_path / "feature_store.yaml").write_text(YAML)
    return tmp_path


@pytest.fixture
def store(repo):
    from feast import FeatureStore

    return FeatureStore(repo_path=str(repo))


@pytest.fixture
def driver():
    from feast import Entity, ValueType

    return Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64, description="a driver")


@pytest.fixture
def stats(driver):
    """The feature view `driver_hourly_stats`."""
    from feast import FeatureView, Field, FileSource
    from feast.types import Float32, Int64

    return FeatureView(
        name="driver_hourly_stats",
        entities=[driver],
        ttl=datetime.timedelta(hours=2),
        schema=[
            Field(name="driver_id", dtype=Int64),
            Field(name="conv_rate", dtype=Float32),
            Field(name="acc_rate", dtype=Float32),
            Field(name="avg_daily_trips", dtype=Int64),
        ],
        source=FileSource(
            name="driver_stats",
            path="data/driver_stats.parquet",
            timestamp_field="event_timestamp",
            created_timestamp_column="created",
        ),
        tags={"team": "drivers"},
        owner="ann@example.com",
    )


@pytest.fixture
def applied(store, driver, stats):
    from feast import FeatureService

    store.apply(
        [
            driver,
            stats,
            FeatureService(name="model_v1", features=[stats[["conv_rate"]]]),
            FeatureService(name="model_v2", features=[stats]),
        ]
    )
    return store


@pytest.fixture
def entity_df():
    pd = pytest.importorskip("pandas")
    choose = random.Random(11)
    return pd.DataFrame(
        {
            "driver_id": [choose.randrange(999, 1013) for _ in range(300)],
            "event_timestamp": [START + datetime.timedelta(minutes=choose.randrange(-600, 9000)) for _ in range(300)],
            "label": range(300),
        }
    )
