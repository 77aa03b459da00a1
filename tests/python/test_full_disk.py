"""A disk that is full, for real: a file system of a megabyte. Results and what is set aside fail with an error and leave nothing."""

import os
import pathlib
import subprocess
import sys

import numpy
import pyarrow
import pyarrow.parquet
import pytest

FEAST = str(pathlib.Path(sys.executable).with_name("feast"))
DISK_BYTES = 1 << 20
ROWS = 200_000
# So little that entity rows of this many bytes are set aside.
MEMORY_LIMIT = "8MB"

DEFINITIONS = """
from feast import Entity, FeatureView, Field, FileSource, ValueType
from feast.types import Float64

driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
source = FileSource(name="stats", path="stats.parquet", timestamp_field="event_timestamp")
stats = FeatureView(name="stats", entities=[driver], schema=[Field(name="rate", dtype=Float64)], source=source)
"""

API = """
import sys
from feast import FeatureStore

FeatureStore(repo_path=".").get_historical_features("rides.parquet", features=["stats:rate"]).to_parquet(sys.argv[1])
"""


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repo")
    (folder / "feature_store.yaml").write_text(
        "project: rides\nprovider: local\nregistry: registry.db\nonline_store: null\n"
    )
    (folder / "definitions.py").write_text(DEFINITIONS)
    random = numpy.random.default_rng(3)
    moments = 1_714_521_600_000_000 + numpy.arange(ROWS) * 1_000_000
    keys = {
        "driver_id": random.integers(0, ROWS, ROWS),
        "event_timestamp": pyarrow.array(moments).cast(pyarrow.timestamp("us", tz="UTC")),
    }
    pyarrow.parquet.write_table(pyarrow.table({**keys, "rate": random.random(ROWS)}), folder / "stats.parquet")
    pyarrow.parquet.write_table(pyarrow.table(keys), folder / "rides.parquet")
    subprocess.run([FEAST, "apply"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "feast-test", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no mount command to make a small disk with")
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    # Nothing of ours has anything open there by then, or this fails.
    subprocess.run(["umount", str(folder)], check=True)


def free_bytes(folder):
    usage = os.statvfs(folder)
    return usage.f_bavail * usage.f_frsize


def run(repo, way, output, **environment):
    command = [sys.executable, "-c", API, output]
    if way == "command":
        command = [
            FEAST,
            "get-historical-features",
            "--entities",
            "rides.parquet",
            "-f",
            "stats:rate",
            "--output",
            output,
        ]
    environment = {**os.environ, **environment}
    return subprocess.run(command, cwd=repo, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("way", "form"), [("api", "parquet"), *(("command", form) for form in ("parquet", "arrow", "csv", "json"))]
)
@pytest.mark.parametrize("memory", ["unlimited", MEMORY_LIMIT])
def test_a_result_that_does_not_fit(way, form, memory, repo, small_disk, tmp_path):
    target = small_disk / f"result.{form}"
    target.write_text("old")
    free = free_bytes(small_disk)
    limit = {} if memory == "unlimited" else {"FEAST_MEMORY_LIMIT": memory}
    ended = run(repo, way, str(target), TMPDIR=str(tmp_path), **limit)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert f"Cannot write '{target}'" in ended.stderr and "No space left on device" in ended.stderr, ended.stderr
    assert [path.name for path in small_disk.iterdir()] == [target.name] and target.read_text() == "old"
    assert free_bytes(small_disk) == free, "a file without a name still takes room"


@pytest.mark.parametrize("way", ["api", "command"])
def test_entity_rows_that_cannot_be_set_aside(way, repo, small_disk, tmp_path):
    target = tmp_path / "result.parquet"
    free = free_bytes(small_disk)
    ended = run(repo, way, str(target), TMPDIR=str(small_disk), FEAST_MEMORY_LIMIT=MEMORY_LIMIT)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert f"'{small_disk}'" in ended.stderr and "No space left on device" in ended.stderr, ended.stderr
    assert "TMPDIR" in ended.stderr and "FEAST_MEMORY_LIMIT" in ended.stderr, "what to do"
    assert not list(small_disk.iterdir()) and free_bytes(small_disk) == free
    assert not target.exists() and list(tmp_path.iterdir()) == [small_disk]


def test_the_same_with_room(repo, tmp_path):
    """The sizes above are what fails."""
    ended = run(
        repo, "command", str(tmp_path / "result.parquet"), TMPDIR=str(tmp_path), FEAST_MEMORY_LIMIT=MEMORY_LIMIT
    )
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "result.parquet").stat().st_size > DISK_BYTES
