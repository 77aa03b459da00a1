"""How the join scales: with threads (FEAST_THREADS), with source rows and with entity rows. Ours only, through the Python API.

Prints Markdown tables of medians: work s / CPU s / peak MB to a Parquet file.
"""

import argparse
import json
import os
import pathlib
import sys

from generate import generate
from machine import machine
from point_in_time import median_figures, run
from workloads import WORKLOADS

BY_SOURCE = ["S_1M", "M_1M", "L_1M"]
BY_ENTITIES = ["M_10k", "M_1M", "M_10M"]


def measure(workload: str, repeat: int) -> dict:
    for arguments in (["ours", "prepare", workload, "-"], ["ours", "file", workload, "parquet"]):
        runs = [run(sys.executable, arguments, 600) for _ in range(repeat if arguments[1] == "file" else 1)]
        if "failure" in runs[0]:
            sys.exit(f"{workload}: {runs[0]['failure']}")
    return median_figures(runs)


def table(title: str, results: dict[str, dict]) -> None:
    cells = [f"{each['work_s']:.2f} / {each['work_cpu_s']:.2f} / {each['peak_mb']:,.0f}" for each in results.values()]
    print(
        f"\n| {title} | {' | '.join(results)} |\n|---|{'---|' * len(cells)}\n| work s / CPU s / MB | {' | '.join(cells)} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--by-threads", default="M_1M", choices=list(WORKLOADS), metavar="NAME")
    parser.add_argument("--by-source", nargs="+", default=BY_SOURCE, choices=list(WORKLOADS), metavar="NAME")
    parser.add_argument("--by-entities", nargs="+", default=BY_ENTITIES, choices=list(WORKLOADS), metavar="NAME")
    parser.add_argument("--out", type=pathlib.Path, help="writes OUT.json, which bench/plots.py reads")
    options = parser.parse_args()
    generate([options.by_threads, *options.by_source, *options.by_entities])
    threads = {}
    for count in sorted({1, 2, os.cpu_count() or 1}):
        os.environ["FEAST_THREADS"] = str(count)
        threads[str(count)] = measure(options.by_threads, options.repeat)
    del os.environ["FEAST_THREADS"]
    report = {
        "machine": machine(),
        "repeat": options.repeat,
        "by_threads": {"workload": options.by_threads, "results": threads},
    }
    for name, workloads in (("by_source", options.by_source), ("by_entities", options.by_entities)):
        report[name] = {
            workload: measure(workload, options.repeat)
            | {"source_rows": WORKLOADS[workload].source.rows, "entity_rows": WORKLOADS[workload].entity_rows}
            for workload in workloads
        }
    table(f"{options.by_threads} by threads", threads)
    table("by source rows", report["by_source"])
    table("by entity rows", report["by_entities"])
    if options.out:
        options.out.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
