"""Peak memory of one training set as its source grows: it must follow the entity rows, not the source.

Makes a source of 100M rows (about 4 GB; --rows for another size), joins 1M entity rows with it through the Python API into a Parquet file, prints
time, CPU and peak memory as JSON, and deletes the source again. Exit code 1 when the peak is above --limit-mb.
"""

import argparse
import json
import os
import pathlib
import resource
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


def write_source(path: pathlib.Path, rows: int) -> None:
    """Row groups in event-time order, made one at a time; values that do not compress, as real measurements."""
    random = numpy.random.default_rng(1)
    writer = None
    for first in range(0, rows, ROW_GROUP_ROWS):
        count = min(ROW_GROUP_ROWS, rows - first)
        moments = BASE_US + numpy.arange(first, first + count) * (HOURS * HOUR_US // rows)
        table = pyarrow.table(
            {
                "event_timestamp": timestamps(moments),
                "driver_id": random.integers(0, KEYS, count),
                "conv_rate": random.random(count),
                "acc_rate": random.random(count),
                "avg_daily_trips": random.integers(0, 1 << 62, count),
                "created": timestamps(moments + random.integers(0, HOUR_US, count)),
            }
        )
        writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema, compression="snappy")
        writer.write_table(table)
    writer.close()


def write_entity_rows(path: pathlib.Path, rows: int) -> None:
    random = numpy.random.default_rng(2)
    moments = BASE_US + random.integers(0, HOURS * HOUR_US, rows)
    pyarrow.parquet.write_table(
        pyarrow.table({"driver_id": random.integers(0, KEYS, rows), "event_timestamp": timestamps(moments)}), path
    )


def join(folder: pathlib.Path) -> None:
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
    schema = [Field(name=name, dtype=Int64 if name.startswith("avg") else Float64) for name in FEATURES]
    view = FeatureView(name="stats", entities=[driver], ttl=timedelta(days=2), source=source, schema=schema)
    store.apply([driver, view])
    job = store.get_historical_features(
        entity_df=str(folder / "entity.parquet"), features=[f"stats:{name}" for name in FEATURES]
    )
    job.to_parquet(str(folder / "answer.parquet"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--entity-rows", type=int, default=1_000_000)
    parser.add_argument("--limit-mb", type=float, default=2048)
    parser.add_argument("--join", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.join:
        join(options.join)
        return 0

    DATA.mkdir(parents=True, exist_ok=True)
    bytes_needed = options.rows * 48 + options.entity_rows * 64
    if shutil.disk_usage(DATA).free < 1.2 * bytes_needed:
        sys.exit(f"{DATA} needs {bytes_needed / 1e9:.1f} GB of free disk. Set FEAST_BENCH_DATA or use --rows.")
    with tempfile.TemporaryDirectory(dir=DATA, prefix="memory_") as name:
        folder = pathlib.Path(name)
        write_source(folder / "source.parquet", options.rows)
        write_entity_rows(folder / "entity.parquet", options.entity_rows)
        started = time.monotonic()
        subprocess.run([sys.executable, __file__, "--join", name], check=True)
        wall_s = time.monotonic() - started
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = pyarrow.parquet.read_table(folder / "answer.parquet", columns=[FEATURES[0]])
        report = {
            "source_rows": options.rows,
            "source_mb": (folder / "source.parquet").stat().st_size >> 20,
            "entity_rows": answer.num_rows,
            "matched": answer.num_rows - answer.column(0).null_count,
            "wall_s": round(wall_s, 2),
            "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
            "peak_mb": round(usage.ru_maxrss / 1024),
            "cores": os.cpu_count(),
        }
    print(json.dumps(report))
    if report["entity_rows"] != options.entity_rows:
        sys.exit(f"{options.entity_rows:,} entity rows went in, {report['entity_rows']:,} came out.")
    return 0 if report["peak_mb"] <= options.limit_mb else 1


if __name__ == "__main__":
    sys.exit(main())
