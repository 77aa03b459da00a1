"""Point-in-time joins: ours beside DuckDB, Polars and Feast's file store, in one run.

Every measurement is one cold process; figures are medians; engines take turns, so that a busy minute hits all of them. No time is
reported before the answers were found to be equal. Writes JSON and a Markdown table; see bench/README.md.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

from generate import generate
from machine import machine
from workloads import DATA, DEFAULT_WORKLOADS, WORKLOADS, Workload

HERE = pathlib.Path(__file__).resolve().parent
FIGURES = ["work_s", "work_cpu_s", "cold_s", "cold_cpu_s", "peak_mb"]
# Engine, variant, and whether its answer is expected to be right: Feast's file store loses rows.
# The first word names the column of the summary that shows the best of its variants.
ENGINES = {
    "ours": ("ours", "file", True),
    "duckdb asof": ("duckdb_sql", "asof", True),
    "duckdb asof_semi": ("duckdb_sql", "asof_semi", True),
    "duckdb huge_int": ("duckdb_sql", "huge_int", True),
    "duckdb range": ("duckdb_sql", "range", True),
    "polars asof": ("polars_frames", "asof", True),
    "polars asof_semi": ("polars_frames", "asof_semi", True),
    "chdb limit_by": ("clickhouse_sql", "limit_by", True),
    "chdb arg_max": ("clickhouse_sql", "arg_max", True),
    "pandas": ("pandas_frames", "asof", True),
    "acero": ("acero", "asof", True),
    "feast file": ("ours", "file", False),
    "feast duckdb": ("ours", "duckdb", False),
    "decoding": ("decode_limit", "decode", False),
}
FEAST_ENGINES = ["feast file", "feast duckdb"]
MODES = {"pandas": "To a pandas frame", "parquet": "To a Parquet file"}


def warm_memory(gigabytes: float) -> None:
    """Touches memory and gives it back. A virtual machine may have to ask its host for what it touches first, which can
    take longer than everything that is measured; whoever comes next finds it there."""
    if gigabytes > 0:
        subprocess.run([sys.executable, "-c", f"b'x' * {int(gigabytes * 2**30)}"], check=True)


def warm_files(workload: Workload) -> None:
    """Reads what engines are going to read, so that all find it in memory: after a large engine some may be gone."""
    if "://" in workload.source.address():
        return
    for path in [workload.entity_path, *map(workload.source.path, range(workload.source.views))]:
        with open(path, "rb") as file:
            while file.read(1 << 24):
                pass


def run(python: str, arguments: list[str], timeout_s: float, warm_gb: float = 0) -> dict:
    """Figures of one cold process, or {"failure": what happened}."""
    warm_files(WORKLOADS[arguments[2]])
    # Last, for soon after it is given back the host may take it.
    warm_memory(warm_gb)
    environment = dict(os.environ, FEAST_BENCH_STARTED=str(time.monotonic()))
    command = [python, str(HERE / "measure_once.py"), *arguments]
    try:
        done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        shutil.rmtree(f"{DATA}/duckdb_spilled", ignore_errors=True)
        return {"failure": f"longer than {timeout_s:.0f} s"}
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["killed"])[-1]
        return {"failure": f"exit code {done.returncode}: {last[:300]}"}
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else {}


def median_figures(runs: list[dict]) -> dict:
    figures = {name: round(statistics.median(each[name] for each in runs), 3) for name in FIGURES}
    rest = {name: value for name, value in runs[0].items() if name not in FIGURES}
    return figures | rest | {"runs": len(runs)}


def measure(workload: str, mode: str, engines: list[str], options) -> dict[str, dict]:
    """One result for each engine, the repetitions interleaved."""
    runs: dict[str, list[dict]] = {engine: [] for engine in engines}
    failures: dict[str, str] = {}
    for repetition in range(options.repeat):
        for engine in engines:
            if engine in failures or (engine in FEAST_ENGINES and repetition >= options.feast_repeat):
                continue
            module, variant, _ = ENGINES[engine]
            python = options.feast_python if engine in FEAST_ENGINES else options.python
            figures = run(python, [module, variant, workload, mode], options.timeout, options.warm_memory)
            if "failure" in figures:
                failures[engine] = figures["failure"]
            else:
                runs[engine].append(figures)
            print(
                f"  {workload} {mode} {engine}: {figures.get('failure') or format(figures['work_s'], '.2f') + ' s'}",
                file=sys.stderr,
                flush=True,
            )
    return {
        engine: {"failure": failures[engine]} if engine in failures else median_figures(runs[engine])
        for engine in engines
    }


def check_answers(workload: str, mode: str, results: dict[str, dict]) -> list[str]:
    """Marks who agrees with the most engines; returns complaints about those who should."""
    answers = {engine: (each["rows"], each["signature"]) for engine, each in results.items() if "rows" in each}
    if not answers:
        return []
    trusted = [answer for engine, answer in answers.items() if ENGINES[engine][2]] or list(answers.values())
    right = max(trusted, key=trusted.count)
    complaints = []
    for engine, answer in answers.items():
        results[engine]["equal"] = answer == right
        if answer != right and ENGINES[engine][2]:
            complaints.append(f"{workload} to {mode}: {engine} gave another answer than the others")
    return complaints


def family(engine: str) -> str:
    """Feast's two stores are shown apart, variants of one engine together."""
    return engine if engine in FEAST_ENGINES else engine.split()[0]


