"""Fixtures with real Feast, in an environment of its own, beside this feature store; a conftest.py imports them."""

import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
REPOSITORIES = ROOT / "tests" / "compat" / "repositories"


class Side:
    """One of the two: how to run Python and the feast command with it."""

    def __init__(self, python):
        self.python = str(python)
        self.command = str(pathlib.Path(python).parent / "feast")

    def run(self, *arguments, cwd):
        return self._check([self.command, *arguments], cwd)

    def script(self, text, cwd):
        """Runs Python source in `cwd` and returns what it printed."""
        return self._check([self.python, "-W", "ignore", "-c", text], cwd)

    @staticmethod
    def _check(command, cwd):
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{command[:2]} failed\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def ours():
    return Side(sys.executable)


@pytest.fixture(scope="session")
def theirs():
    done = subprocess.run([ROOT / "tools" / "peer"], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"real Feast cannot be installed here: {done.stderr.strip()[-300:]}")
    return Side(done.stdout.strip().splitlines()[-1])


@pytest.fixture
def repository(tmp_path):
    """A copy of the feature repo both sides read, with its data."""
    target = tmp_path / "repo"
    shutil.copytree(REPOSITORIES / "drivers", target)
    subprocess.run(
        [sys.executable, ROOT / "examples" / "module_0" / "make_data.py", target / "data" / "driver_stats.parquet"],
        check=True,
        capture_output=True,
    )
    return target
