"""What is measured: source sizes × entity rows × TTL. Imported by every process that is measured from its start, and so importing little.

The answer: for each entity row and feature view, the source row of its key with the greatest (event timestamp, created) at or before the
entity row's time, not older than the TTL; nulls when there is none. docs/semantics/point_in_time.md has the rules.
"""

import os
from collections import namedtuple

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
DATA = os.environ.get("FEAST_BENCH_DATA", f"{ROOT}/build/bench_data")

BASE_US = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
HOUR_US = 3_600_000_000
HOURS = 720
NOW_US = BASE_US + (HOURS + 1) * HOUR_US
TTL_HOURS = 24
FIRST_KEY = 1000
# Feature columns of views that are not wide; several views number theirs.
FEATURES = ["conv_rate", "acc_rate", "avg_daily_trips"]


class Source(namedtuple("Source", "name rows keys views wide string_keys keys_of_views", defaults=(1, 0, False, ()))):
    """Parquet files in event-time order, as hourly batches would make them: one file of `rows` rows for each of `views` feature views.

    `wide`: that many float features instead of FEATURES. `keys_of_views`: join key and number of its values for each view, where views have
    keys of their own.
    """

    __slots__ = ()

    def key(self, view: int = 0) -> tuple[str, int]:
        return self.keys_of_views[view] if self.keys_of_views else ("driver_id", self.keys)

    def entity_keys(self) -> dict[str, int]:
        """The key columns of entity rows with how many values each has."""
        return dict(self.key(view) for view in range(self.views))

    def entity_columns(self) -> list[str]:
        return [*self.entity_keys(), "event_timestamp", "label"]

    def path(self, view: int = 0) -> str:
        return f"{DATA}/{self.name}/source_{view}.parquet"

    def address(self, view: int = 0) -> str:
        """Where engines read it: the file, or its copy in the bucket named by FEAST_BENCH_BUCKET, an s3:// URI."""
        bucket = os.environ.get("FEAST_BENCH_BUCKET")
        return f"{bucket}/{self.name}/source_{view}.parquet" if bucket else self.path(view)

    def features(self, view: int = 0) -> list[str]:
        if self.wide:
            return [f"f{i:02d}" for i in range(self.wide)]
        return FEATURES if self.views == 1 else [f"{name}_{view}" for name in FEATURES]

    def size_mb(self) -> int:
        return sum(os.path.getsize(self.path(view)) for view in range(self.views)) >> 20

    def all_features(self) -> list[str]:
        return [name for view in range(self.views) for name in self.features(view)]


class Workload(namedtuple("Workload", "name source entity_rows has_ttl is_now", defaults=(True, False))):
    """`is_now`: batch scoring, each key once, all at one moment after the source's last."""

    __slots__ = ()

    @property
    def entity_path(self) -> str:
        return f"{DATA}/{self.source.name}/entity_{'now_' if self.is_now else ''}{self.entity_rows}.parquet"


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
