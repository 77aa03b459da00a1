"""What is measured: source sizes × entity rows × TTL, and a checksum that tells whether two engines gave the same answer.

The answer: for each entity row, the source row of its key with the greatest (event timestamp, created) at or before the entity row's
time, not older than the TTL; nulls when there is none. docs/semantics/point_in_time.md has the rules.
"""

import dataclasses
import hashlib
import json
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path(os.environ.get("FEAST_BENCH_DATA", ROOT / "build" / "bench_data"))

BASE_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
HOUR_US = 3_600_000_000
HOURS = 720
NOW_US = BASE_US + (HOURS + 1) * HOUR_US
TTL_HOURS = 24
FEATURES = ["conv_rate", "acc_rate", "avg_daily_trips"]


@dataclasses.dataclass(frozen=True)
class Source:
    """A Parquet file in event-time order, as hourly batches would make it."""

    name: str
    rows: int
    keys: int

    @property
    def path(self) -> pathlib.Path:
        return DATA / self.name / "source_0.parquet"


@dataclasses.dataclass(frozen=True)
class Workload:
    name: str
    source: Source
    entity_rows: int
    has_ttl: bool = True
    is_now: bool = False  # Batch scoring: each key once, all at one moment after the source's last.

    @property
    def entity_path(self) -> pathlib.Path:
        return DATA / self.source.name / f"entity_{'now_' if self.is_now else ''}{self.entity_rows}.parquet"


TINY = Source("T", 20_000, 200)
SMALL = Source("S", 1_000_000, 10_000)
MEDIUM = Source("M", 10_000_000, 100_000)
MANY_KEYS = Source("B", 10_000_000, 1_000_000)

WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("T_1k", TINY, 1_000),
        Workload("S_10k", SMALL, 10_000),
        Workload("S_1M", SMALL, 1_000_000),
        Workload("M_10k", MEDIUM, 10_000),
        Workload("M_1M", MEDIUM, 1_000_000),
        Workload("M_1M_nottl", MEDIUM, 1_000_000, has_ttl=False),
        Workload("B_now", MANY_KEYS, 1_000_000, has_ttl=False, is_now=True),
    )
}
DEFAULT_WORKLOADS = [name for name in WORKLOADS if name != "T_1k"]


def answer_digest(table) -> dict:
    """Rows, rows with a match, and a hash over every feature value together with the row it stands in, whatever the order of rows.

    `table` is an Arrow table of the entity columns and FEATURES. Values are summed as integers: floats were made as millionths.
    """
    import numpy
    import pyarrow

    def integers(name):
        column = table.column(name).combine_chunks()
        present = column.is_valid().to_numpy(zero_copy_only=False)
        values = numpy.asarray(column.to_numpy(zero_copy_only=False), dtype="float64")
        return present & ~numpy.isnan(values), values

    moments = table.column("event_timestamp").cast(pyarrow.timestamp("us", "UTC")).cast(pyarrow.int64()).to_numpy()
    keys = table.column("driver_id").cast(pyarrow.int64()).to_numpy()
    row_hash = (keys * 1_000_003 + moments // 1_000) % 1_000_007 + 1
    sums = [int(row_hash.sum())]
    matched = 0
    for name in FEATURES:
        present, values = integers(name)
        scale = 1 if name.startswith("avg") else 1_000_000
        whole = numpy.rint(values[present] * scale).astype("int64")
        matched = max(matched, len(whole))
        sums += [len(whole), int(whole.sum()), int((whole * row_hash[present] % 1_000_000_007).sum())]
    signature = hashlib.sha256(json.dumps(sums).encode()).hexdigest()[:12]
    return {"rows": table.num_rows, "matched": matched, "signature": signature}
