#!/usr/bin/env python3
"""How long do plan, apply and list take on a large feature repo, and on a large registry?

python bench/registry_scale.py [--views 500] [--features 20] [--registry-mb 100] [--repeat 3] [--feast-python PYTHON]

Generates a repo of VIEWS feature views with FEATURES features each (a source file each, a feature service for every ten), and times
the `feast` command in cold processes: `plan` before anything is registered, the first `apply`, an `apply` and a `plan` without
changes, and `feature-views list`. "evaluate" is what Python itself needs to run the definition files. Then the same reading commands on a
registry padded with other projects to REGISTRY-MB megabytes. With --feast-python, Feast is measured in the same run. Figures are
medians; CPU counts the command and its children. Prints a Markdown table.
"""

import argparse
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

OURS = pathlib.Path(sys.executable).absolute().parent

CONFIG = "project: scale\nprovider: local\nregistry: data/registry.db\nonline_store:\n  type: sqlite\n  path: data/online.db\n"


def generate(repo: pathlib.Path, views: int, features: int) -> None:
    import pyarrow
    import pyarrow.parquet

    (repo / "data").mkdir(parents=True)
    (repo / "feature_store.yaml").write_text(CONFIG + "entity_key_serialization_version: 3\n")
    names = [f"feature_{i}" for i in range(features)]
    moment = pyarrow.array([0], pyarrow.timestamp("us", "UTC"))
    table = pyarrow.table(
        {"driver_id": [1], "event_timestamp": moment, "created": moment}
        | {name: pyarrow.array([0.5], pyarrow.float32()) for name in names}
    )
    lines = [
        "from datetime import timedelta",
        "from feast import Entity, FeatureService, FeatureView, Field, FileSource, ValueType",
        "from feast.types import Float32",
        'driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)',
    ]
    schema = ", ".join(f'Field(name="{name}", dtype=Float32)' for name in names)
    for i in range(views):
        pyarrow.parquet.write_table(table, repo / "data" / f"source_{i}.parquet")
        lines.append(
            f'source_{i} = FileSource(name="source_{i}", path="data/source_{i}.parquet", '
            'timestamp_field="event_timestamp", created_timestamp_column="created")'
        )
        lines.append(
            f'view_{i} = FeatureView(name="view_{i}", entities=[driver], ttl=timedelta(days=1), schema=[{schema}], source=source_{i})'
        )
        if i % 10 == 9:
            members = ", ".join(f"view_{j}" for j in range(i - 9, i + 1))
            lines.append(f'service_{i} = FeatureService(name="service_{i}", features=[{members}])')
    (repo / "definitions.py").write_text("\n".join(lines) + "\n")


def pad(registry: pathlib.Path, megabytes: int) -> None:
    """Copies the registry's views into other projects until the file has the size: bytes of the same message, concatenated, merge."""
    code = (
        "import sys, pathlib\n"
        "from feast.protos.feast.core.Registry_pb2 import Registry\n"
        "path, size = pathlib.Path(sys.argv[1]), int(sys.argv[2]) << 20\n"
        "whole = Registry(); whole.ParseFromString(path.read_bytes())\n"
        "views = list(whole.feature_views)\n"
        "copy, parts, total, number = Registry(), [path.read_bytes()], path.stat().st_size, 0\n"
        "while total < size:\n"
        "    copy.Clear(); number += 1\n"
        "    for view in views:\n"
        "        added = copy.feature_views.add(); added.CopyFrom(view); added.spec.project = f'other_{number}'\n"
        "    parts.append(copy.SerializeToString()); total += len(parts[-1])\n"
        "path.write_bytes(b''.join(parts))\n"
    )
    subprocess.run([str(OURS / "python"), "-c", code, str(registry), str(megabytes)], check=True)


def measured(command: list[str], repo: pathlib.Path) -> tuple[float, float]:
    """Wall and CPU seconds of one cold process with its children."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        command, check=False, cwd=repo, capture_output=True, text=True, env={**os.environ, "FEAST_USAGE": "False"}
    )
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fresh(repo: pathlib.Path) -> None:
    for name in ("registry.db", "online.db"):
        (repo / "data" / name).unlink(missing_ok=True)
    shutil.rmtree(repo / "data" / "registry.db.history", ignore_errors=True)


class Figures:
    def __init__(self, repeat: int):
        self.repeat = repeat
        self.rows: list[tuple[str, str, float, float]] = []

    def take(self, what: str, who: str, command: list[str], repo: pathlib.Path, before=lambda repo: None) -> None:
        times = []
        for _ in range(self.repeat):
            before(repo)
            times.append(measured(command, repo))
        wall, cpu = (statistics.median(values) for values in zip(*times, strict=True))
        self.rows.append((what, who, wall, cpu))
        print(f"{what}: {who} {wall:.3f} s wall, {cpu:.3f} s CPU", file=sys.stderr)

    def markdown(self) -> str:
        lines = ["| command | program | wall s | CPU s |", "|---|---|---:|---:|"]
        lines += [f"| {what} | {who} | {wall:.3f} | {cpu:.3f} |" for what, who, wall, cpu in self.rows]
        return "\n".join(lines)


def measure(figures: Figures, who: str, python: str, repo: pathlib.Path, registry_mb: int) -> None:
    feast = str(pathlib.Path(python).parent / "feast")
    evaluate = "import sys; sys.dont_write_bytecode = True; import definitions"
    figures.take("evaluate the definitions", who, [python, "-c", evaluate], repo)
    figures.take("plan, nothing registered", who, [feast, "plan"], repo, fresh)
    figures.take("first apply", who, [feast, "apply"], repo, fresh)
    figures.take("apply, no changes", who, [feast, "apply"], repo)
    figures.take("plan, no changes", who, [feast, "plan"], repo)
    figures.take("feature-views list", who, [feast, "feature-views", "list"], repo)
    if registry_mb > 0:
        pad(repo / "data" / "registry.db", registry_mb)
        size = f"{registry_mb} MB registry: "
        figures.take(size + "plan, no changes", who, [feast, "plan"], repo)
        figures.take(size + "apply, no changes", who, [feast, "apply"], repo)
        figures.take(size + "feature-views list", who, [feast, "feature-views", "list"], repo)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--views", type=int, default=500)
    parser.add_argument("--features", type=int, default=20)
    parser.add_argument("--registry-mb", type=int, default=100, help="0: leave the large registry out")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--feast-python", help="python of an environment with Feast, to measure it too")
    options = parser.parse_args()
    figures = Figures(options.repeat)
    programs = [("feast-cpp", str(OURS / "python"))]
    if options.feast_python:
        programs.append(("Feast", options.feast_python))
    for who, python in programs:
        with tempfile.TemporaryDirectory() as folder:
            repo = pathlib.Path(folder) / "repo"
            generate(repo, options.views, options.features)
            measure(figures, who, python, repo, options.registry_mb)
    print(f"{options.views} views of {options.features} features, medians of {options.repeat}\n\n{figures.markdown()}")


if __name__ == "__main__":
    main()
