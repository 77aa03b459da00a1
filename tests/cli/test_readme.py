"""README.md's own commands, run one after the other as a reader would; what it shows of their output is what comes.

Where README shows no output, any will do. `/home/ann` stands for the reader's folder.
"""

import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FEAST = pathlib.Path(os.environ.get("FEAST_BIN") or pathlib.Path(sys.executable).parent / "feast").absolute()
TEXT = (ROOT / "README.md").read_text()
# What make demo has done already where this test runs.
ALREADY_DONE = {"source .venv/bin/activate"}
MARK = "====="


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def steps(console):
    """[(command, lines shown)] of one console block."""
    found = []
    for line in console.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return [step for step in found if step[0] not in ALREADY_DONE]


class Reader:
    """A shell in which one command follows the other."""

    def __init__(self, folder):
        self.folder = folder
        (folder / ".bin").mkdir()
        (folder / ".bin" / "feast").symlink_to(FEAST)
        self.environment = {
            "PATH": f"{folder}/.bin:{pathlib.Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "FEAST_PYTHON": sys.executable,
            **{name: os.environ[name] for name in ("PYTHONPATH", "ASAN_OPTIONS") if name in os.environ},
        }
        self.here = str(folder)

    def run(self, command):
        done = subprocess.run(
            ["/bin/bash", "-c", f"{command}\ncode=$?; echo {MARK}$PWD; exit $code"],
            cwd=self.here,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        said, _, self.here = done.stdout.rstrip("\n").rpartition(MARK)
        return done.returncode, said


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return Reader(tmp_path_factory.mktemp("reader"))


def check(reader, console):
    for command, shown in steps(console):
        code, said = reader.run(command)
        expected = "\n".join(shown).strip().replace("/home/ann", str(reader.folder))
        assert code == (1 if expected.startswith("Error:") else 0), said
        if expected:
            assert said.strip() == expected, command


def test_five_minutes(reader):
    first, retrieval, live, changed = blocks("console")
    check(reader, first)
    (program,) = blocks("python")
    pathlib.Path(reader.here, "retrieve.py").write_text(program)
    code, said = reader.run("python retrieve.py")
    pathlib.Path(reader.here, "retrieve.py").unlink()
    assert code == 0, said
    (shown,) = blocks("text")
    # Values are this run's; what is told, and the columns, are those shown.
    assert said.splitlines()[:3] == shown.splitlines()[:3]
    assert re.search(r"driver_id +event_timestamp +conv_rate +avg_daily_trips", said)
    check(reader, retrieval)
    assert pathlib.Path(reader.here, "train.parquet").exists()
    check(reader, live)
    change = re.search(r"Change `ttl=timedelta\((.*?)\)` to `(.*?)` in `(.*?)`", TEXT)
    definitions = pathlib.Path(reader.here, change[3])
    definitions.write_text(
        definitions.read_text().replace(f"ttl=timedelta({change[1]})", f"ttl=timedelta({change[2]})")
    )
    check(reader, changed)
