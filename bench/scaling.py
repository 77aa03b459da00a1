"""How the join scales: with threads (FEAST_THREADS), with source rows and with entity rows. Ours only, through the Python API.

Prints Markdown tables of medians: work s / CPU s / peak MB to a Parquet file.
"""

import argparse
import os
import sys

from generate import generate
from point_in_time import median_figures, run

BY_SOURCE = ["S_1M", "M_1M", "L_1M"]
BY_ENTITIES = ["M_10k", "M_1M", "M_10M"]


def measure(workload: str, repeat: int) -> str:
    for arguments in (["ours", "prepare", workload, "-"], ["ours", "file", workload, "parquet"]):
        runs = [run(sys.executable, arguments, 600) for _ in range(repeat if arguments[1] == "file" else 1)]
        if "failure" in runs[0]:
            sys.exit(f"{workload}: {runs[0]['failure']}")
    figures = median_figures(runs)
    return f"{figures['work_s']:.2f} / {figures['work_cpu_s']:.2f} / {figures['peak_mb']:,.0f}"


def table(title: str, cells: dict[str, str]) -> None:
    print(
        f"\n| {title} | {' | '.join(cells)} |\n|---|{'---|' * len(cells)}\n| work s / CPU s / MB | {' | '.join(cells.values())} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    generate([*BY_SOURCE, *BY_ENTITIES])
    threads = {}
    for count in sorted({1, 2, os.cpu_count() or 1}):
        os.environ["FEAST_THREADS"] = str(count)
        threads[str(count)] = measure("M_1M", options.repeat)
    del os.environ["FEAST_THREADS"]
    table("M_1M by threads", threads)
    table("1M entity rows by source", {name: measure(name, options.repeat) for name in BY_SOURCE})
    table("10M source rows by entity rows", {name: measure(name, options.repeat) for name in BY_ENTITIES})


if __name__ == "__main__":
    main()
