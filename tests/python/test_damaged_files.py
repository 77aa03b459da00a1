"""Retrievals from damaged Parquet files: each is an error or a result, and the process lives on.

FEAST_DAMAGED_FILES says how many files are tried; docs/reliability.md has the figures of many.
"""

import os
import subprocess
import sys

COUNT = int(os.environ.get("FEAST_DAMAGED_FILES", "150"))

# One process for all files, so that whatever ends it is seen.
CHILD = r"""
import datetime, pathlib, random, sys
import pyarrow as pa, pyarrow.parquet as pq
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig
from feast.types import Array, Float64, Int64, String

folder, first, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
path = folder / "rows.parquet"
rows = pa.table({
    "driver": pa.array([i % 7 for i in range(60)]),
    "ts": pa.array([i * 1000 for i in range(60)], pa.timestamp("us", "UTC")),
    "created": pa.array([None if i % 5 == 0 else i for i in range(60)], pa.timestamp("us", "UTC")),
    "rate": pa.array([None if i % 3 == 0 else i / 2 for i in range(60)]),
    "city": pa.array([None if i % 11 == 0 else f"city {i % 4}" for i in range(60)]),
    "trips": pa.array([[i, None] for i in range(60)]),
})
whole = []
for compression in ("none", "snappy", "zstd"):
    for version in ("1.0", "2.0"):
        for dictionary in (True, False):
            pq.write_table(rows, path, compression=compression, data_page_version=version, use_dictionary=dictionary,
                           data_page_size=100, row_group_size=40, write_page_index=True)
            whole.append(path.read_bytes())

def damaged(seed):
    chance = random.Random(seed)
    content = bytearray(whole[seed % len(whole)])
    footer = int.from_bytes(content[-8:-4], "little")
    for _ in range(chance.choice([1, 1, 2, 4])):
        at = chance.choice([chance.randrange(len(content)), len(content) - 8 - chance.randrange(1, footer)])
        content[at] = chance.choice([0, 255, content[at] ^ 1 << chance.randrange(8), chance.randrange(256), (content[at] + 2) % 256])
    return bytes(content)

store = FeatureStore(config=RepoConfig(
    project="p", registry=str(folder / "r.db"), provider="local", offline_store={"type": "file"},
    online_store={"type": "sqlite", "path": str(folder / "o.db")}, entity_key_serialization_version=3))
driver = Entity(name="driver", join_keys=["driver"])
source = FileSource(name="rows", path=str(path), timestamp_field="ts", created_timestamp_column="created")
view = FeatureView(name="v", entities=[driver], ttl=datetime.timedelta(0), source=source, schema=[
    Field(name="driver", dtype=Int64), Field(name="rate", dtype=Float64), Field(name="city", dtype=String),
    Field(name="trips", dtype=Array(Int64))])
store.apply([driver, source, view])
asked = pa.table({"driver": list(range(7)), "event_timestamp": pa.array([40_000] * 7, pa.timestamp("us", "UTC"))})
read = refused = 0
for seed in range(first, first + count):
    path.write_bytes(damaged(seed))
    (folder / "seed").write_text(str(seed))
    try:
        assert store.get_historical_features(asked, ["v:rate", "v:city", "v:trips"]).to_arrow().num_rows == 7
        read += 1
    except AssertionError:
        raise
    except Exception as error:
        assert "rows.parquet" in str(error) or "Memory" in str(error), (seed, repr(error))
        refused += 1
print(read, refused)
"""


def test_damaged_parquet_never_ends_the_process(tmp_path):
    child = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD, str(tmp_path), "1", str(COUNT)], capture_output=True, text=True
    )
    assert child.returncode == 0, f"seed {(tmp_path / 'seed').read_text()}: {child.stdout[-500:]}{child.stderr[-1500:]}"
    read, refused = map(int, child.stdout.split())
    print(f"{COUNT} damaged files: {read} read, {refused} refused")
    assert read > COUNT / 20 and refused > COUNT / 20
