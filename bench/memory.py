"""Peak memory of one training set as its source grows: it must follow the entity rows, not the source.

Makes a source of 100M rows (about 4 GB; --rows for another size), joins 1M entity rows (--entity-rows) with it through the Python API into a Parquet file, prints
time, CPU and peak memory as JSON, and deletes the source again. Exit code 1 when the peak is above --limit-mb.

--growth 1 4 16 does so for sources of 1×, 4× and 16× --rows, prints a Markdown table, and fails when peaks differ by more than 10 % from the first.
--memory-limit 256MB sets FEAST_MEMORY_LIMIT, so that entity rows beyond it are set aside on disk. --narrow leaves one feature and round
values, which compress: a billion rows of it (--rows 1000000000 --entity-rows 10000000 --narrow --compression zstd --limit-mb 4096) take about 10 GB of disk.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import numpy
import pyarrow
import pyarrow.parquet
from workloads import BASE_US, DATA, FEATURES, HOUR_US, HOURS

KEYS = 1_000_000
ROW_GROUP_ROWS = 1 << 20


def timestamps(microseconds):
    return pyarrow.array(microseconds, pyarrow.int64()).cast(pyarrow.timestamp("us", tz="UTC"))


def features_of(narrow: bool) -> list[str]:
    return FEATURES[-1:] if narrow else FEATURES


def write_source(path: pathlib.Path, rows: int, compression: str, narrow: bool) -> None:
    """Row groups in event-time order, made one at a time; values that do not compress, as real measurements, unless narrow."""
    random = numpy.random.default_rng(1)
    writer = None
    for first in range(0, rows, ROW_GROUP_ROWS):
        count = min(ROW_GROUP_ROWS, rows - first)
        moments = BASE_US + numpy.arange(first, first + count) * (HOURS * HOUR_US // rows)
        columns = {}
        if narrow:
            moments -= moments % 1_000_000
            columns["avg_daily_trips"] = random.integers(0, 1000, count)
            created = moments
        else:
            columns["conv_rate"] = random.random(count)
            columns["acc_rate"] = random.random(count)
            columns["avg_daily_trips"] = random.integers(0, 1 << 62, count)
            created = moments + random.integers(0, HOUR_US, count)
        columns["event_timestamp"] = timestamps(moments)
        columns["driver_id"] = random.integers(0, KEYS, count)
        columns["created"] = timestamps(created)
        table = pyarrow.table(columns)
        writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema, compression=compression)
        writer.write_table(table)
    writer.close()


def write_entity_rows(path: pathlib.Path, rows: int) -> None:
    random = numpy.random.default_rng(2)
    moments = BASE_US + random.integers(0, HOURS * HOUR_US, rows)
    pyarrow.parquet.write_table(
        pyarrow.table({"driver_id": random.integers(0, KEYS, rows), "event_timestamp": timestamps(moments)}), path
    )


def join(folder: pathlib.Path, narrow: bool) -> None:
    """In a process of its own, whose memory is nothing but the join's."""
    from datetime import timedelta

    from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
    from feast.types import Float64, Int64

    store = FeatureStore(
        config=RepoConfig(
            project="memory",
            provider="local",
            registry=str(folder / "registry.db"),
            online_store=None,
            entity_key_serialization_version=3,
        )
    )
    driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
    source = FileSource(
        path=str(folder / "source.parquet"), timestamp_field="event_timestamp", created_timestamp_column="created"
    )
    names = features_of(narrow)
    schema = [Field(name=name, dtype=Int64 if name.startswith("avg") else Float64) for name in names]
    view = FeatureView(name="stats", entities=[driver], ttl=timedelta(days=2), source=source, schema=schema)
    store.apply([driver, view])
    job = store.get_historical_features(
        entity_df=str(folder / "entity.parquet"), features=[f"stats:{name}" for name in names]
    )
    job.to_parquet(str(folder / "answer.parquet"))


def measure(rows: int, options) -> dict:
    bytes_needed = rows * (16 if options.narrow else 48) + options.entity_rows * 128
    if shutil.disk_usage(DATA).free < 1.2 * bytes_needed:
        sys.exit(f"{DATA} needs {bytes_needed / 1e9:.1f} GB of free disk. Set FEAST_BENCH_DATA or use --rows.")
    with tempfile.TemporaryDirectory(dir=DATA, prefix="memory_") as name:
        folder = pathlib.Path(name)
        write_source(folder / "source.parquet", rows, options.compression, options.narrow)
        write_entity_rows(folder / "entity.parquet", options.entity_rows)
        environment = dict(os.environ, TMPDIR=name)
        if options.memory_limit:
            environment["FEAST_MEMORY_LIMIT"] = options.memory_limit
        command = [sys.executable, __file__, "--join", name, *(["--narrow"] if options.narrow else [])]
        started = time.monotonic()
        process = subprocess.Popen(command, env=environment)
        # Of this child alone: those before it would hide it.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall_s = time.monotonic() - started
        if process.returncode != 0:
            sys.exit(f"The join ended with code {process.returncode}.")
        answer = pyarrow.parquet.read_table(folder / "answer.parquet", columns=[FEATURES[-1]])
        return {
            "source_rows": rows,
            "source_mb": (folder / "source.parquet").stat().st_size >> 20,
            "entity_rows": answer.num_rows,
            "matched": answer.num_rows - answer.column(0).null_count,
            "memory_limit": options.memory_limit,
            "wall_s": round(wall_s, 2),
            "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
            "peak_mb": round(usage.ru_maxrss / 1024),
            "cores": os.cpu_count(),
        }


def markdown(reports: list[dict]) -> str:
    lines = ["| source rows | source MB | entity rows | peak MB | wall s | CPU s |", "|--:|--:|--:|--:|--:|--:|"]
    for report in reports:
        columns = ("source_rows", "source_mb", "entity_rows", "peak_mb", "wall_s", "cpu_s")
        lines.append("| " + " | ".join(f"{report[column]:,}" for column in columns) + " |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--entity-rows", type=int, default=1_000_000)
    parser.add_argument("--limit-mb", type=float, default=2048)
    parser.add_argument("--compression", default="snappy", help="of the source: snappy, zstd, …")
    parser.add_argument("--narrow", action="store_true")
    parser.add_argument("--memory-limit", help="FEAST_MEMORY_LIMIT of the join")
    parser.add_argument("--growth", type=int, nargs="+", help="multiples of --rows to compare")
    parser.add_argument("--join", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.join:
        join(options.join, options.narrow)
        return 0

    DATA.mkdir(parents=True, exist_ok=True)
    reports = []
    for factor in options.growth or [1]:
        reports.append(measure(options.rows * factor, options))
        print(json.dumps(reports[-1]), flush=True)
        if reports[-1]["entity_rows"] != options.entity_rows:
            sys.exit(f"{options.entity_rows:,} entity rows went in, {reports[-1]['entity_rows']:,} came out.")
    peaks = [report["peak_mb"] for report in reports]
    if options.growth:
        print(markdown(reports))
        if max(abs(peak - peaks[0]) for peak in peaks) > 0.1 * peaks[0]:
            sys.exit(f"Peak memory is not the same within 10 %: {peaks} MB.")
    return 0 if max(peaks) <= options.limit_mb else 1


if __name__ == "__main__":
    sys.exit(main())
