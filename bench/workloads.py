"""What is measured: source sizes × entity rows × TTL, and a digest that tells whether two engines gave the same answer.

The answer: for each entity row and feature view, the source row of its key with the greatest (event timestamp, created) at or before the
entity row's time, not older than the TTL; nulls when there is none. docs/semantics/point_in_time.md has the rules.
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
FIRST_KEY = 1000
# Feature columns of views that are not wide; several views number theirs.
FEATURES = ["conv_rate", "acc_rate", "avg_daily_trips"]


@dataclasses.dataclass(frozen=True)
class Source:
    """Parquet files in event-time order, as hourly batches would make them: one file for each feature view."""

    name: str
    rows: int  # of each view
    keys: int
    views: int = 1
    wide: int = 0  # That many float features instead of FEATURES.
    string_keys: bool = False
    # Join key and number of its values for each view, where views have keys of their own.
    keys_of_views: tuple[tuple[str, int], ...] = ()

    def key(self, view: int = 0) -> tuple[str, int]:
        return self.keys_of_views[view] if self.keys_of_views else ("driver_id", self.keys)

    def entity_keys(self) -> dict[str, int]:
        """The key columns of entity rows with how many values each has."""
        return dict(self.key(view) for view in range(self.views))

    def entity_columns(self) -> list[str]:
        return [*self.entity_keys(), "event_timestamp", "label"]

    def path(self, view: int = 0) -> pathlib.Path:
        return DATA / self.name / f"source_{view}.parquet"

    def address(self, view: int = 0) -> str:
        """Where engines read it: the file, or its copy in the bucket named by FEAST_BENCH_BUCKET, an s3:// URI."""
        bucket = os.environ.get("FEAST_BENCH_BUCKET")
        return f"{bucket}/{self.name}/source_{view}.parquet" if bucket else str(self.path(view))

    def features(self, view: int = 0) -> list[str]:
        if self.wide:
            return [f"f{i:02d}" for i in range(self.wide)]
        return FEATURES if self.views == 1 else [f"{name}_{view}" for name in FEATURES]

    def size_mb(self) -> int:
        return sum(self.path(view).stat().st_size for view in range(self.views)) >> 20

    def all_features(self) -> list[str]:
        return [name for view in range(self.views) for name in self.features(view)]


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
LARGE = Source("L", 50_000_000, 1_000_000)
MANY_KEYS = Source("B", 10_000_000, 1_000_000)
WIDE = Source("W", 10_000_000, 100_000, wide=50)
STRINGS = Source("MS", 10_000_000, 100_000, string_keys=True)
FIVE_VIEWS = Source("M5", 2_000_000, 100_000, views=5)
# Taxi trips joined with statistics by pickup zone, by drop-off zone and by vendor, hourly with several corrections.
TAXI = Source("NYC", 1_000_000, 0, views=3, keys_of_views=(("pickup_zone", 263), ("dropoff_zone", 263), ("vendor", 4)))
# Three airports, a year of minutes: few keys, each with many entity rows, as flights joined with weather.
AIRPORTS = Source("A", 1_000_000, 3)
# The same sizes on a million keys.
MILLION_KEYS = Source("K", 1_000_000, 1_000_000)

WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("T_1k", TINY, 1_000),
        Workload("S_10k", SMALL, 10_000),
        Workload("S_1M", SMALL, 1_000_000),
        Workload("S_1M_nottl", SMALL, 1_000_000, has_ttl=False),
        Workload("M_10k", MEDIUM, 10_000),
        Workload("M_10k_nottl", MEDIUM, 10_000, has_ttl=False),
        Workload("M_1M", MEDIUM, 1_000_000),
        Workload("M_1M_nottl", MEDIUM, 1_000_000, has_ttl=False),
        Workload("M_10M", MEDIUM, 10_000_000),
        Workload("L_10k", LARGE, 10_000),
        Workload("L_1M", LARGE, 1_000_000),
        Workload("L_10M", LARGE, 10_000_000),
        Workload("W_10k", WIDE, 10_000),
        Workload("W_1M", WIDE, 1_000_000),
        Workload("MS_1M", STRINGS, 1_000_000),
        Workload("M5_10k", FIVE_VIEWS, 10_000),
        Workload("M5_1M", FIVE_VIEWS, 1_000_000),
        Workload("NYC_1M", TAXI, 1_000_000),
        Workload("A_336k", AIRPORTS, 336_776),
        Workload("K_336k", MILLION_KEYS, 336_776),
        Workload("B_now", MANY_KEYS, 1_000_000, has_ttl=False, is_now=True),
        Workload("M_now", MEDIUM, 100_000, has_ttl=False, is_now=True),
        Workload("L_now", LARGE, 1_000_000, has_ttl=False, is_now=True),
    )
}
DEFAULT_WORKLOADS = ["S_10k", "S_1M", "M_10k", "M_1M", "M_1M_nottl", "B_now"]


def answer_digest(table, source: Source) -> dict:
    """Rows, rows with a match, and a hash over every feature value together with the row it stands in, whatever the order of rows.

    `table` is an Arrow table of the entity columns and the source's features. Values are summed as integers: floats were made as millionths.
    """
    import numpy
    import pyarrow
    import pyarrow.compute

    def integers(name):
        column = table.column(name).combine_chunks()
        present = column.is_valid().to_numpy(zero_copy_only=False)
        values = numpy.asarray(column.to_numpy(zero_copy_only=False), dtype="float64")
        return present & ~numpy.isnan(values), values

    moments = table.column("event_timestamp").cast(pyarrow.timestamp("us", "UTC")).cast(pyarrow.int64()).to_numpy()
    keys = table.column(source.key()[0])
    if source.string_keys:
        keys = pyarrow.compute.utf8_slice_codeunits(keys.cast(pyarrow.string()), len("driver_"))
    keys = keys.cast(pyarrow.int64()).to_numpy()
    row_hash = (keys * 1_000_003 + moments // 1_000) % 1_000_007 + 1
    sums = [int(row_hash.sum())]
    matched = 0
    for name in source.all_features():
        present, values = integers(name)
        scale = 1 if name.startswith("avg") else 1_000_000
        whole = numpy.rint(values[present] * scale).astype("int64")
        matched = max(matched, len(whole))
        sums += [len(whole), int(whole.sum()), int((whole * row_hash[present] % 1_000_000_007).sum())]
    signature = hashlib.sha256(json.dumps(sums).encode()).hexdigest()[:12]
    return {"rows": table.num_rows, "matched": matched, "signature": signature}
