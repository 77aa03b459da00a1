"""One measurement in a process of its own: loads an engine, asks it once, prints figures and the answer's digest as one line of JSON.

python bench/measure_once.py ENGINE VARIANT WORKLOAD pandas|parquet    (started by point_in_time.py)
"""

# What is imported here is in every cold figure: as little as there can be.
import importlib
import os
import sys
import time

from workloads import DATA, WORKLOADS


def peak_mb() -> float:
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


def digest_of(answer, path: str, workload) -> dict:
    """Only asked once everything is measured, for it imports what would spoil the figures."""
    import pyarrow.parquet
    from answers import answer_digest

    if answer is not None:
        return answer_digest(pyarrow.Table.from_pandas(answer, preserve_index=False), workload.source)
    return answer_digest(pyarrow.parquet.read_table(path), workload.source) if os.path.exists(path) else {}


def main() -> None:
    engine_name, variant, workload_name, mode = sys.argv[1:]
    started = float(os.environ["FEAST_BENCH_STARTED"])
    workload = WORKLOADS[workload_name]
    engine = importlib.import_module(f"engines.{engine_name}")
    if variant == "prepare":
        engine.prepare(workload)
        return
    context = engine.load(workload, variant)
    if mode == "pandas":
        # Imports are not work. Every engine here makes its frame with these, the last one when it makes its first.
        import pandas  # noqa: F401
        import pyarrow.pandas_compat
        import pyarrow.vendored.version  # noqa: F401
    loaded, loaded_cpu = time.monotonic(), time.process_time()

    path = f"{DATA}/answer.{os.getpid()}.parquet"
    try:
        answer = engine.to_pandas(context) if mode == "pandas" else engine.to_parquet(context, path)
        done, done_cpu = time.monotonic(), time.process_time()
        figures = {
            "work_s": done - loaded,
            "work_cpu_s": done_cpu - loaded_cpu,
            "cold_s": done - started,
            "cold_cpu_s": done_cpu,
            "peak_mb": peak_mb(),
        }
        figures["versions"] = engine.versions()
        figures.update(digest_of(answer, path, workload))
    finally:
        if os.path.exists(path):
            os.remove(path)
    import json

    print(json.dumps(figures), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
