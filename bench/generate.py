"""Makes the benchmark's Parquet files, the same bytes of data on every machine, unless they are there already.

python bench/generate.py [workload ...]
"""

import os
import sys

import numpy
import pyarrow
import pyarrow.compute
import pyarrow.parquet
from workloads import BASE_US, DEFAULT_WORKLOADS, FIRST_KEY, HOUR_US, HOURS, NOW_US, WORKLOADS, Source, Workload

ROW_GROUP_ROWS = 1 << 20
CHUNK_ROWS = 5_000_000


def name_seed(name: str) -> int:
    return sum(map(ord, name))


def timestamps(microseconds):
    return pyarrow.array(microseconds, pyarrow.int64()).cast(pyarrow.timestamp("us", tz="UTC"))


def key_column(source: Source, keys):
    numbers = pyarrow.array(keys + FIRST_KEY, pyarrow.int64())
    if not source.string_keys:
        return numbers
    digits = pyarrow.compute.utf8_lpad(numbers.cast(pyarrow.string()), 9, "0")
    return pyarrow.compute.binary_join_element_wise("driver", digits, "_")


def feature_column(name: str, rows: int, random):
    if name.startswith("avg"):
        return pyarrow.array(random.integers(0, 1000, rows), pyarrow.int64())
    return pyarrow.array((random.integers(0, 1_000_000, rows) / 1e6).astype("float32"))


def write_source(source: Source, view: int) -> None:
    random = numpy.random.default_rng([20260101, name_seed(source.name), view])
    event_us = BASE_US + numpy.sort(random.integers(0, HOURS, source.rows)) * HOUR_US
    partial = f"{source.path(view)}.partial"
    writer = None
    for first in range(0, source.rows, CHUNK_ROWS):
        moments = event_us[first : first + CHUNK_ROWS]
        rows = len(moments)
        columns = {
            "event_timestamp": timestamps(moments),
            source.key(view)[0]: key_column(source, random.integers(0, source.key(view)[1], rows)),
        }
        for name in source.features(view):
            columns[name] = feature_column(name, rows, random)
        # Several rows of a key fall into one hour; the created timestamp decides between them.
        columns["created"] = timestamps(moments + random.integers(0, 2 * HOUR_US, rows))
        table = pyarrow.table(columns)
        writer = writer or pyarrow.parquet.ParquetWriter(partial, table.schema, compression="snappy")
        writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
    writer.close()
    os.replace(partial, source.path(view))


def write_entity_rows(workload: Workload) -> None:
    rows = workload.entity_rows
    random = numpy.random.default_rng([777, name_seed(workload.source.name), rows, int(workload.is_now)])
    keys = {}
    for name, count in workload.source.entity_keys().items():
        # 2 % unknown to the source, or each once.
        keys[name] = random.permutation(rows) if workload.is_now else random.integers(0, int(count * 1.02), rows)
    moments = numpy.full(rows, NOW_US, "int64")
    if not workload.is_now:
        moments = BASE_US + random.integers(0, HOURS * HOUR_US, rows)
    table = pyarrow.table(
        {
            **{name: key_column(workload.source, values) for name, values in keys.items()},
            "event_timestamp": timestamps(moments),
            "label": pyarrow.array(random.integers(0, 2, rows), pyarrow.int64()),
        }
    )
    pyarrow.parquet.write_table(table, workload.entity_path)


def generate(names: list[str]) -> None:
    for workload in (WORKLOADS[name] for name in names):
        source = workload.source
        os.makedirs(os.path.dirname(source.path()), exist_ok=True)
        for view in range(source.views):
            if not os.path.exists(source.path(view)):
                print(f"Making {source.path(view)} ({source.rows:,} rows)", file=sys.stderr, flush=True)
                write_source(source, view)
        if not os.path.exists(workload.entity_path):
            write_entity_rows(workload)


if __name__ == "__main__":
    generate(sys.argv[1:] or DEFAULT_WORKLOADS)
