"""How long commands and imports take from a cold start, ours beside Feast's when --feast-python names a Python that has it.

Prints a Markdown table of medians: wall and CPU seconds, children included. A repo of `feast init` is made in a temporary folder.
"""

import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

COMMANDS = {
    "`feast version`": ["version"],
    "`feast --help`": ["--help"],
    "`feast feature-views list`": ["feature-views", "list"],
    "`feast plan`": ["plan"],
    "`feast apply`, no changes": ["apply"],
}
IMPORTS = {
    "`import feast`": "import feast",
    "`from feast import FeatureStore, Entity, FeatureView`": "from feast import FeatureStore, Entity, FeatureView",
}


def seconds(command: list[str], folder: pathlib.Path) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def medians(command: list[str], folder: pathlib.Path, repeat: int) -> str:
    seconds(command, folder)  # The first time fills the disk cache and Python's compiled modules.
    runs = [seconds(command, folder) for _ in range(repeat)]
    return f"{statistics.median(run[0] for run in runs):.3f} / {statistics.median(run[1] for run in runs):.3f}"


def measure(python: str, repeat: int) -> dict[str, str]:
    feast = str(pathlib.Path(python).parent / "feast")
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([feast, "init", "rides"], cwd=name, check=True, stdout=subprocess.DEVNULL)
        repo = pathlib.Path(name) / "rides" / "feature_repo"
        subprocess.run([feast, "apply"], cwd=repo, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        figures = {what: medians([feast, *arguments], repo, repeat) for what, arguments in COMMANDS.items()}
        figures |= {what: medians([python, "-c", code], repo, repeat) for what, code in IMPORTS.items()}
        figures["Python itself: `python -c pass`"] = medians([python, "-c", "pass"], repo, repeat)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--python", default=sys.executable, help="has feast-cpp")
    parser.add_argument("--feast-python", default=os.environ.get("FEAST_BENCH_FEAST_PYTHON"))
    options = parser.parse_args()
    columns = {"ours": measure(options.python, options.repeat)}
    if options.feast_python:
        columns["Feast"] = measure(options.feast_python, max(1, options.repeat // 3))
    print(f"| wall s / CPU s | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for what in columns["ours"]:
        print(f"| {what} | {' | '.join(figures[what] for figures in columns.values())} |")


if __name__ == "__main__":
    main()
