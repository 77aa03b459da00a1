"""One measurement in a process of its own: loads an engine, asks it once, prints figures and the answer's digest as one line of JSON.

python bench/measure_once.py ENGINE VARIANT WORKLOAD pandas|parquet    (started by point_in_time.py)
"""

import importlib
import json
import os
import pathlib
import sys
import tempfile
import time

from workloads import DATA, WORKLOADS, answer_digest


def peak_mb() -> float:
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


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
        # Imports are not work. Every engine here makes its frame with both.
        import pandas  # noqa: F401
        import pyarrow.pandas_compat  # noqa: F401
    loaded, loaded_cpu = time.monotonic(), time.process_time()

    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        path = pathlib.Path(folder) / "answer.parquet"
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
        if mode == "pandas":
            if answer is not None:
                # Only now what would spoil the figures.
                import pyarrow

                table = pyarrow.Table.from_pandas(answer, preserve_index=False)
                figures.update(answer_digest(table, workload.source))
        elif path.exists():
            import pyarrow.parquet

            figures.update(answer_digest(pyarrow.parquet.read_table(path), workload.source))
    print(json.dumps(figures), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
