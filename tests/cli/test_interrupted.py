"""Ctrl-C in the middle of a retrieval: nothing stays behind."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import pytest
from test_cli import FEAST

REPO = """
import time

from feast import Entity, FeatureView, Field, FileSource, ValueType
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Int64

driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
source = FileSource(name="csv", path="stats.csv", timestamp_field="event_timestamp")
stats = FeatureView(name="stats", entities=[driver], schema=[Field(name="trips", dtype=Int64)], source=source)


@on_demand_feature_view(sources=[stats], schema=[Field(name="slow", dtype=Int64)], mode="python")
def slowly(inputs):
    time.sleep(20)
    return {"slow": inputs["trips"]}
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", ["rows.parquet", "rows.csv", "rows.json", "rows.arrow"])
def test_an_interrupted_command_leaves_no_files(number, name, tmp_path):
    (tmp_path / "feature_store.yaml").write_text(
        "project: rides\nprovider: local\nregistry: registry.db\nonline_store: null\n"
    )
    (tmp_path / "repo.py").write_text(REPO)
    (tmp_path / "stats.csv").write_text("driver_id,event_timestamp,trips\n1,2026-01-01 10:00:00,1\n")
    environment = {**os.environ, "FEAST_PYTHON": sys.executable}
    # The function would be tried once.
    apply = [FEAST, "apply", "--skip-feature-view-validation"]
    subprocess.run(apply, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL, env=environment)
    (tmp_path / name).write_text("old")
    before = sorted(path.name for path in tmp_path.iterdir())
    process = subprocess.Popen(
        [FEAST, "get-historical-features", "-d", '[{"event_timestamp": "2026-01-01T12:00:00", "driver_id": 1}]']
        + ["-f", "slowly:slow", "--output", name],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        # Not a pipe, which the Python that runs the function would keep open.
        stderr=(said := tempfile.TemporaryFile("w+")),
    )
    wait_for_output(process.pid, tmp_path)
    process.send_signal(number)
    assert process.wait(timeout=15) == 128 + number
    said.seek(0)
    assert said.read() == "Interrupted; no file was written.\n"
    # Python may have left its cache of compiled files.
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == [
        entry for entry in before if entry != "__pycache__"
    ]
    assert (tmp_path / name).read_text() == "old"


def wait_for_output(pid: int, folder: pathlib.Path) -> None:
    """Waits until the command has begun its file: one with a hidden name in the folder, or one there without a name."""
    for _ in range(600):
        for file in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = os.readlink(file)
            except FileNotFoundError:
                continue
            if target.startswith(f"{folder}/") and (".tmp-" in target or target.endswith(" (deleted)")):
                return
        time.sleep(0.05)
    raise AssertionError("the command began no file")


def test_a_killed_command_leaves_no_process(tmp_path):
    """Nothing tells its Python to end, and a definition file may run for ever."""
    (tmp_path / "feature_store.yaml").write_text(
        "project: rides\nprovider: local\nregistry: registry.db\nonline_store: null\n"
    )
    (tmp_path / "repo.py").write_text(
        "import os, pathlib\npathlib.Path('pid').write_text(f'{os.getpid()}.')\nwhile True:\n    pass\n"
    )
    process = subprocess.Popen(
        [FEAST, "apply"], cwd=tmp_path, env={**os.environ, "FEAST_PYTHON": sys.executable}, stderr=subprocess.DEVNULL
    )
    pid = tmp_path / "pid"
    wait_until(lambda: pid.exists() and pid.read_text().endswith("."))
    process.kill()
    process.wait()
    child = pathlib.Path("/proc") / pid.read_text().rstrip(".") / "stat"
    wait_until(lambda: not child.exists() or child.read_text().rpartition(")")[2].split()[0] == "Z")


def wait_until(holds) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