def best_of_families(engines: dict[str, dict]) -> dict[str, dict]:
    """The variant of each family that took the least time."""
    best: dict[str, dict] = {}
    for engine, each in engines.items():
        name = family(engine)
        if "failure" not in each and (name not in best or each["work_s"] < best[name]["work_s"]):
            best[name] = each
    return best


def ratio_to_best(best: dict[str, dict], figure: str) -> str:
    """How many times ours the best peer with the same answer takes."""
    peers = [each[figure] for name, each in best.items() if name not in ("ours", "decoding") and each["equal"]]
    return f"{min(peers) / best['ours'][figure]:.1f}×" if peers and "ours" in best else "–"


def cell(figures: dict, ours: dict | None) -> str:
    names = ("work_s", "work_cpu_s", "cold_s")
    seconds = " / ".join(f"{figures[name]:.2f}" for name in names)
    text = f"{seconds} / {figures['peak_mb']:,.0f}"
    if figures.get("equal", True):
        return text
    # It is not among the peers that × is over.
    times = " / ".join(f"{figures[name] / ours[name]:.0f}×" for name in names) if ours else "–"
    return f"{text} (differs; {times})"


def table(groups: list[dict]) -> list[str]:
    """A line for each workload, a column for each family of engines that was run."""
    families = list(dict.fromkeys(family(engine) for group in groups for engine in group["engines"]))
    lines = [f"| workload | {' | '.join(families)} | × wall | × CPU | × cold |", "|---|" + "---|" * (len(families) + 3)]
    for group in groups:
        best = best_of_families(group["engines"])
        cells = []
        for name in families:
            failures = [
                each["failure"]
                for engine, each in group["engines"].items()
                if family(engine) == name and "failure" in each
            ]
            cells.append(cell(best[name], best.get("ours")) if name in best else failures[0][:40] if failures else "–")
        ratios = [ratio_to_best(best, figure) for figure in ("work_s", "work_cpu_s", "cold_s")]
        lines.append(f"| {group['workload']} | {' | '.join(cells + ratios)} |")
    return lines


