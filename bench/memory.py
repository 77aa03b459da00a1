"""Peak memory of one training set as its source grows: it must follow the entity rows, not the source.

Makes a source of 100M rows (about 4 GB; --rows for another size), joins 1M entity rows (--entity-rows) with it through the Python API into a Parquet file, prints
time, CPU and peak memory as JSON, and deletes the source again. Exit code 1 when the peak is above --limit-mb.

--output names what becomes of the answer: to_parquet (the default), to_df and to_arrow are the Python API's; parquet, arrow, csv and json are files that
the command writes. With several, a Markdown table compares them.
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
import pyarrow.ipc
import pyarrow.parquet
from machine import machine
from workloads import BASE_US, DATA, FEATURES, HOUR_US, HOURS

KEYS = 1_000_000
ROW_GROUP_ROWS = 1 << 20
OUTPUTS = ["to_parquet", "to_df", "to_arrow", "parquet", "arrow", "csv", "json"]


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


def open_store(folder: pathlib.Path):
    from feast import FeatureStore

    return FeatureStore(repo_path=str(folder))


def prepare(folder: pathlib.Path, options) -> None:
    """Makes a feature repo with its files in the folder. In a process of its own: one that forks when it has been large leaves its
    peak to its children."""
    from datetime import timedelta

    from feast import Entity, FeatureView, Field, FileSource, ValueType
    from feast.types import Float64, Int64

    (folder / "feature_store.yaml").write_text(
        "project: memory\nprovider: local\nregistry: registry.db\nonline_store: null\nentity_key_serialization_version: 3\n"
    )
    driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
    source = FileSource(
        path=str(folder / "source.parquet"), timestamp_field="event_timestamp", created_timestamp_column="created"
    )
    schema = [
        Field(name=name, dtype=Int64 if name.startswith("avg") else Float64) for name in features_of(options.narrow)
    ]
    view = FeatureView(name="stats", entities=[driver], ttl=timedelta(days=2), source=source, schema=schema)
    write_source(folder / "source.parquet", options.rows, options.compression, options.narrow)
    write_entity_rows(folder / "entity.parquet", options.entity_rows)
    open_store(folder).apply([driver, view])


def join(folder: pathlib.Path, output: str, narrow: bool) -> None:
    """In a process of its own, whose memory is nothing but the join's and its answer's."""
    job = open_store(folder).get_historical_features(
        entity_df=str(folder / "entity.parquet"), features=[f"stats:{name}" for name in features_of(narrow)]
    )
    if output == "to_parquet":
        job.to_parquet(str(folder / "answer.parquet"))
    else:
        print(len(job.to_df()) if output == "to_df" else job.to_arrow().num_rows)


def command_of(folder: pathlib.Path, output: str, narrow: bool) -> list[str]:
    if output.startswith("to_"):
        return [sys.executable, __file__, "--join", str(folder), "--output", output, *(["--narrow"] if narrow else [])]
    feast = str(pathlib.Path(sys.executable).with_name("feast"))
    features = ",".join(f"stats:{name}" for name in features_of(narrow))
    answer = str(folder / f"answer.{output}")
    entities = str(folder / "entity.parquet")
    return [feast, "get-historical-features", "--entities", entities, "-f", features, "--output", answer]


def answer_rows(folder: pathlib.Path, output: str, printed: str) -> int:
    if output in ("to_df", "to_arrow"):
        return int(printed)
    path = folder / f"answer.{output.removeprefix('to_')}"
    if path.suffix == ".parquet":
        return pyarrow.parquet.read_metadata(path).num_rows
    if path.suffix == ".arrow":
        reader = pyarrow.ipc.open_file(path)
        return sum(reader.get_batch(i).num_rows for i in range(reader.num_record_batches))
    with path.open() as lines:
        return sum(line == "    {\n" for line in lines) if path.suffix == ".json" else sum(1 for _ in lines) - 1


def run_measured(command: list[str], folder: pathlib.Path, environment: dict[str, str]):
    """What the command printed, its wall time, and the kernel's account of it alone: children before it would hide its peak."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"The join ended with code {process.returncode}: {' '.join(command)}")
    return printed, time.monotonic() - started, usage


