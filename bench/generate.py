"""Makes the benchmark's Parquet files, the same bytes of data on every machine, unless they are there already.

python bench/generate.py [workload ...]
"""

import os
import sys

import numpy
import pyarrow
import pyarrow.parquet
from workloads import BASE_US, DEFAULT_WORKLOADS, HOUR_US, HOURS, NOW_US, WORKLOADS, Source, Workload

ROW_GROUP_ROWS = 1 << 20
CHUNK_ROWS = 5_000_000
FIRST_KEY = 1000


def name_seed(name: str) -> int:
    return sum(map(ord, name))


def timestamps(microseconds):
    return pyarrow.array(microseconds, pyarrow.int64()).cast(pyarrow.timestamp("us", tz="UTC"))


def write_source(source: Source) -> None:
    random = numpy.random.default_rng([20260101, name_seed(source.name), 0])
    event_us = BASE_US + numpy.sort(random.integers(0, HOURS, source.rows)) * HOUR_US
    partial = source.path.with_suffix(".partial")
    writer = None
    for first in range(0, source.rows, CHUNK_ROWS):
        moments = event_us[first : first + CHUNK_ROWS]
        rows = len(moments)
        keys = random.integers(0, source.keys, rows)
        conv_rate, acc_rate = ((random.integers(0, 1_000_000, rows) / 1e6).astype("float32") for _ in range(2))
        trips = random.integers(0, 1000, rows)
        # Several rows of a key fall into one hour; the created timestamp decides between them.
        created_us = moments + random.integers(0, 2 * HOUR_US, rows)
        table = pyarrow.table(
            {
                "event_timestamp": timestamps(moments),
                "driver_id": pyarrow.array(keys + FIRST_KEY, pyarrow.int64()),
                "conv_rate": conv_rate,
                "acc_rate": acc_rate,
                "avg_daily_trips": pyarrow.array(trips, pyarrow.int64()),
                "created": timestamps(created_us),
            }
        )
        writer = writer or pyarrow.parquet.ParquetWriter(partial, table.schema, compression="snappy")
        writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
    writer.close()
    os.replace(partial, source.path)


def write_entity_rows(workload: Workload) -> None:
    rows = workload.entity_rows
    random = numpy.random.default_rng([777, name_seed(workload.source.name), rows, int(workload.is_now)])
    if workload.is_now:
        keys, moments = random.permutation(rows), numpy.full(rows, NOW_US, "int64")
    else:
        keys = random.integers(0, int(workload.source.keys * 1.02), rows)  # 2 % unknown to the source
        moments = BASE_US + random.integers(0, HOURS * HOUR_US, rows)
    table = pyarrow.table(
        {
            "driver_id": pyarrow.array(keys + FIRST_KEY, pyarrow.int64()),
            "event_timestamp": timestamps(moments),
            "label": pyarrow.array(random.integers(0, 2, rows), pyarrow.int64()),
        }
    )
    pyarrow.parquet.write_table(table, workload.entity_path)


def generate(names: list[str]) -> None:
    for workload in (WORKLOADS[name] for name in names):
        workload.source.path.parent.mkdir(parents=True, exist_ok=True)
        if not workload.source.path.exists():
            print(f"Making {workload.source.path} ({workload.source.rows:,} rows)", file=sys.stderr, flush=True)
            write_source(workload.source)
        if not workload.entity_path.exists():
            write_entity_rows(workload)


if __name__ == "__main__":
    generate(sys.argv[1:] or DEFAULT_WORKLOADS)
