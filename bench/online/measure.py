#!/usr/bin/env python3
"""How long do materializing and reading take, beside Feast?

python bench/online/measure.py [--store sqlite redis] [--rows 1000000] [--entities 100000] [--repeat 3] [--feast-python PYTHON]

One feature repo for each store: three views of eleven features over one source of ROWS rows and ENTITIES keys. *Materialize*
is the command in a cold process, all three views. *Read* asks for all 33 features of 1, 10 and 100 entities in one
process, through get_online_features(...).to_dict(); each request asks for other keys. Ours and Feast's take turns, each
on an online store that it filled itself. Figures are medians of the repeats; p50 and p99 within a repeat. Prints Markdown tables and writes
them, with machine and versions, to online.json beside the data (--out).
"""

import argparse
import importlib.metadata
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent / "tests")]

from machine import machine  # noqa: E402
from repo import FEATURES, VIEWS, generate  # noqa: E402

SIZES = (1, 10, 100)
END = "2026-01-01T00:00:00"


def run(command, folder):
    """Seconds of wall and of CPU, children included."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command} in {folder} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def from_cpp(programs, store, folder, given):
    """The same reads from C++, and the floor."""
    ours = [programs / "our_reads", folder, given.entities, VIEWS, FEATURES, given.seconds]
    # All fields of a hash: the values, and a time for each view.
    bare = {
        "sqlite": [programs / "bare_reads", "sqlite", folder / "data" / "online.db", "online", VIEWS, given.seconds],
        "redis": [programs / "bare_reads", "redis", given.port, "online", VIEWS * FEATURES + VIEWS, given.seconds],
    }
    found = {}
    for command in [ours, *([bare[store]] if store in bare else [])]:
        found |= json.loads(run([str(word) for word in command], folder)[2])
    return found


def once(engine, python, store, folder, given):
    """Fills the store and reads from it: {materialize: (wall, cpu), reads: {entities: {p50, p99, cpu}}, cpp: the same by
    way and entities}."""
    feast = str(pathlib.Path(python).parent / "feast")
    run([feast, "apply"], folder)
    wall, cpu, _ = run([feast, "materialize", "2020-01-01T00:00:00", END], folder)
    rounds = [text for size in SIZES for text in (str(size), str(given.seconds))]
    _, _, out = run([python, str(HERE / "read_once.py"), str(folder), str(given.entities), *rounds], HERE)
    cpp = from_cpp(given.programs.absolute(), store, folder, given) if engine == "ours" and given.programs else {}
    run([feast, "teardown"], folder)
    return {"materialize": (wall, cpu), "reads": json.loads(out.splitlines()[-1]), "cpp": cpp}


def median(runs, *path):
    def at(run):
        for key in path:
            run = run[key]
        return run

    return statistics.median(at(run) for run in runs)


def table(results):
    lines = ["| store | | materialize s, wall / CPU | " + " | ".join(f"{n}: p50 / p99 / CPU µs" for n in SIZES) + " |"]
    lines.append("|---|---|--:|" + "--:|" * len(SIZES))
    for store, engines in results.items():
        for engine, runs in engines.items():
            cells = [f"{median(runs, 'materialize', 0):.2f} / {median(runs, 'materialize', 1):.2f}"]
            for size in map(str, SIZES):
                cells.append(" / ".join(f"{median(runs, 'reads', size, what):.0f}" for what in ("p50", "p99", "cpu")))
            lines.append(f"| {store} | {engine} | " + " | ".join(cells) + " |")
        if len(engines) == 2:
            ours, peers = engines.values()
            cells = [
                f"{median(peers, 'materialize', 0) / median(ours, 'materialize', 0):.1f} × / "
                f"{median(peers, 'materialize', 1) / median(ours, 'materialize', 1):.1f} ×"
            ]
            for size in map(str, SIZES):
                cells.append(
                    " / ".join(
                        f"{median(peers, 'reads', size, what) / median(ours, 'reads', size, what):.1f} ×"
                        for what in ("p50", "p99", "cpu")
                    )
                )
            lines.append(f"| {store} | Feast takes | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def table_from_cpp(results):
    lines = ["| store | from C++ | " + " | ".join(f"{n}: p50 / p99 / CPU µs" for n in SIZES) + " |"]
    lines.append("|---|---|" + "--:|" * len(SIZES))
    for store, engines in results.items():
        runs = engines["ours"]
        for way in dict.fromkeys(name.split()[0] for name in runs[0]["cpp"]):
            cells = []
            for size in SIZES:
                cells.append(
                    " / ".join(f"{median(runs, 'cpp', f'{way} {size}', what):.1f}" for what in ("p50", "p99", "cpu"))
                )
            lines.append(f"| {store} | {way} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--store", nargs="+", default=["sqlite"])
    options.add_argument("--port", type=int, default=0, help="of the server of the store")
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--entities", type=int, default=100_000)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--seconds", type=float, default=3, help="of reading, for each number of entities")
    options.add_argument("--programs", type=pathlib.Path, help="where our_reads and bare_reads are")
    options.add_argument("--feast-python", help="a Python with Feast 0.67, to measure beside")
    options.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/bench_data"))
    given = options.parse_args()
    pythons = {"ours": sys.executable} | ({"Feast": given.feast_python} if given.feast_python else {})
    results = {}
    for store in given.store:
        results[store] = {engine: [] for engine in pythons}
        with tempfile.TemporaryDirectory() as top:
            for engine in pythons:
                generate(pathlib.Path(top) / engine, store, given.port, given.rows, given.entities)
            for _ in range(given.repeat):
                for engine, python in pythons.items():
                    folder = pathlib.Path(top) / engine
                    results[store][engine].append(once(engine, python, store, folder, given))
                    for left in ("registry.db", "online.db"):
                        (folder / "data" / left).unlink(missing_ok=True)
    given.out.mkdir(parents=True, exist_ok=True)
    about = machine() | {
        "feast-cpp": importlib.metadata.version("feast-cpp"),
        "rows": given.rows,
        "entities": given.entities,
    }
    (given.out / "online.json").write_text(json.dumps({"machine": about, "results": results}, indent=1))
    print(f"{about}\n\n{table(results)}")
    if given.programs:
        print(f"\n{table_from_cpp(results)}")


if __name__ == "__main__":
    main()