def markdown(reports: list[dict]) -> str:
    lines = []
    for report in reports:
        host = report["machine"]
        versions = ", ".join(f"{name} {version}" for name, version in sorted(report["versions"].items()))
        workloads = ", ".join(dict.fromkeys(group["workload"] for group in report["results"]))
        lines.append(
            f"{workloads}: {host['processor']}, {host['cores']} cores, {host['memory_gb']} GB, Linux {host['kernel']}, "
            f"load {host['load_at_start']} at the start, {host['at']}; {versions}; "
            f"medians of {report['repeat']} (Feast: {report['feast_repeat']})."
        )
    lines += [
        "",
        "Each cell: work s / CPU s / from a cold process s / peak MB, the best variant of each engine.",
        "*×* is the best equal answer of a peer over ours: wall, CPU, cold; one that differs has its own. *Decoding* is the bound: reading the columns and nothing else.",
    ]
    groups = [group for report in reports for group in report["results"]]
    for mode, title in MODES.items():
        of_mode = [group for group in groups if group["mode"] == mode]
        if of_mode:
            lines += ["", f"{title}:", "", *table(of_mode)]
    return "\n".join(lines) + "\n"


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workload", nargs="+", default=DEFAULT_WORKLOADS, choices=list(WORKLOADS), metavar="NAME")
    parser.add_argument("--mode", nargs="+", default=list(MODES), choices=list(MODES))
    parser.add_argument("--engine", nargs="+", choices=list(ENGINES), metavar="NAME", help="default: all that can run")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--feast-repeat", type=int, default=1, help="the same for Feast, which takes minutes")
    parser.add_argument(
        "--warm-memory", type=float, default=0, metavar="GB", help="touch so much before each run, for virtual machines"
    )
    parser.add_argument("--timeout", type=float, default=300, help="seconds for one process")
    parser.add_argument("--python", default=sys.executable, help="has feast-cpp, duckdb and polars")
    parser.add_argument(
        "--feast-python",
        default=os.environ.get("FEAST_BENCH_FEAST_PYTHON"),
        help="a Python in whose environment Feast itself is installed; without it Feast is left out",
    )
    parser.add_argument("--out", type=pathlib.Path, default=f"{DATA}/point_in_time", help="writes OUT.json and OUT.md")
    parser.add_argument(
        "--show", nargs="+", type=pathlib.Path, metavar="JSON", help="only print the tables of reports written before"
    )
    return parser.parse_args()


def main() -> int:
    options = parse_options()
    if options.show:
        print(markdown([json.loads(path.read_text()) for path in options.show]), end="")
        return 0
    engines = options.engine or [name for name in ENGINES if name not in FEAST_ENGINES or options.feast_python]
    if not options.feast_python and set(engines) & set(FEAST_ENGINES):
        sys.exit("Feast itself needs --feast-python, a Python of its own environment.")
    generate(options.workload)
    report = {
        "machine": machine(),
        "repeat": options.repeat,
        "feast_repeat": options.feast_repeat,
        "versions": {},
        "results": [],
    }
    complaints = []
    for workload in options.workload:
        for python, group in ((options.python, {"ours"}), (options.feast_python, set(FEAST_ENGINES))):
            if set(engines) & group:
                prepared = run(python, ["ours", "prepare", workload, "-"], options.timeout)
                if "failure" in prepared:
                    sys.exit(f"Cannot set up {workload} for {sorted(group)}: {prepared['failure']}")
        for mode in options.mode:
            results = measure(workload, mode, engines, options)
            complaints += check_answers(workload, mode, results)
            for each in results.values():
                report["versions"].update(each.get("versions", {}))
            report["results"].append(
                {
                    "workload": workload,
                    "mode": mode,
                    "source_mb": WORKLOADS[workload].source.size_mb(),
                    "engines": results,
                }
            )
    if complaints:
        sys.exit("\n".join(["Answers differ, so no times are reported.", *complaints]))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n")
    options.out.with_suffix(".md").write_text(markdown([report]))
    print(markdown([report]), end="")
    ours_failed = any("failure" in group["engines"].get("ours", {}) for group in report["results"])
    return 1 if ours_failed else 0


if __name__ == "__main__":
    sys.exit(main())