def measure(rows: int, options) -> list[dict]:
    """A report for each kind of answer."""
    bytes_needed = rows * (16 if options.narrow else 48) + options.entity_rows * 256
    if shutil.disk_usage(DATA).free < 1.2 * bytes_needed:
        sys.exit(f"{DATA} needs {bytes_needed / 1e9:.1f} GB of free disk. Set FEAST_BENCH_DATA or use --rows.")
    with tempfile.TemporaryDirectory(dir=DATA, prefix="memory_") as name:
        folder = pathlib.Path(name)
        environment = dict(os.environ, TMPDIR=name)
        if options.memory_limit:
            environment["FEAST_MEMORY_LIMIT"] = options.memory_limit
        prepared = [
            sys.executable,
            __file__,
            "--prepare",
            name,
            "--rows",
            str(rows),
            "--compression",
            options.compression,
        ]
        prepared += ["--entity-rows", str(options.entity_rows), *(["--narrow"] if options.narrow else [])]
        subprocess.run(prepared, check=True)
        reports = []
        for output in options.output:
            command = command_of(folder, output, options.narrow)
            printed, wall_s, usage = run_measured(command, folder, environment)
            reports.append(
                {
                    "output": output,
                    "source_rows": rows,
                    "source_mb": (folder / "source.parquet").stat().st_size >> 20,
                    "entity_rows": answer_rows(folder, output, printed),
                    "memory_limit": options.memory_limit,
                    "wall_s": round(wall_s, 2),
                    "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
                    "peak_mb": round(usage.ru_maxrss / 1024),
                    "cores": os.cpu_count(),
                }
            )
            print(json.dumps(reports[-1]), flush=True)
        return reports


def markdown(reports: list[dict]) -> str:
    lines = [
        "| answer | source rows | source MB | entity rows | peak MB | wall s | CPU s |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for report in reports:
        columns = ("source_rows", "source_mb", "entity_rows", "peak_mb", "wall_s", "cpu_s")
        lines.append(f"| {report['output']} | " + " | ".join(f"{report[column]:,}" for column in columns) + " |")
    return "\n".join(lines)


def growth_complaint(reports: list[dict]) -> str | None:
    """Peaks of one kind of answer must be the same, whatever the source."""
    for output in {report["output"] for report in reports}:
        peaks = [report["peak_mb"] for report in reports if report["output"] == output]
        if max(abs(peak - peaks[0]) for peak in peaks) > 0.1 * peaks[0]:
            return f"Peak memory of {output} is not the same within 10 %: {peaks} MB."
    return None


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--entity-rows", type=int, default=1_000_000)
    parser.add_argument("--limit-mb", type=float, default=2048)
    parser.add_argument("--compression", default="snappy", help="of the source: snappy, zstd, …")
    parser.add_argument("--narrow", action="store_true")
    parser.add_argument("--memory-limit", help="FEAST_MEMORY_LIMIT of the join")
    parser.add_argument("--growth", type=int, nargs="+", help="multiples of --rows to compare")
    parser.add_argument("--output", nargs="+", default=["to_parquet"], choices=OUTPUTS)
    parser.add_argument("--out", type=pathlib.Path, help="writes OUT.json, which bench/plots.py reads")
    parser.add_argument("--prepare", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--join", type=pathlib.Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    options = parse_options()
    if options.prepare:
        prepare(options.prepare, options)
        return 0
    if options.join:
        join(options.join, options.output[0], options.narrow)
        return 0

    os.makedirs(DATA, exist_ok=True)
    reports = []
    for factor in options.growth or [1]:
        reports += measure(options.rows * factor, options)
    lost = [report for report in reports if report["entity_rows"] != options.entity_rows]
    if lost:
        sys.exit(f"{options.entity_rows:,} entity rows went in, {lost[0]['entity_rows']:,} came out.")
    if options.out:
        options.out.with_suffix(".json").write_text(
            json.dumps({"machine": machine(), "results": reports}, indent=1) + "\n"
        )
    if len(reports) > 1:
        print(markdown(reports))
    complaint = growth_complaint(reports)
    if complaint:
        sys.exit(complaint)
    return 0 if max(report["peak_mb"] for report in reports) <= options.limit_mb else 1


if __name__ == "__main__":
    sys.exit(main())
