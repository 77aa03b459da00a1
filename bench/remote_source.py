"""A training set from a source on S3: ours beside DuckDB (httpfs) and Polars on the same object, in one run.

The object lies on a real S3 server on this machine (versitygw; tests/servers), behind a relay that lets each request wait
--latency-ms, as a server in the same region does, and counts requests and bytes. Entity rows and the answer are local files.
Answers are compared before any figure is shown. Writes JSON and a Markdown table; see bench/README.md.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

from generate import generate
from machine import machine
from point_in_time import ENGINES, check_answers, median_figures, run
from workloads import DATA, ROOT, WORKLOADS

sys.path.insert(0, f"{ROOT}/tests")

import servers  # noqa: E402
from servers.relay import Relay  # noqa: E402

BUCKET = "bench"
# Those that can read S3; the slower variants are left out.
REMOTE_ENGINES = ["ours", "duckdb asof_semi", "duckdb range", "polars asof_semi", "decoding"]


def copy_sources(server, workload) -> None:
    server.create_bucket(BUCKET)
    for view in range(workload.source.views):
        path = pathlib.Path(workload.source.path(view))
        with server.file_system().open_output_stream(f"{BUCKET}/{workload.source.name}/{path.name}") as stream:
            stream.write(path.read_bytes())


def measure_once(engine: str, workload: str, server, options) -> dict:
    module, variant, _ = ENGINES[engine]
    python = options.duckdb_python if module == "duckdb_sql" else options.python
    with Relay(server.endpoint, options.latency_ms / 1000) as relay:
        os.environ["AWS_ENDPOINT_URL"] = relay.endpoint
        figures = run(python, [module, variant, workload, "parquet"], options.timeout)
        return figures | {"requests": len(relay.requests), "fetched_mb": relay.bytes_out / 1e6}


def measure(workload: str, engines: list[str], server, options) -> dict[str, dict]:
    os.environ["AWS_ENDPOINT_URL"] = server.endpoint
    prepared = run(options.python, ["ours", "prepare", workload, "-"], options.timeout)
    if "failure" in prepared:
        sys.exit(f"Cannot set up {workload}: {prepared['failure']}")
    runs: dict[str, list[dict]] = {engine: [] for engine in engines}
    for _ in range(options.repeat):
        for engine in engines:
            figures = measure_once(engine, workload, server, options)
            runs[engine].append(figures)
            print(
                f"  {workload} {engine}: {figures.get('failure') or format(figures['work_s'], '.2f') + ' s'}",
                file=sys.stderr,
            )
    results = {}
    for engine, each in runs.items():
        failed = [figures for figures in each if "failure" in figures]
        results[engine] = failed[0] if failed else median_figures(each)
    return results


def markdown(report: dict) -> str:
    lines = [
        "| workload | engine | work s | CPU s | peak MB | requests | MB fetched |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for workload, results in report["results"].items():
        for engine, each in results.items():
            if "failure" in each:
                lines.append(f"| {workload} | {engine} | {each['failure'][:60]} | | | | |")
                continue
            lines.append(
                f"| {workload} | {engine} | {each['work_s']:.2f} | {each['work_cpu_s']:.2f} | {each['peak_mb']:,.0f}"
                f" | {each['requests']:,} | {each['fetched_mb']:,.0f} |"
            )
    return "\n".join(lines) + "\n"


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workload", nargs="+", default=["M_10k", "M_1M"], choices=list(WORKLOADS), metavar="NAME")
    parser.add_argument("--engine", nargs="+", default=REMOTE_ENGINES, choices=REMOTE_ENGINES, metavar="NAME")
    parser.add_argument("--latency-ms", type=float, default=20, help="that each request waits")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=300, help="seconds for one process")
    parser.add_argument("--python", default=sys.executable, help="has feast-cpp and polars")
    parser.add_argument(
        "--duckdb-python", help="has duckdb and duckdb-extension-httpfs of one release; without it DuckDB is left out"
    )
    parser.add_argument("--out", type=pathlib.Path, default=f"{DATA}/remote_source", help="writes OUT.json and OUT.md")
    return parser.parse_args()


def main() -> int:
    options = parse_options()
    generate(options.workload)
    engines = [name for name in options.engine if options.duckdb_python or not name.startswith("duckdb")]
    report = {"machine": machine(), "latency_ms": options.latency_ms, "repeat": options.repeat, "results": {}}
    complaints = []
    with tempfile.TemporaryDirectory(dir=DATA) as folder, servers.S3Server.start(folder) as server:
        os.environ.update(server.environment)
        os.environ.update(FEAST_BENCH_BUCKET=f"s3://{BUCKET}", AWS_ALLOW_HTTP="true", AWS_EC2_METADATA_DISABLED="true")
        for name in options.workload:
            copy_sources(server, WORKLOADS[name])
            report["results"][name] = measure(name, engines, server, options)
            complaints += check_answers(name, "parquet", report["results"][name])
    if complaints:
        sys.exit("\n".join(["Answers differ, so no times are reported.", *complaints]))
    options.out.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n")
    options.out.with_suffix(".md").write_text(markdown(report))
    print(markdown(report), end="")
    return 1 if any("failure" in results.get("ours", {}) for results in report["results"].values()) else 0


if __name__ == "__main__":
    sys.exit(main())
