"""The feature repo of the online benchmarks: three views of eleven features, one entity."""

import pathlib

VIEWS, FEATURES = 3, 11
NAMES = [f"view_{v}:f{v}_{f}" for v in range(VIEWS) for f in range(FEATURES)]

STORES = {
    "sqlite": "{type: sqlite, path: data/online.db}",
    "redis": "{type: redis, connection_string: '127.0.0.1:PORT'}",
    "postgres": "{type: postgres, host: 127.0.0.1, port: PORT, database: feast, user: postgres, password: x}",
    "dynamodb": "{type: dynamodb, region: us-east-1, endpoint_url: 'http://127.0.0.1:PORT'}",
}

DEFINITIONS = """
from datetime import timedelta
from feast import Entity, FeatureView, Field, FileSource, ValueType
from feast.types import Float64, Int64

driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
source = FileSource(name="rows", path="data/rows.parquet", timestamp_field="event_timestamp",
                    created_timestamp_column="created")
for v in range(VIEWS):
    globals()[f"view_{v}"] = FeatureView(
        name=f"view_{v}", entities=[driver], ttl=timedelta(days=3650), source=source,
        schema=[Field(name=f"f{v}_{f}", dtype=Float64 if f % 2 else Int64) for f in range(FEATURES)])
"""


def generate(repo: pathlib.Path, store: str, port: int, rows: int, entities: int) -> None:
    """Writes the repo and its source: `rows` rows of `entities` keys, in event-time order, over the ten days before
    2026-01-01."""
    import numpy
    import pyarrow
    import pyarrow.parquet

    (repo / "data").mkdir(parents=True, exist_ok=True)
    (repo / "feature_store.yaml").write_text(
        "project: online\nprovider: local\nregistry: data/registry.db\noffline_store: {type: file}\n"
        f"online_store: {STORES[store].replace('PORT', str(port))}\nentity_key_serialization_version: 3\n"
    )
    (repo / "definitions.py").write_text(f"VIEWS, FEATURES = {VIEWS}, {FEATURES}\n{DEFINITIONS}")
    random = numpy.random.default_rng(7)
    end = numpy.datetime64("2026-01-01", "us").astype("int64")
    # Every key has a row; the rest are drawn.
    keys = numpy.concatenate([numpy.arange(entities), random.integers(0, entities, rows - entities)])
    random.shuffle(keys)
    times = numpy.sort(end - random.integers(0, 10 * 86_400 * 1_000_000, rows))
    moment = pyarrow.timestamp("us", "UTC")
    columns = {
        "driver_id": pyarrow.array(keys),
        "event_timestamp": pyarrow.array(times).cast(moment),
        "created": pyarrow.array(times).cast(moment),
    }
    for name in NAMES:
        feature = name.split(":")[1]
        whole = int(feature.split("_")[1]) % 2 == 0
        columns[feature] = pyarrow.array(random.integers(0, 1 << 40, rows) if whole else random.random(rows))
    pyarrow.parquet.write_table(pyarrow.table(columns), repo / "data" / "rows.parquet")
